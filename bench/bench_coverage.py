"""How often the 95% limits hold the truth: 10,000 draws from a known truth for each method, with a fixed seed.

A method that keeps its word holds it in about 95% of draws; exact methods hold it more often when counts are few.
For the recent trend and the funnel the figure is how often they say something of a series or an area where nothing
is there but chance.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from indicators.statistics import aggregation, funnel, inequality, intervals, ranks, trends

DRAWS = 10_000
SEED = 20240501


def held(truth: float | np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """Share of the draws with limits whose limits hold the truth, both inclusive."""
    known = ~np.isnan(lower)
    return float(((lower <= truth) & (truth <= upper))[known].mean())


def coverages(seed: int = SEED, draws: int = DRAWS) -> Iterator[tuple[str, str, float]]:
    """(method, truth, share of draws that hold it)."""
    generator = np.random.default_rng(seed)

    for n, p in ((20, 0.1), (100, 0.02), (100, 0.5), (1000, 0.7)):
        x = generator.binomial(n, p, draws)
        yield "Wilson", f"p = {p}, n = {n}", held(p, *intervals.wilson(x, n))
    for mean in (0.5, 3.0, 8.0):
        x = generator.poisson(mean, draws)
        yield "exact Poisson", f"mean = {mean}", held(mean, *intervals.poisson(x))
    for mean in (12.0, 50.0, 1000.0):
        x = generator.poisson(mean, draws)
        yield "Byar", f"mean = {mean}", held(mean, *intervals.byar(x))
    for mean in (5.0, 10.0, 40.0):
        x = generator.poisson(mean, draws)
        yield "rate", f"{mean:g} events expected", held(mean * 10, *intervals.rate(x, 10_000)[1:])
    for n1, p1, n2, p2 in ((60, 0.8, 40, 0.6), (900, 0.05, 30_000, 0.75)):
        first = intervals.proportion(generator.binomial(n1, p1, draws), n1)
        second = intervals.proportion(generator.binomial(n2, p2, draws), n2)
        limits = intervals.difference(*first, *second)[1:]
        yield "gap, MOVER on Wilson", f"{p1} of {n1} less {p2} of {n2}", held(p1 - p2, *limits)

    half = np.array([12_000.0, 9_000.0])
    truth_counts = np.array([512_700.0, 734_800.0])
    total = generator.normal(truth_counts[1], half[1] / 1.959964, draws)
    rest = np.sqrt((half[0] / 1.959964) ** 2 - (truth_counts[0] / truth_counts[1] * half[1] / 1.959964) ** 2)
    part = total * truth_counts[0] / truth_counts[1] + generator.normal(0, rest, draws)
    limits = intervals.survey_proportion(part, half[0], total, half[1])[1:]
    yield "survey proportion", "a part of its whole, 70%", held(truth_counts[0] / truth_counts[1], *limits)
    moved = generator.multinomial(200, [0.12, 0.05, 0.83], draws)
    limits = intervals.paired_movement(moved[:, 0], moved[:, 1], 200)[1:]
    yield "net movement, Bonett & Price", "12% in, 5% out, n = 200", held(0.07, *limits)

    sizes = np.array([300, 800, 1500])
    counts = generator.binomial(sizes, [0.1, 0.12, 0.09], (draws, 3))
    found = aggregation.sum_proportion(counts, np.broadcast_to(sizes, counts.shape))
    truth = float((sizes * [0.1, 0.12, 0.09]).sum() / sizes.sum())
    yield "sum of three areas", "9% to 12%", held(truth, found.lower, found.upper)

    for n in (40, 500):
        limits = funnel.proportion_limits(0.3, n)
        yield (
            "funnel, binomial",
            f"areas at the benchmark, 0.3 of {n}",
            held(generator.binomial(n, 0.3, draws) / n, *(np.full(draws, limit) for limit in limits)),
        )

    middle = (np.arange(10) + 0.5) / 10
    errors = generator.uniform(0.3, 0.9, 10)
    fits = [
        inequality.slope_index(row, [1000] * 10, range(1, 11), errors)
        for row in 78 + 6 * middle + errors * generator.standard_normal((draws, 10))
    ]
    table = np.array(fits)
    yield "slope index of inequality", "6 over ten tenths", held(6.0, table[:, 1], table[:, 2])

    truths = np.linspace(40, 60, 20)
    order = 20 - np.arange(20)
    inside = []
    for row in truths + 2 * generator.standard_normal((200, 20)):
        found_ranks = ranks.rank_interval(row, row - 3.92, row + 3.92, 1000)
        inside.append((found_ranks.lower <= order) & (order <= found_ranks.upper))
    yield "rank of 20 areas (200 draws)", "spread over 20, SE = 2", float(np.mean(inside))

    years = [f"{year}-01-01/P1Y" for year in range(2019, 2024)]
    flat = 50 + generator.standard_normal((draws, 5))
    by_limits = trends.recent_trends(years, flat, flat - 1.96, flat + 1.96, polarity="none")
    said = float(np.isin(by_limits.direction, (1, 3)).mean())
    yield "recent trend by limits", "says a trend where there is none", said
    cases = generator.binomial(400, 0.3, (draws, 5))
    by_counts = trends.recent_trends(years, cases / 400, None, None, cases, np.full((draws, 5), 400), "none")
    said = float(np.isin(by_counts.direction, (1, 3)).mean())
    yield "recent trend by counts", "says a trend where there is none", said


def main() -> None:
    """Print one line for each method and truth."""
    print(f"{DRAWS:,} draws, seed {SEED}; share of draws whose 95% limits hold the truth")
    for method, truth, share in coverages():
        print(f"{method:<32}{truth:<40}{100 * share:6.2f}%")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
