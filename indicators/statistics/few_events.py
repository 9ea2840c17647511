"""Exact Poisson limits of a few events, with the standard library alone: a page of a group must not load scipy's 20 MB."""

from __future__ import annotations

from functools import lru_cache
from math import exp, factorial, log
from typing import Final

_MOST_STEPS: Final = 100
_NEAR: Final = 1e-15  # a step of so small a share of the limit changes nothing


@lru_cache(maxsize=64)
def exact_limits(below: int, confidence: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(lower, upper) limits of 0, 1, … ``below`` − 1 events, in events. Garwood (1936).

    The lower limit L solves P(X ≥ events) = (1 − confidence) / 2 for X from Poisson(L), and is 0 for no event. The upper
    limit U solves P(X ≤ events) = (1 − confidence) / 2. Agrees with scipy's to 1e-13 of the limit.
    """
    tail = (1 - confidence) / 2
    counts = range(below)
    return tuple(_lower(events, tail) for events in counts), tuple(_upper(events, tail) for events in counts)


def _lower(events: int, tail: float) -> float:
    """Newton's steps on log P(X ≥ events) as a function of log L, which is concave: each comes nearer from below."""
    if events == 0:
        return 0.0
    limit: float = (tail * factorial(events)) ** (1 / events)
    for _ in range(_MOST_STEPS):
        # P(X ≥ events) = e^-L L^events / events! · (1 + L / (events + 1) + …)
        term = total = 1.0
        more = events
        while term > total * _NEAR:
            more += 1
            term *= limit / more
            total += term
        chance = exp(-limit) * limit**events / factorial(events) * total
        # d log P / d log L = events / total
        step = (log(tail) - log(chance)) * total / events
        limit *= exp(step)
        if abs(step) <= _NEAR:
            break
    return limit


def _upper(events: int, tail: float) -> float:
    """Newton's steps on log P(X ≤ events) as a function of U, which is concave: after the first from above."""
    limit = events + 1.0
    for _ in range(_MOST_STEPS):
        # P(X ≤ events) = e^-U U^events / events! · (1 + events / U + …)
        term = total = 1.0
        for fewer in range(events, 0, -1):
            term *= fewer / limit
            total += term
        log_chance = events * log(limit) - limit - log(factorial(events)) + log(total)
        # d log P / d U = −1 / total
        step = (log_chance - log(tail)) * total
        limit += step
        if abs(step) <= _NEAR * limit:
            break
    return limit
