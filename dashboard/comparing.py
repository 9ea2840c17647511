"""What the pages that set areas beside each other share: chosen areas, parents to narrow to, benchmarks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.components import html
from geodata.register import Register
from indicators.periods import Period
from indicators.statistics.trends import Trend, describe_trend

Component = Any
Row = dict[str, Any]

ENGLAND = "E92000001"
REGIONS = ("region", "nhs_region")
# the kinds of area that a list is narrowed to, in the order of the choices
PARENT_TYPES = ("region", "nhs_region", "combined_authority", "icb", "stp", "utla", "lep")
MOSTLY = 0.5  # an area counts to a parent where at least this share of it lies there


@dataclass(frozen=True, slots=True)
class Against:
    """What one area is compared with: name and value (None where there is no figure)."""

    area_code: str | None
    name: str
    value: float | None


def rows_of(context: Context, view: View, area_type: str) -> list[Row]:
    """Observations of the view's indicator, group and period for one type of area.

    A publisher may give another age band for another type of area; the one there is stands in for it.
    """
    if view.period is None:
        return []
    age = age_of(context, view, area_type)
    return context.cached(
        ("compare rows", *view.key.values(), age, area_type, view.period),
        lambda: context.store.observations(
            **{**view.key, "age": age}, area_type=area_type, period=view.period or "latest"
        ),
    )


def age_of(context: Context, view: View, area_type: str) -> str:
    """The age band in which a type of area has this indicator: the view's own, or the only one there is."""
    ages = {
        row["age"]
        for row in context.available(view.indicator_id)
        if row["area_type"] == area_type and row["sex"] == view.sex and row["breakdown"] == view.breakdown
    }
    return next(iter(ages)) if len(ages) == 1 else view.age


def day_of(context: Context, view: View) -> date:
    """The day whose memberships fit the view's figures: the end of the year whose areas the publisher used."""
    if view.period is None:
        return context.today()
    spread = context.cached(
        ("spread", *view.key.values(), view.area_type, view.period),
        lambda: context.store.distribution(**view.key, area_type=view.area_type, period=view.period or ""),
    )
    year = spread["vintage"] if spread else view.vintage or Period.parse(view.period).end_on.year
    return date(year, 12, 31)


def row_of(context: Context, view: View, area_code: str) -> Row | None:
    """The observation of one area, of whatever type, in the view's period; None where there is none."""
    for area_type in context.register.types_of(area_code):
        for row in rows_of(context, view, area_type):
            if row["area_code"] == area_code:
                return row
    return None


def figure_title(context: Context, view: View) -> str:
    """``Employment rate`` with its group and unit: what a chart shows, but for areas and period."""
    indicator = context.catalogue[view.indicator_id]
    unit = sentences.unit_words(indicator)
    units = "" if unit == "%" else f" ({sentences.lower_first(unit)})"
    return ", ".join([indicator.short_title, *ui.group_words(context, view)]) + units


def source_line(context: Context, rows: Iterable[Mapping[str, Any]]) -> str:
    """``Source: Office for National Statistics, Local indicators.`` for the foot of a picture."""
    releases = context.releases()
    shown = [releases[one] for one in dict.fromkeys(row["release"] for row in rows) if one in releases]
    if not shown:
        return ""
    publishers = list(dict.fromkeys(one["publisher"] for one in shown))
    if len(shown) == 1:
        words = f"Source: {publishers[0]}, {shown[0]['publication']}."
    else:
        words = (
            f"Source: {'; '.join(publishers)}. {len(shown)} publications, named under “About these figures”."
        )
    illustrative = " Illustrative figures, not real." if any(one["illustrative"] for one in shown) else ""
    return words + illustrative


def sources_words(context: Context, rows: Iterable[Mapping[str, Any]]) -> str:
    """``Sources: NHS England (IAPT annual report; MHSDS), …`` with the publications by publisher: for a whole picture."""
    releases = context.releases()
    by_publisher: dict[str, dict[str, None]] = {}
    for release_id in dict.fromkeys(row["release"] for row in rows):
        if release_id in releases:
            one = releases[release_id]
            made_up = " (illustrative, not real)" if one["illustrative"] else ""
            by_publisher.setdefault(f"{one['publisher']}{made_up}", {})[one["publication"]] = None
    named = [f"{publisher} ({'; '.join(titles)})" for publisher, titles in by_publisher.items()]
    return f"Sources: {', '.join(named)}." if named else ""


