"""Groups beside published areas: all 38 LEPs and 9 regions, each with the sum of its own districts or councils.

One line an area, on the starter edition: how many figures were compared and the largest differences, beside the bounds
that ``tests/test_promised_figures.py`` holds them to.
"""

from __future__ import annotations

from app import create_app
from bench.groups_beside import LEAST, PARTLY, PEOPLE, SHARE_POINTS, agreements
from bench.serving import starter_store
from indicators.settings import load_settings
from indicators.store import Store


def main() -> None:
    """Print a line an area."""
    app = create_app(load_settings(data_dir=starter_store(), database_url=""))
    store: Store = app.context.store
    print(
        f"bounds: exact shares 0, survey shares {SHARE_POINTS} points, people {PEOPLE}; "
        f"with {LEAST}% to 99% of the people {PARTLY:.0%} of the figure"
    )
    print(f"{'area':<50}{'exact':>12}{'shares':>14}{'people':>12}{'partly':>14}{'below':>7}")
    found = agreements(store, store.register)
    for own in found:
        exact, shares = own.exact, own.shares
        cells = (
            f"{f'{exact.value:.3f} ({exact.figures})':>12}{f'{shares.value:.3f} ({shares.figures})':>14}"
            f"{f'{own.people.value:.0f} ({own.people.figures})':>12}"
            f"{f'{own.partly.share:.1%} ({own.partly.figures})':>14}{own.too_little:>7}"
        )
        told = "" if own.is_within else "  OUTSIDE THE BOUNDS"
        print(f"{own.name:<50}{cells}{told if own.figures else '  is one council'}")
    compared = [own for own in found if own.figures]
    print(
        f"{len(compared)} of {len(found)} areas compared, {sum(own.figures for own in compared):,} figures, "
        f"{sum(own.is_within for own in compared)} areas within the bounds"
    )
