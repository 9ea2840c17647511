"""Speed and memory of the statistics beside plain whole-array numpy and scipy for the same arithmetic, in one run.

The plain side does the sums and nothing else: no checks, no missing values, no clamping. Each pair is timed in turn
and the best of several passes counts.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special, stats

from indicators.statistics import comparison, intervals, trends

ROWS = 1_000_000
SERIES = 100_000
LEVELS = (0.95, 0.998)
RATIO_WANTED = 1.5
SECONDS_FOR_TRENDS = 2.0


def best_of(passes: int, *jobs: Callable[[], Any]) -> list[float]:
    """Seconds of the quickest pass of each job, the jobs taken in turn so that each meets the same machine."""
    best = [float("inf")] * len(jobs)
    for _ in range(passes):
        for place, job in enumerate(jobs):
            started = time.perf_counter()
            job()
            best[place] = min(best[place], time.perf_counter() - started)
    return best


def peak(job: Callable[[], Any]) -> int:
    """Bytes held at the worst moment of a job, over those held before it, its answers included."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        answer = job()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        del answer
        tracemalloc.stop()


def plain_proportions(x: np.ndarray, n: np.ndarray) -> list[np.ndarray]:
    answers = []
    p = x / n
    for level in LEVELS:
        z = stats.norm.ppf(0.5 + level / 2)
        centre, spread = 2 * x + z * z, z * np.sqrt(z * z + 4 * x * (1 - p))
        answers += [(centre - spread) / (2 * (n + z * z)), (centre + spread) / (2 * (n + z * z))]
    return [p, *answers]


def plain_rates(x: np.ndarray, n: np.ndarray, multiplier: float = 100_000) -> list[np.ndarray]:
    answers = [x / n * multiplier]
    few = x < 10
    for level in LEVELS:
        tail, z = (1 - level) / 2, stats.norm.ppf(0.5 + level / 2)
        low, high = np.empty_like(x), np.empty_like(x)
        low[few] = special.gammaincinv(x[few], tail)
        low[x == 0] = 0
        high[few] = special.gammainccinv(x[few] + 1, tail)
        many, more = x[~few], x[~few] + 1
        low[~few] = many * (1 - 1 / (9 * many) - z / (3 * np.sqrt(many))) ** 3
        high[~few] = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
        answers += [low / n * multiplier, high / n * multiplier]
    return answers


def plain_rates_by_table(x: np.ndarray, n: np.ndarray, multiplier: float = 100_000) -> list[np.ndarray]:
    """As ``plain_rates``, but with the ten exact pairs looked up instead of worked out for each row."""
    answers = [x / n * multiplier]
    few = x < 10
    some = x[few].astype(int)
    for level in LEVELS:
        tail, z = (1 - level) / 2, stats.norm.ppf(0.5 + level / 2)
        low, high = np.empty_like(x), np.empty_like(x)
        low[few] = np.r_[0.0, special.gammaincinv(np.arange(1.0, 10), tail)][some]
        high[few] = special.gammainccinv(np.arange(1.0, 11), tail)[some]
        many, more = x[~few], x[~few] + 1
        low[~few] = many * (1 - 1 / (9 * many) - z / (3 * np.sqrt(many))) ** 3
        high[~few] = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
        answers += [low / n * multiplier, high / n * multiplier]
    return answers


def plain_bands(values: np.ndarray) -> np.ndarray:
    bounds = np.percentile(values, [20, 40, 60, 80], axis=1)
    return 1 + (values[None] > bounds[..., None]).sum(axis=0)