def illustrative_warning(names: Sequence[str]) -> Component:
    """Stands where some indicators of a page are illustrative and others are real: says which, folded where many."""
    if len(names) > _MOST_NAMED:
        return ui.warning(
            html.strong(f"{len(names)} of the indicators on this page are illustrative. "),
            "Their figures are made up to show how the page works, say nothing about any place, and are marked "
            "wherever they stand. They go as soon as the first real release is loaded.",
            ui.details("Which indicators", ui.bullets(names)),
        )
    return ui.warning(
        # some titles hold a comma
        html.strong(f"Illustrative figures: {'; '.join(names)}. "),
        "These are made up to show how the page works, and say nothing about any place. The other figures are real. "
        "They go as soon as the first real release is loaded.",
    )


_MOST_NAMED = 2  # indicators in the warning itself: a longer list pushes the figures out of sight
_ENDINGS = (
    " Integrated Care Board",
    " Combined County Authority",
    " Combined Authority",
    " CCG",
    " ICB",
    ", City of",
    ", County of",
)


def short_name(name: str) -> str:
    """A name for a chart: what every area of its type has in common is left out.

    ``NHS Cheshire and Merseyside ICB - 01F`` → ``Cheshire and Merseyside (01F)``.
    """
    short = re.sub(r" ICB - (\w+)$", r" (\1)", name.removeprefix("NHS "))
    for ending in _ENDINGS:
        short = short.removesuffix(ending)
    return short or name


def area_name(context: Context, view: View, area_code: str) -> str:
    """The name of an area as the view's type of area, where it is one: codes outlive types and names."""
    if view.area_type in context.register.types_of(area_code):
        return context.register.area(area_code, view.area_type).name
    return context.register.area(area_code).name


def in_period(iso: str | None) -> str:
    """``in 2023``, ``on 30 Apr 2025``."""
    preposition = "on" if iso and Period.parse(iso).days == 1 else "in"
    return f"{preposition} {sentences.period_words(iso)}"


def in_words(context: Context, area_code: str) -> str:
    """An area's name after "in": ``the East Midlands``, ``London``, ``Kent``."""
    area = context.register.area(area_code)
    plain = area.area_type not in REGIONS or area.name.startswith(("London", "Yorkshire"))
    return area.name if plain else f"the {area.name}"


# ---- parents and benchmarks ------------------------------------------------------------------------


def inside(register: Register, parent_code: str, area_codes: Iterable[str], on: date) -> list[str]:
    """Those of the areas that lie wholly or mostly in a parent on a day, in the order given."""
    return [
        code
        for code in area_codes
        if any(
            one.parent_code == parent_code and one.share >= MOSTLY for one in register.parents(code, on=on)
        )
    ]


def parent_options(
    context: Context, area_codes: Sequence[str], on: date
) -> list[tuple[str, list[tuple[str, str]]]]:
    """(kind's words, [(code, name), …]) of the parents that hold at least two of these areas."""
    register = context.register

    def build() -> list[tuple[str, list[tuple[str, str]]]]:
        held: dict[tuple[str, str], int] = {}
        for code in area_codes:
            for one in register.parents(code, on=on):
                if one.parent_type in PARENT_TYPES and one.share >= MOSTLY and one.parent_code != code:
                    key = (one.parent_type, one.parent_code)
                    held[key] = held.get(key, 0) + 1
        groups = []
        for kind in PARENT_TYPES:
            names = sorted(
                (register.area(code, kind).name, code)
                for (parent_type, code), n in held.items()
                if parent_type == kind and n > 1
            )
            if names:
                groups.append((register.area_types[kind].plural, [(code, name) for name, code in names]))
        return groups

    return context.kept_for_good(("parents", tuple(area_codes), on), build)


def region_of(register: Register, area_code: str, on: date) -> str | None:
    """The region an area lies in (an NHS area: its NHS region), directly or through what it lies in."""
    for kind in REGIONS:
        found = register.parents(area_code, kind, on)
        if found:
            return found[0].parent_code
    for one in register.parents(area_code, on=on):
        for kind in REGIONS:
            found = register.parents(one.parent_code, kind, on)
            if found:
                return found[0].parent_code
    return None


