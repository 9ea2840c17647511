"""One map, worked out once: its rows, what they are compared with, where they are heading, its shapes and values.

The words, the drawing and the table of the map page are all made from a ``Picture``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from statistics import median
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.view import NEAR_BENCHMARKS, Problem, View, read_view, search_of
from dashboard.api import geometry
from dashboard.figures.map import Course, map_values, packed
from geodata.register import UnknownArea
from indicators.catalogue import Indicator
from indicators.periods import Period

Row = dict[str, Any]

REGIONAL = ("region", "nhs_region")
# what lies around an area, the nearest first
AROUND = {
    "ltla": ("utla", "region"),
    "utla": ("combined_authority", "region"),
    "ccg": ("stp", "nhs_region"),
    "stp": ("nhs_region",),
    "sub_icb": ("icb", "nhs_region"),
    "icb": ("nhs_region",),
}
_FEWEST_SIMILAR = 3
_WITHOUT = ("missing", "not_compared")
_PACKED = ("v", "lo", "skew", "d", "dlo", "dskew")
_BENCHMARK_WORDS = {
    "region": "its region",
    "parent": "the area around it",
    "similar": "the middle of the areas most like it",
}


class Picture:
    """Everything one map shows."""

    def __init__(self, context: Context, view: View) -> None:
        self.context = context
        self.view = view
        self.indicator: Indicator = context.catalogue[view.indicator_id]
        self.area_type = context.register.area_types[view.area_type]
        self.rows: list[Row] = []
        self.shapes: geometry.Shapes | None = None
        self.values: dict[str, Any] | None = None
        self.since: str | None = None
        if view.period is None:
            return
        self.rows = rows_of(context, view, view.area_type)
        near = int(view.period[:4]) if view.vintage is None else view.vintage
        self.shapes = _shapes(context, view, self.rows, near)
        if view.shading == "change":
            self.since = view.since or _start_of_change(view)
        # who is selected, and what is drawn over the areas, changes no value
        plain = replace(
            view, area_codes=(), notes=(), asked=frozenset(), zoom=None, outline=None, with_id=None
        )
        self.benchmarks, self.benchmark_words, self.shading, self.values = context.cached(
            ("map values", plain, self.shapes and self.shapes.url), self._values
        )

    def _values(self) -> tuple[dict[str, float | None], str, Any, dict[str, Any]]:
        benchmarks, words = _benchmarks(self.context, self.view, self.indicator, self.rows)

        def values(shading: Any) -> dict[str, Any]:
            return map_values(
                indicator=self.indicator,
                area_codes=self.shapes.area_codes if self.shapes else [],
                rows={row["area_code"]: row for row in self.rows},
                names={row["area_code"]: row["area_name"] for row in self.rows},
                benchmarks=benchmarks,
                shading=shading,
                courses=self._courses(shading),
            )

        shading: Any = self.view.shading
        made = values(shading)
        if (shading == "benchmark" and not judged(made)) or (shading == "change" and self.since is None):
            # a map that is white all over says nothing
            shading = "quintile"
            made = values(shading)
        return benchmarks, words, shading, made

    def _courses(self, shading: str) -> dict[str, Course] | None:
        if shading == "trend":
            return _trend_courses(self.context, self.view, self.indicator, self.rows)
        if shading == "change":
            return _change_courses(self.context, self.view, self.indicator, self.rows, self.since)
        return None

    @cached_property
    def courses(self) -> dict[str, Course]:
        """Where each area is heading, unrounded; empty where the map shows neither a trend nor a change."""
        return self._courses(self.shading) or {}

    @cached_property
    def illustrative(self) -> bool:
        return ui.is_illustrative(self.rows)

    @property
    def title(self) -> str:
        """``Employment rate, 2023``, with the people or group where the indicator has several."""
        parts = [
            self.indicator.short_title,
            *sentences.group_words(self.context.available(self.view.indicator_id), self.view),
        ]
        return (
            f"{', '.join(parts)}, {sentences.period_words(self.view.period)}"
            if self.view.period
            else ", ".join(parts)
        )

    @cached_property
    def only(self) -> list[int] | None:
        """Places of the areas inside the parent that the map is zoomed to; None for all of England."""
        if not self.view.parent or not self.shapes:
            return None
        inside = {
            one.child_code for one in self.context.register.children(self.view.parent, self.view.area_type)
        }
        return [i for i, code in enumerate(self.shapes.area_codes) if code in inside]

    def payload(self) -> dict[str, Any] | None:
        """What ``assets/map`` draws; None where there is no shape to draw."""
        if self.values is None or self.shapes is None:
            return None
        view = self.view
        plural = sentences.lower_first(self.area_type.plural)
        inside = f" in {self.context.register.area(view.parent).name}" if view.parent else " in England"
        return {
            **self.values,
            **{key: packed(self.values[key]) for key in _PACKED if key in self.values},
            "shapes": self.shapes.url,
            "outline": self._outline_url(),
            "key": short(self.key),
            "only": self.only,
            "title": self.title,
            "caption": f"{self.title}: {plural}{inside}",
            "benchmark": self.benchmark_words,
            "since": sentences.period_words(self.since) if self.since else "",
            "illustrative": self.illustrative,
            "note": self.note,
            "source": self.source,
            "indicator": view.indicator_id,
            "period": view.period,
            "area_type": view.area_type,
        }

    def _outline_url(self) -> str:
        if self.shapes is None or self.view.outline not in geometry.outline_types(self.view.area_type):
            return ""
        return self.shapes.outlines_url(self.view.outline or "")

    @property
    def key(self) -> str:
        """Two maps of the same key look the same, whichever area is selected."""
        view = self.view
        parts = (
            self.context.publication_id(),
            view.indicator_id,
            view.area_type,
            view.sex,
            view.age,
            view.breakdown,
            view.period,
            view.parent,
            view.benchmark,
            view.view,
            view.shading,
            view.since,
            view.outline,
        )
        return "|".join(str(part) for part in parts)

    @property
    def note(self) -> str:
        """What the reader must know of this drawing."""
        notes = []
        view = self.view
        if self.shapes and "view" in view.asked and self.shapes.view != view.view:
            wanted = "Official boundaries" if view.view == "official" else "Hexagons"
            notes.append(f"{wanted} of these areas are not loaded here, so another shape is shown.")
        if self.shapes and self.shapes.view == "hex":
            notes.append("Every area has one hexagon of the same size, near where it lies.")
        if self.values and self.values["extra"]:
            extra = sentences.counted(len(self.values["extra"]), "area has a figure", "areas have figures")
            notes.append(f"{extra} but no shape on this map; the table has them.")
        if self.values and self.shading == "benchmark" and count_of(self.values, "not_compared"):
            notes.append("Areas that are not compared have a figure without an interval.")
        if view.benchmark == "similar" and self.shading == "benchmark":
            notes.append(
                "Areas most like it: its statistical nearest neighbours, chosen by the Office for National Statistics."
            )
        if self.values and self.values.get("reasons"):
            told = [
                f"{sentences.counted(len(places), 'area', 'areas')}: {words}"
                for words, places in self.values["reasons"]
            ]
            notes.append(f"Not worked out for {'; '.join(told)}.")
        if self.shading != view.shading:
            notes.append(f"Areas are shaded in fifths, because {self._why_fifths()}.")
        return " ".join(notes)

    def _why_fifths(self) -> str:
        if self.view.shading == "change":
            return "there is no earlier period that does not overlap this one"
        if not self.indicator.comparable:
            return "a count is not compared: large places have more of everything"
        if all(one is None for one in self.benchmarks.values()):
            return f"there is no figure for {self.benchmark_words} to compare with"
        return "these figures have no interval, so a difference could be chance"

    @cached_property
    def source(self) -> str:
        releases = self.context.releases()
        shown = [
            releases[one] for one in dict.fromkeys(row["release"] for row in self.rows) if one in releases
        ]
        words = [
            f"{one['publisher']}, {one['publication']}, published {sentences.date_words(one['published_on'])}"
            for one in shown
        ]
        return f"Source: {'; '.join(words)}." if words else ""


def short(content: object) -> str:
    """A short digest of what ``repr`` says of it."""
    return hashlib.sha256(repr(content).encode()).hexdigest()[:10]


def judged(values: Mapping[str, Any]) -> bool:
    """Whether any area could be compared."""
    return any(count_of(values, one["key"]) for one in values["compared"] if one["key"] not in _WITHOUT)


def count_of(values: Mapping[str, Any], category: str) -> int:
    """How many areas, with and without a shape, the comparison puts in a category."""
    digit = [one["key"] for one in values["compared"]].index(category)
    return values["c"].count(str(digit)) + sum(one[5] == digit for one in values["extra"])


def second_view(context: Context, view: View) -> View | None:
    """The view of the second map: the other indicator for the same areas, in the period nearest to the first's.

    None where the address names no second indicator, or names the first one twice.
    """
    if view.with_id is None or view.with_id == view.indicator_id:
        return None
    asked = {
        "indicator": view.with_id,
        "area_type": view.area_type,
        "area": view.area_codes,
        "parent": view.parent,
        "benchmark": view.benchmark if "benchmark" in view.asked else None,
        "view": view.view if "view" in view.asked else None,
        "shading": view.shading if "shading" in view.asked else None,
        "outline": view.outline,
    }
    other = read_view(context, search_of(asked))
    if isinstance(other, Problem):
        raise ValueError(f"{view.with_id}: a second map needs a known indicator; found: {other.words}")
    if view.period and other.periods:
        other = replace(other, period=_nearest(view.period, other))
    return other


def _nearest(period: str, other: View) -> str:
    if period in other.periods:
        return period
    middle = Period.parse(period).midpoint
    return min(other.periods, key=lambda iso: abs(Period.parse(iso).midpoint - middle))


# ---- rows and shapes -------------------------------------------------------------------------------


def rows_of(context: Context, view: View, area_type: str, period: str | None = None) -> list[Row]:
    """Observations of one type of area in the view's period, or another."""
    wanted = period or view.period or "latest"
    return context.cached(
        ("map rows", *view.key.values(), area_type, wanted),
        lambda: context.store.observations(**view.key, area_type=area_type, period=wanted),
    )