def plain_trends(values: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """χ² of the last five columns and the six slopes: nothing of periods, gaps, checks or reasons."""
    v, w = values[:, -5:], ((upper - lower)[:, -5:] / 3.92) ** -2
    t = np.arange(5.0)
    signs = []
    for kept in ([0, 1, 2, 3, 4], *([i for i in range(5) if i != out] for out in range(5))):
        wk, vk, tk = w[:, kept], v[:, kept], t[kept]
        s, st, sv = wk.sum(1), (wk * tk).sum(1), (wk * vk).sum(1)
        slope = (s * (wk * tk * vk).sum(1) - st * sv) / (s * (wk * tk**2).sum(1) - st**2)
        signs.append(np.sign(slope))
        if len(kept) == 5:
            chi = slope**2 * (s * (wk * tk**2).sum(1) - st**2) / s
    agree = np.abs(np.sum(signs, axis=0)) == 6
    return np.where(agree & (stats.chi2.sf(chi, 1) < 0.002), signs[0], 0)


def main() -> None:
    """Print every figure; nothing is judged here but by the words beside it."""
    generator = np.random.default_rng(20240501)
    missed = []

    def say(words: str, ours: float, plain: float, wanted: float | None = RATIO_WANTED) -> None:
        ratio = ours / plain
        line = f"{words:<58}{ours * 1000:9.1f} ms   plain {plain * 1000:8.1f} ms   ratio {ratio:5.2f}"
        if wanted is not None:
            line += f"   (at most {wanted})"
            if ratio > wanted:
                missed.append(words)
        print(line)

    def weigh(words: str, job: Callable[[], Any], arrays: int) -> None:
        share = peak(job) / arrays
        print(f"{words:<58}{share:9.2f} × the arrays   (at most {RATIO_WANTED})")
        if share > RATIO_WANTED:
            missed.append(words)

    n = generator.integers(50, 100_000, ROWS).astype(float)
    x = np.floor(n * generator.random(ROWS))

    def both(function: Callable[..., Any], *arguments: Any) -> list[Any]:
        return [function(*arguments, confidence=level) for level in LEVELS]

    ours, plain = best_of(5, lambda: both(intervals.proportion, x, n), lambda: plain_proportions(x, n))
    say("proportions, both levels, 1,000,000 rows", ours, plain)
    weigh("  memory beside the three answers", lambda: intervals.proportion(x, n), 3 * x.nbytes)

    few = generator.random(ROWS) < 0.5
    c = np.where(few, generator.integers(0, 10, ROWS), generator.integers(10, 5000, ROWS)).astype(float)
    ours, plain, table = best_of(
        3, lambda: both(intervals.rate, c, n), lambda: plain_rates(c, n), lambda: plain_rates_by_table(c, n)
    )
    say("rates, both levels, 1,000,000 rows either side of 10", ours, plain)
    say("  beside a plain side that looks the exact limits up", ours, table)
    weigh("  memory beside the three answers", lambda: intervals.rate(c, n), 3 * c.nbytes)

    values = generator.normal(50, 8, (150, 300)).round(1)
    flat, groups = values.ravel(), np.repeat(np.arange(150), 300)
    ours, flat_ours, plain = best_of(
        7,
        lambda: comparison.quantile_bands(values, 5, "low_is_good"),
        lambda: comparison.quantile_bands(flat, 5, "low_is_good", groups),
        lambda: plain_bands(values),
    )
    say("bands, 150 groups of 300 as a table", ours, plain, None)
    say("bands, the same 45,000 values as labelled rows", flat_ours, plain, None)

    periods = [f"{year}-01-01/P1Y" for year in range(2012, 2024)]
    figures = generator.normal(50, 2, (SERIES, 12)) + np.linspace(0, 2, 12)
    lower, upper = figures - 1, figures + 1
    size = generator.integers(200, 5000, figures.shape).astype(float)
    cases = np.floor(size * generator.random(figures.shape) / 2)
    ours, by_counts, plain = best_of(
        3,
        lambda: trends.recent_trends(periods, figures, lower, upper, polarity="low_is_good"),
        lambda: trends.recent_trends(periods, figures, lower, upper, cases, size, "low_is_good"),
        lambda: plain_trends(figures, lower, upper),
    )
    say("trends by limits, 100,000 series of 12 years", ours, plain, None)
    say("trends by counts, 100,000 series of 12 years", by_counts, plain, None)
    weigh(
        "  memory beside the three tables of figures",
        lambda: trends.recent_trends(periods, figures, lower, upper, polarity="low_is_good"),
        3 * figures.nbytes,
    )
    labels = np.repeat(np.arange(SERIES), 12)
    long_periods = periods * SERIES
    (by_row,) = best_of(
        2,
        lambda: trends.trends_by_series(
            labels, long_periods, figures.ravel(), lower.ravel(), upper.ravel(), polarity="low_is_good"
        ),
    )
    say("trends given row by row, 1,200,000 rows", by_row, plain, None)
    slowest = max(ours, by_counts, by_row)
    print(f"{'  slowest of the three':<58}{slowest:9.2f} s    (under {SECONDS_FOR_TRENDS:.0f} s)")
    if slowest >= SECONDS_FOR_TRENDS:
        missed.append("trends")

    value, low, high = intervals.proportion(x, n)

    def plain_words() -> np.ndarray:
        codes = np.select([high < 0.5, low > 0.5], [0, 2], 1)
        return np.array(["worse", "similar", "better"])[codes]

    ours, plain = best_of(
        3,
        lambda: comparison.to_benchmark(value, low, high, 0.5, "high_is_good"),
        plain_words,
    )
    say("comparison with a benchmark, 1,000,000 rows", ours, plain, None)
    print("every figure within its bound" if not missed else f"beyond its bound: {', '.join(missed)}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
