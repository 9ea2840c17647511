"""What areas are compared with."""

from __future__ import annotations

from dashboard.answers.comparison import Against, BenchmarkKind, Benchmarks
from dashboard.sentences.figure import short_value_words
from indicators.catalogue import Indicator

_OF_EACH: dict[BenchmarkKind, str] = {
    "area": "",
    "region": "its region",
    "parent": "the area around it",
    "similar": "the median of similar areas",
}
_OF_ALL: dict[BenchmarkKind, str] = {
    "area": "",
    "region": "their own region",
    "parent": "the area around them",
    "similar": "the median of their similar areas",
}


def each_benchmark(found: Benchmarks, indicator: Indicator) -> str:
    """What each of many areas is compared with: ``England (76.0%)``, or ``its region`` where each has its own."""
    if found.kind != "area" or found.shared is None:
        return _OF_EACH[found.kind]
    return found.shared.name + level_words(found.shared.value, indicator)


def benchmark_name(found: Benchmarks) -> str:
    """What all areas of a list are compared with: ``England``, or ``their own region`` where they differ."""
    return _OF_ALL[found.kind] if found.shared is None else found.shared.name


def against_name(against: Against, kind: BenchmarkKind) -> str:
    """What one area is compared with: the benchmark's name, or what it is where it has none."""
    return against.name or _OF_EACH[kind]


def level_words(value: float | None, indicator: Indicator) -> str:
    """`` (76.0%)``; an empty text where there is no figure."""
    return "" if value is None else f" ({short_value_words(value, indicator)})"
