"""Every layout: where each comes from, the tables and their report, and the command that builds them."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geodata.boundaries import BoundaryProblem
from geodata.layouts import DRAWN_YEARS, FOLDER, Cell, read_layout
from geodata.tools.hexes.areas import Areas, read_areas
from geodata.tools.hexes.layout import Drift, build_layout
from geodata.tools.hexes.measures import Measures, measure
from geodata.tools.hexes.recipes import RECIPES, SMALL, Recipe, following
from geodata.tools.tables.sources import SourceMissing


@dataclass(frozen=True)
class Plan:
    """Where a layout comes from: its own search, one that follows another layout, or another one renamed."""

    area_type: str
    vintage: int
    after: tuple[str, int] | None = None
    renamed: bool = False
    recipe: Recipe | None = None

    @property
    def name(self) -> str:
        return f"{self.area_type}-{self.vintage}"


def _after(area_type: str, base: int, *vintages: int) -> list[Plan]:
    return [Plan(area_type, vintage, after=(area_type, base)) for vintage in vintages]


PLANS: tuple[Plan, ...] = (
    Plan("ltla", 2024),
    *_after("ltla", 2024, 2021),
    *_after("ltla", 2021, 2020, 2019, 2017),
    Plan("ltla", 2025, after=("ltla", 2024), renamed=True),
    Plan("utla", 2023),
    *_after("utla", 2023, 2021),
    *_after("utla", 2021, 2020, 2019, 2017),
    Plan("utla", 2025, after=("utla", 2023), renamed=True),
    Plan("region", 2023),
    *(Plan("combined_authority", vintage) for vintage in (2023, 2024, 2025)),
    Plan("lep", 2021),
    Plan("ccg", 2021),
    # London had 18 CCGs in 2020 and 5 in 2021: too much to follow closely
    Plan("ccg", 2020, ("ccg", 2021), recipe=Recipe(seed=4, following_hot=3.0, following_displacement=0.1)),
    # 191 in 2019 became 135: too much to follow
    Plan("ccg", 2017, recipe=Recipe(seed=1)),
    *_after("ccg", 2017, 2018, 2019),
    Plan("sub_icb", 2023, after=("ccg", 2021)),
    Plan("sub_icb", 2022, after=("sub_icb", 2023), renamed=True),
    Plan("stp", 2021),
    *_after("stp", 2021, 2018, 2017),
    Plan("icb", 2023, after=("stp", 2021)),
    Plan("icb", 2022, after=("icb", 2023), renamed=True),
    *_after("icb", 2023, 2026),
    Plan("nhs_region", 2024),
    Plan("nhs_region", 2023, after=("nhs_region", 2024), renamed=True),
    Plan("nhs_region", 2021, after=("nhs_region", 2024), renamed=True),
)
"""Every layout, in the order in which they are built."""


REPORT_COLUMNS = (
    "area_type",
    "vintage",
    "first_year",
    "last_year",
    "areas",
    "mean_displacement_km",
    "adjacent_pairs",
    "adjacent_pairs_kept",
    "adjacent_pairs_kept_share",
    "contiguous",
    "islands",
    "groups",
    "groups_in_one_piece",
)


class NotBuilt(LookupError):
    """A layout that was asked for cannot be built; the message says why."""


@dataclass
class Builder:
    """Builds layouts from a folder of boundaries into a folder of tables."""

    source: Path
    out: Path = FOLDER
    show: Callable[[str, int, int], None] = lambda words, done, of: None
    _areas: dict[tuple[str, int], Areas] = field(default_factory=dict)

    def build(self, names: Sequence[str] = ()) -> list[Path]:
        """Build the layouts of these names (``ltla-2024``; all when none) and the report; returns the tables."""
        unknown = sorted(set(names) - {plan.name for plan in PLANS})
        if unknown:
            raise NotBuilt(f"no layout {', '.join(unknown)}; layouts: {', '.join(p.name for p in PLANS)}")
        chosen = [plan for plan in PLANS if not names or plan.name in names]
        written = []
        for number, plan in enumerate(chosen, start=1):
            self.show(f"{number}/{len(chosen)} {plan.name}", 0, 1)
            layout = self._layout(plan, f"{number}/{len(chosen)} {plan.name}")
            written.append(write_layout(layout, self.out / f"{plan.name}.csv"))
            self._report(plan, layout)
        return written

    def areas(self, area_type: str, vintage: int) -> Areas:
        """Areas of one boundary file, read once."""
        key = area_type, vintage
        if key not in self._areas:
            self._areas[key] = read_areas(self.source, area_type, vintage)
        return self._areas[key]

    def _layout(self, plan: Plan, words: str) -> dict[str, Cell]:
        if plan.after is None:
            base: dict[str, Cell] = {}
        else:
            path = self.out / f"{plan.after[0]}-{plan.after[1]}.csv"
            if not path.is_file():
                raise NotBuilt(f"{plan.name} follows {path.stem}, which is not there: build that first")
            base = read_layout(path)
        if plan.after is not None and plan.renamed:
            return _renamed(base, plan)
        areas = self.areas(plan.area_type, plan.vintage)
        recipe = RECIPES.get(plan.area_type, SMALL if len(areas.codes) < 60 else Recipe())
        if plan.recipe is not None:
            recipe = plan.recipe
        drift = None
        if plan.after is not None:
            drift = Drift.of(self.areas(*plan.after), base)
            recipe = following(recipe)
        return build_layout(areas, recipe, drift=drift, progress=lambda done, of: self.show(words, done, of))

    def _report(self, plan: Plan, layout: Mapping[str, Cell]) -> None:
        """Write this layout's row of ``report.csv``, the others as they stand."""
        measured = plan.after if plan.renamed and plan.after is not None else (plan.area_type, plan.vintage)
        areas = self.areas(*measured)
        if plan.renamed:
            layout = read_layout(self.out / f"{measured[0]}-{measured[1]}.csv")
        path = self.out / "report.csv"
        rows: dict[tuple[str, str], dict[str, str]] = {}
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as lines:
                rows = {(row["area_type"], row["vintage"]): row for row in csv.DictReader(lines)}
        row = report_row(plan.area_type, plan.vintage, measure(layout, areas))
        rows[row["area_type"], row["vintage"]] = row
        order = {(p.area_type, str(p.vintage)): n for n, p in enumerate(PLANS)}
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, REPORT_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[key] for key in sorted(rows.keys() & order.keys(), key=order.__getitem__))


