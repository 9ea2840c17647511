"""Figures that are summed for areas which a publisher gives none for: what they add, and what they cost a refresh.

The starter edition is loaded twice, each time in a process of its own: with the routes of the catalogue that sum parts, and
without them. Printed are the figures and indicators of each kind of area, the processor time of each source, and the size of
the store. ``python -m bench.bench_lands count`` counts the store of the settings alone.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import children

LARGEST_RATIO = 1.1
"""How much longer a refresh may take because of the sums."""
SHOWN = (
    ("lep", 2021),
    ("icb", 2025),
    ("icb", 2026),
    ("nhs_region", 2024),
    ("combined_authority", 2025),
    ("utla", 2025),
)
"""(type, vintage) of the areas that are counted; of upper-tier authorities the counties alone."""
COUNTY = "E10"
Counted = dict[str, dict[str, float]]


def counted(store: Any) -> Counted:
    """By area type and vintage: areas, real figures with a value, indicators in any of them, and both of the middle area."""
    import sqlalchemy as sa

    from indicators.store.schema import observation

    columns = observation.c
    statement = (
        sa.select(columns.area_code, columns.indicator_id, sa.func.count())
        .where(columns.value.is_not(None), columns.status != "illustrative")
        .group_by(columns.area_code, columns.indicator_id)
    )
    by_area: dict[str, dict[str, int]] = {}
    with store.connections.reading() as connection:
        for code, indicator_id, number in connection.execute(statement):
            by_area.setdefault(code, {})[indicator_id] = number
    found: Counted = {}
    for kind, year in SHOWN:
        codes = sorted(store.register.codes(kind, year))
        if kind == "utla":
            codes = [code for code in codes if code.startswith(COUNTY)]
        held = [by_area.get(code, {}) for code in codes]
        found[f"{'county' if kind == 'utla' else kind} {year}"] = {
            "areas": len(codes),
            "figures": sum(sum(own.values()) for own in held),
            "indicators": len({name for own in held for name in own}),
            "figures of the middle area": statistics.median(sum(own.values()) for own in held),
            "indicators of the middle area": statistics.median(len(own) for own in held),
        }
    return found


def without_sums(catalogue: Mapping[str, Any]) -> dict[str, Any]:
    """The catalogue without the routes that sum parts."""
    return {
        name: indicator.model_copy(
            update={"routes": tuple(route for route in indicator.routes if route.parts is None)}
        )
        for name, indicator in catalogue.items()
    }


def child(folder: Path, with_sums: bool) -> None:
    """Load the starter edition source by source and print what was loaded and how long it took, as JSON."""
    from etl.cli.wiring import sources
    from etl.fetching.snapshots import Snapshots
    from etl.pipeline.run import Pipeline
    from geodata.register import load_register
    from indicators.catalogue import catalogue
    from indicators.store import Store

    register = load_register()
    entries = dict(catalogue()) if with_sums else without_sums(catalogue())
    path = folder / "store.sqlite"
    store = Store(f"sqlite:///{path}", register=register, catalogue=entries)
    seconds = {}
    for source_id, source in sources().items():
        pipeline = Pipeline(
            store=store,
            snapshots=Snapshots(folder / "snapshots"),
            sources={source_id: source},
            register=register,
            catalogue=entries,
            now=lambda: datetime.now(UTC),
            boundaries_dir=folder / "boundaries",
        )
        processor = time.process_time()
        results = pipeline.load_starter()
        if results and all(result.outcome == "published" for result in results):
            seconds[source_id] = time.process_time() - processor
    print(json.dumps({"seconds": seconds, "bytes": path.stat().st_size, "counted": counted(store)}))


def show(before: Counted, after: Counted) -> None:
    """Print the figures of each kind of area without and with the sums."""
    for kind, new in after.items():
        old = before.get(kind, new)
        print(f"{kind} ({new['areas']:.0f} areas)")
        for name in list(new)[1:]:
            print(f"  {name:<32}{old[name]:>10,.0f} → {new[name]:>10,.0f}")


def count() -> None:
    """Print the figures of each kind of area in the store of the settings."""
    from geodata.register import load_register
    from indicators.catalogue import catalogue
    from indicators.settings import load_settings
    from indicators.store import Store

    found = counted(Store(load_settings().store_url, register=load_register(), catalogue=catalogue()))
    print(json.dumps(found, indent=1))


def main() -> None:
    """Print every figure, and the same as JSON in the last line."""
    answers = []
    for which in ("without", "with"):
        with tempfile.TemporaryDirectory(prefix="workhealth-bench-") as name:
            took = children.run(["-m", "bench.bench_lands", which, name], {})
            answers.append(json.loads(took.output.splitlines()[-1]))
    before, after = answers
    show(before["counted"], after["counted"])
    for source_id, seconds in after["seconds"].items():
        without = before["seconds"].get(source_id, seconds)
        print(f"{source_id:<32}{without:7.2f} s → {seconds:7.2f} s of processor time")
    ratio = sum(after["seconds"].values()) / sum(before["seconds"].values())
    print(f"all sources: {ratio:.3f} times as long (at most {LARGEST_RATIO})")
    print(
        f"store: {before['bytes']:,} → {after['bytes']:,} bytes ({after['bytes'] / before['bytes']:.3f} times)"
    )
    print(json.dumps({"without": before, "with": after, "ratio": round(ratio, 3)}))
    sys.stdout.flush()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["count"]:
            count()
        case ["with" | "without" as which, folder]:
            child(Path(folder), which == "with")
        case _:
            main()