def _shapes(context: Context, view: View, rows: Sequence[Row], near: int) -> geometry.Shapes | None:
    """The shapes asked for, or else the other kind, of the year whose areas fit the figures best."""

    def choose(kind: str) -> int | None:
        years = geometry.vintages(context, kind, view.area_type)
        return geometry.best_vintage(
            context.register, view.area_type, years, [row["area_code"] for row in rows], near
        )

    for kind in (view.view, *(one for one in ("official", "hex") if one != view.view)):
        year = context.cached(
            ("map year", *view.key.values(), view.area_type, view.period, kind), lambda k=kind: choose(k)
        )
        if year is not None:
            return geometry.shapes(context, kind, view.area_type, year)
    return None


# ---- what areas are compared with ------------------------------------------------------------------


def _benchmarks(
    context: Context, view: View, indicator: Indicator, rows: Sequence[Row]
) -> tuple[dict[str, float | None], str]:
    """What each area is compared with, and its name with its value: ``England (76.0%)``."""
    if view.benchmark == "similar":
        return _similar(context, rows), _BENCHMARK_WORDS["similar"]
    if view.benchmark in NEAR_BENCHMARKS:
        kinds = REGIONAL if view.benchmark == "region" else AROUND.get(view.area_type, ())
        return _around(context, view, rows, kinds), _BENCHMARK_WORDS[view.benchmark]
    if view.benchmark == "england":
        name, found_rows = "England", rows_of(context, view, "england")
    else:
        area = context.register.area(view.benchmark)
        name = area.name
        found_rows = [
            row
            for kind in context.register.types_of(view.benchmark)
            for row in rows_of(context, view, kind)
            if row["area_code"] == view.benchmark
        ]
    value = found_rows[0]["value"] if found_rows else None
    words = f"{name} ({sentences.short_value_words(value, indicator)})" if value is not None else name
    return {row["area_code"]: value for row in rows}, words