def report_row(area_type: str, vintage: int, measures: Measures) -> dict[str, str]:
    """One row of ``report.csv``: the columns of REPORT_COLUMNS as text."""
    first, last = DRAWN_YEARS[area_type][vintage]
    scattered = area_type in RECIPES and RECIPES[area_type].scattered
    cells = (
        area_type,
        vintage,
        first,
        last,
        measures.areas,
        f"{measures.mean_displacement_km:.1f}",
        measures.adjacent_pairs,
        measures.adjacent_pairs_kept,
        f"{measures.kept_share:.3f}",
        "-" if scattered else "yes" if measures.pieces == 1 else "no",
        "-" if scattered else measures.islands,
        measures.groups,
        measures.groups_in_one_piece,
    )
    return dict(zip(REPORT_COLUMNS, map(str, cells), strict=True))


def _renamed(base: Mapping[str, Cell], plan: Plan) -> dict[str, Cell]:
    """The base layout under the codes of another year: same code, or else same name in the register."""
    from geodata.register import load_register

    assert plan.after is not None
    register = load_register()
    names = {register.area(code, plan.after[0]).name: cell for code, cell in base.items()}
    layout = {}
    for area in register.vintage(plan.area_type, plan.vintage):
        cell = base.get(area.area_code) or names.get(area.name)
        if cell is None:
            raise NotBuilt(
                f"{plan.name}: {area.area_code} {area.name} is neither by code nor by name in {plan.after}"
            )
        layout[area.area_code] = cell
    if len(set(layout.values())) != len(base):
        raise NotBuilt(f"{plan.name}: names do not pair one to one with {plan.after}")
    return dict(sorted(layout.items()))


def write_layout(layout: Mapping[str, Cell], path: Path) -> Path:
    """Write a table of layout: area_code, q, r in code order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("area_code", "q", "r"))
        writer.writerows((code, q, r) for code, (q, r) in sorted(layout.items()))
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when every layout asked for was built, 1 with a plain message when not."""
    parser = argparse.ArgumentParser(prog="python -m geodata.hexes", description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="source", type=Path, required=True, help="folder of boundary files")
    parser.add_argument("--only", action="append", default=[], help="a layout, such as ltla-2024; repeatable")
    parser.add_argument(
        "--out", type=Path, default=FOLDER, help="folder of the tables (default: the package's)"
    )
    chosen = parser.parse_args(arguments)

    def show(words: str, done: int, of: int) -> None:
        sys.stderr.write(f"\r{words} {100 * done // max(of, 1):3d} % ")
        sys.stderr.flush()

    try:
        written = Builder(chosen.source, chosen.out, show).build(chosen.only)
    except (BoundaryProblem, SourceMissing, NotBuilt) as problem:
        sys.stderr.write(f"\nnot built: {problem}\n")
        return 1
    sys.stderr.write(f"\n{len(written)} layouts and report.csv in {chosen.out}\n")
    return 0