def against(context: Context, view: View, area_codes: Iterable[str], on: date) -> dict[str, Against]:
    """What each area is compared with, as the view's benchmark says."""
    if view.benchmark != "region":
        code = ENGLAND if view.benchmark == "england" else view.benchmark
        row = row_of(context, view, code)
        one = Against(code, context.register.area(code).name, row["value"] if row else None)
        return dict.fromkeys(area_codes, one)
    held = {row["area_code"]: row for kind in REGIONS for row in rows_of(context, view, kind)}
    answer = {}
    for code in area_codes:
        region = region_of(context.register, code, on)
        row = held.get(region or "")
        name = context.register.area(region).name if region else "its region"
        answer[code] = Against(region, name, row["value"] if row else None)
    return answer


def benchmark_select(context: Context, view: View) -> Component | None:
    """Choose what areas are compared with: England, their own region, the parent, or a chosen area."""
    if not context.catalogue[view.indicator_id].comparable or view.period is None:
        return None
    names = {"england": "England"}
    kinds = {row["area_type"] for row in context.available(view.indicator_id)}
    if view.area_type not in (*REGIONS, "england", "uk") and kinds & set(REGIONS):
        names["region"] = "Their own region"
    for code in (view.benchmark, view.parent, *view.area_codes):
        if code and code not in names and code != ENGLAND:
            names[code] = area_name(context, view, code) if code != "region" else "Their own region"
    if len(names) == 1 and "england" not in kinds:
        return None
    return ui.select("benchmark", "Compare with", list(names.items()), view.benchmark, default="england")


# ---- chosen areas ----------------------------------------------------------------------------------


def add_area_select(
    label: str, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], chosen: Iterable[str]
) -> Component | None:
    """Add an area to those in the address; the ones already there are left out. None where none is left."""
    there = set(chosen)
    left = [(words, [pair for pair in pairs if pair[0] not in there]) for words, pairs in groups]
    options = [(words, pairs) for words, pairs in left if pairs]
    return ui.select("add-area", label, [("", "Choose an area"), *options], "") if options else None


def chosen_areas(context: Context, view: View, path: str, shown: Sequence[str]) -> Component | None:
    """The chosen areas, each with a link to its page and one that takes it away; None where none is chosen."""
    if not shown:
        return None
    items = []
    for code in shown:
        name = area_name(context, view, code)
        rest = [one for one in view.area_codes if one != code]
        items.append(
            html.li(
                [
                    ui.link(name, f"/areas/{code}"),
                    ui.link(
                        [html.span("×", aria_hidden="true"), html.span(f"Remove {name}", class_="wh-visually-hidden")],
                        f"{path}{view.search(area=rest)}",
                        class_="wh-chip-remove",
                        title=f"Remove {name}",
                    ),
                ],
                class_="wh-chip",
            )
        )  # fmt: skip
    return html.ul(items, class_="wh-chips", aria_label="Chosen areas")


# ---- recent trends ---------------------------------------------------------------------------------

_TREND_WORDS = {
    ("increasing", "getting_better"): "Increasing (better)",
    ("increasing", "getting_worse"): "Increasing (worse)",
    ("decreasing", "getting_better"): "Decreasing (better)",
    ("decreasing", "getting_worse"): "Decreasing (worse)",
    ("increasing", "none"): "Increasing",
    ("decreasing", "none"): "Decreasing",
    ("no_change", "none"): "No clear change",
}


def trend_words(row: Mapping[str, Any] | None) -> str:
    """A recent trend in a few words for a table; ``Not calculated`` where there is none."""
    if row is None:
        return "Not calculated"
    return _TREND_WORDS.get((row["direction"] or "", row["judgement"] or "none"), "Not calculated")


def trend_sentence(row: Mapping[str, Any] | None) -> str:
    """A recent trend with its periods and test, or why it cannot be calculated."""
    if row is None:
        return "No recent trend has been worked out"
    return describe_trend(
        Trend(
            row["direction"] or "not_calculated",
            row["judgement"] or "none",
            row["chi_square"],
            row["p_value"],
            row["slope"],
            tuple(row["periods_used"]),
            row["reason"] or "",
        )
    )