def _around(
    context: Context, view: View, rows: Sequence[Row], kinds: Sequence[str]
) -> dict[str, float | None]:
    """The value of what lies around each area: the first of ``kinds`` that is not the area itself and has one."""
    values = {
        kind: {row["area_code"]: row["value"] for row in rows_of(context, view, kind)} for kind in kinds
    }
    against: dict[str, float | None] = {}
    for row in rows:
        code = row["area_code"]
        against[code] = next(
            (
                values[kind][one.parent_code]
                for kind in kinds
                for one in context.register.parents(code, kind)
                if one.parent_code != code and values[kind].get(one.parent_code) is not None
            ),
            None,
        )
    return against


def _similar(context: Context, rows: Sequence[Row]) -> dict[str, float | None]:
    """The middle value of the areas most like each; None where fewer than three of them have a value."""
    values = {row["area_code"]: row["value"] for row in rows if row["value"] is not None}
    against: dict[str, float | None] = {}
    for row in rows:
        alike = [values[code] for code in context.register.similar(row["area_code"]) if code in values]
        against[row["area_code"]] = median(alike) if len(alike) >= _FEWEST_SIMILAR else None
    return against


# ---- where areas are heading -----------------------------------------------------------------------

_JUDGEMENTS = {"getting_better": "better", "getting_worse": "worse"}
_DIRECTIONS = {"increasing": "higher", "decreasing": "lower"}


def _trend_courses(
    context: Context, view: View, indicator: Indicator, rows: Sequence[Row]
) -> dict[str, Course]:
    """The recent trend of each area, where it ends in the view's period."""
    trends = context.cached(("map trends", *view.key.values()), lambda: _trends(context, view))
    courses = {}
    for row in rows:
        found = trends.get(row["area_code"])
        if found is None or found["latest_period"] != view.period:
            courses[row["area_code"]] = Course("not_compared", "no recent trend ends in this period")
        elif found["direction"] not in ("increasing", "decreasing", "no_change"):
            courses[row["area_code"]] = Course(
                "not_compared", found["reason"] or "no trend can be worked out"
            )
        elif found["direction"] == "no_change":
            courses[row["area_code"]] = Course("similar")
        elif indicator.polarity == "none":
            courses[row["area_code"]] = Course(_DIRECTIONS[found["direction"]])
        else:
            courses[row["area_code"]] = Course(_JUDGEMENTS[found["judgement"]])
    return courses


def _trends(context: Context, view: View) -> dict[str, Row]:
    return context.store.trends(
        indicator_id=view.indicator_id, sex=view.sex, age=view.age, breakdown=view.breakdown
    )


def starts_of_change(view: View) -> tuple[str, ...]:
    """Periods that a change up to the view's period may be counted from: earlier, as long, and not overlapping."""
    if view.period is None:
        return ()
    now = Period.parse(view.period)

    def fits(iso: str) -> bool:
        then = Period.parse(iso)
        return then.end_on < now.start_on and (then.months, then.days) == (now.months, now.days)

    return tuple(iso for iso in view.periods if fits(iso))


def _start_of_change(view: View) -> str | None:
    """The oldest of the last five periods that can be counted from."""
    starts = starts_of_change(view)
    return starts[-5:][0] if starts else None


def _change_courses(
    context: Context, view: View, indicator: Indicator, rows: Sequence[Row], since: str | None
) -> dict[str, Course]:
    """Each area's difference from the period ``since``, where the two figures may be set against each other."""
    if since is None:
        return {}
    before = {row["area_code"]: row for row in rows_of(context, view, view.area_type, since)}
    held = [row for row in rows if row["value"] is not None]
    reasons = {
        row["area_code"]: _no_change_reason(context, row, before.get(row["area_code"]), since) for row in held
    }
    courses = {code: Course("not_compared", reason) for code, reason in reasons.items() if reason}
    joined = [(row, before[row["area_code"]]) for row in held if not reasons[row["area_code"]]]
    exact = [pair for pair in joined if all(one["lower_ci_95"] is not None for one in pair)]
    for now, then in joined:
        if (now, then) not in exact:
            why = "without an interval a difference could be chance"
            courses[now["area_code"]] = Course("not_compared", why, now["value"] - then["value"])
    if exact:
        courses |= _differences(indicator, exact)
    return courses


def _no_change_reason(context: Context, now: Row, then: Row | None, since: str) -> str:
    """Why the change between two figures of one area must not be told; empty where it may."""
    if then is None or then["value"] is None:
        return (
            f"its boundary changed after {sentences.period_words(since)}"
            if then is None and _is_newer(context, now["area_code"], since)
            else f"no figure for {sentences.period_words(since)}"
        )
    releases = context.releases()
    sources = {releases[one["release"]]["source_id"] for one in (now, then) if one["release"] in releases}
    if now["interval_method"] != then["interval_method"] or len(sources) > 1:
        return "the method changed in between"
    return ""


def _is_newer(context: Context, area_code: str, since: str) -> bool:
    try:
        start_on = context.register.area(area_code).start_on
    except UnknownArea:
        return False
    return start_on is not None and start_on > Period.parse(since).start_on


def _differences(indicator: Indicator, pairs: Sequence[tuple[Row, Row]]) -> dict[str, Course]:
    # brings scipy, which no other part of the first pages needs
    from indicators.statistics.intervals import difference

    def limits(row: Row) -> tuple[float, float, float]:
        # published limits are rounded apart from their value
        return row["value"], min(row["lower_ci_95"], row["value"]), max(row["upper_ci_95"], row["value"])

    columns = [*zip(*((*limits(now), *limits(then)) for now, then in pairs), strict=True)]
    gaps, lowers, uppers = difference(*(list(column) for column in columns))
    words = {
        "high_is_good": ("better", "worse"),
        "low_is_good": ("worse", "better"),
        "none": ("higher", "lower"),
    }
    up, down = words[indicator.polarity]
    courses = {}
    for (now, _), gap, lower, upper in zip(pairs, gaps, lowers, uppers, strict=True):
        if not indicator.comparable:
            course = Course("not_compared", "a count is not judged", float(gap), float(lower), float(upper))
        else:
            category = up if lower > 0 else down if upper < 0 else "similar"
            course = Course(category, "", float(gap), float(lower), float(upper))
        courses[now["area_code"]] = course
    return courses
