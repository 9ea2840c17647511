"""Overview: every indicator for a few areas, as a grid of values, words and colours; grouped by theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import nan
from typing import Any

from dashboard import comparing, sentences
from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Sheet, Shown
from dashboard.address.view import View, search_of
from dashboard.answers.time_series import Line as Course
from dashboard.answers.time_series import Point
from dashboard.comparing import ENGLAND
from dashboard.components import html
from dashboard.components.charts import drawing
from dashboard.figures import multiples, sheets
from dashboard.figures.rug import Cell, Column, Line, table_html
from dashboard.figures.sheets import Frame
from dashboard.queries.breaks import with_breaks
from dashboard.queries.releases import releases_of
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.statistics.comparison import to_benchmark

Component = Any
Row = dict[str, Any]

GRID, MULTIPLES = "grid", "small-multiples"
MOST_AREAS = 10  # beside England
MOST_CHILDREN = 70  # the South East has 64 districts
MOST_WHOLE = 45  # a type with no more areas than this is shown whole
UNITED_KINGDOM = "K02000001"
_COUNCIL_TYPES = ("ltla", "utla", "combined_authority", "lep", "region")
_JUDGED = (
    ("better", "better than"),
    ("similar", "similar to"),
    ("worse", "worse than"),
    ("lower", "lower than"),
    ("higher", "higher than"),
)
# short enough for a cell
_MISSING = {
    "suppressed": "Hidden: small numbers",
    "unreliable": "Too uncertain",
    "not_collected": "Not collected",
}


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the grid: an indicator for one group of people, in one period."""

    indicator: Indicator
    area_type: str
    sex: str
    age: str
    breakdown: str
    period: str
    many_sexes: bool

    @property
    def name(self) -> str:
        """Short title; with the sex where there is no figure for everyone."""
        sex = f" ({sentences.lower_first(sentences.sex_words(self.sex))})" if self.many_sexes else ""
        return self.indicator.short_title + sex


class Overview:
    """What the words, the grid and the table say, worked out once: one question to the store, one comparison."""

    def __init__(self, context: Context, view: View) -> None:
        self.context = context
        self.view = view
        self.notes: list[str] = []
        self.focus: str | None = None
        self.roles: dict[str, str] = {}
        self.area_type = _type_asked(context, view)
        self.codes: list[str] = self._columns()

    # ---- areas ---------------------------------------------------------------------------------------

    def _columns(self) -> list[str]:
        """England, then the areas asked for; or an area with its region and areas like it; or all of a kind."""
        context, view = self.context, self.view
        chosen = [code for code in view.area_codes if code != ENGLAND]
        if len(chosen) > MOST_AREAS:
            self.notes.append(f"The address names {len(chosen)} areas; the first {MOST_AREAS} are shown.")
            chosen = chosen[:MOST_AREAS]
        if view.parent:
            inside = self._children(view.parent)
            if chosen:
                self.focus = chosen[0]
            return list(dict.fromkeys([ENGLAND, *chosen, *inside]))
        if len(chosen) == 1:
            self.focus = chosen[0]
            return [ENGLAND, chosen[0], *self._beside(chosen[0])]
        if chosen:
            return [ENGLAND, *chosen]
        kind = self.area_type if "area_type" in view.asked else "region"
        if kind in ("england", "uk") or len(areas_of(context, kind)) > MOST_WHOLE:
            plural = sentences.lower_first(context.register.area_types[kind].plural)
            kind = "region" if kind in (*_COUNCIL_TYPES, "england", "uk") else "nhs_region"
            self.notes.append(
                f"There are too many {plural} for one grid. Choose a part of England, or add areas."
            )
        return [ENGLAND, *(area.area_code for area in areas_of(context, kind))]

    def _children(self, parent: str) -> list[str]:
        context = self.context
        areas = areas_of(context, self.area_type)
        codes = [area.area_code for area in areas]
        if parent != ENGLAND:
            codes = _inside(context, parent, self.area_type)
        if len(codes) > MOST_CHILDREN:
            self.notes.append(
                f"{self.parent_name} has {len(codes)} {self.plural}; the first {MOST_CHILDREN} by name are shown."
            )
        if not codes:
            self.notes.append(f"No {self.plural} lie in {self.parent_name}.")
        return codes[:MOST_CHILDREN]

    def _beside(self, code: str) -> list[str]:
        """The region of an area, and the areas most like it (ONS), or those of the same region."""
        context = self.context
        register = context.register
        region = comparing.region_of(register, code, context.today())
        beside: list[str] = []
        if region and region != code:
            beside.append(region)
            self.roles[region] = "Region"
        similar = [one for one in register.similar(code) if one in register]
        if similar:
            kind = "Similar area"
        else:
            similar, kind = self._siblings(code, region), ""
        for one in similar[: MOST_AREAS - 1 - len(beside)]:
            beside.append(one)
            self.roles[one] = kind
        return list(dict.fromkeys(beside))

    def _siblings(self, code: str, region: str | None) -> list[str]:
        kind = self.context.register.types_of(code)[0]
        if kind in ("england", "uk"):
            return []
        if region is None or region == code:
            areas = areas_of(self.context, kind)
            codes = [area.area_code for area in areas] if len(areas) <= MOST_AREAS else []
        else:
            codes = _inside(self.context, region, kind)
        return [one for one in codes if one != code]

    @property
    def plural(self) -> str:
        return sentences.lower_first(self.context.register.area_types[self.area_type].plural)

    @property
    def parent_name(self) -> str:
        return sentences.in_words(self.context.register.area(self.view.parent or ENGLAND))

    def area_name(self, code: str) -> str:
        """The name as the type of area that is looked at, where the code is one."""
        register = self.context.register
        kinds = register.types_of(code)
        return register.area(code, self.area_type if self.area_type in kinds else kinds[0]).name

    def short_name(self, code: str) -> str:
        return sentences.short_name(self.area_name(code))

    # ---- figures -------------------------------------------------------------------------------------

    @cached_property
    def series(self) -> list[Series]:
        """The lines: for each indicator the newest period that the areas' own kind has, for everyone or each sex."""
        register = self.context.register
        others = [code for code in self.codes if code != ENGLAND]
        kinds = list(dict.fromkeys(kind for code in others for kind in register.types_of(code)))
        kinds.sort(
            key=lambda kind: kind in comparing.REGIONS
        )  # a region stands beside; its areas say the period
        found = []
        for indicator in self.context.catalogue.values():
            rows = self.context.available(indicator.id)
            for kind in kinds:
                main = _main([row for row in rows if row["area_type"] == kind])
                found += [
                    Series(
                        indicator,
                        kind,
                        row["sex"],
                        row["age"],
                        row["breakdown"],
                        row["latest"],
                        len(main) > 1,
                    )
                    for row in main
                ]
                if main:
                    break
        return found

    @cached_property
    def figures(self) -> dict[tuple[int, str], Row]:
        """The observations by (place of the line, area code)."""
        groups = [(one.indicator.id, one.period, one.sex, one.breakdown) for one in self.series]
        rows = self.context.cached(
            ("overview", tuple(groups), tuple(self.codes)),
            lambda: self.context.store.grid(groups=groups, area_codes=self.codes),
        )
        ages: dict[tuple[str, str, str, str, str], dict[str, Row]] = {}
        for row in rows:
            key = (row["indicator_id"], row["period"], row["sex"], row["breakdown"], row["area_code"])
            ages.setdefault(key, {})[row["age"]] = row
        figures = {}
        for place, (one, group) in enumerate(zip(self.series, groups, strict=True)):
            for code in self.codes:
                there = ages.get((*group, code), {})
                # a publisher may give another age band for another type of area
                row = there.get(one.age) or (next(iter(there.values())) if len(there) == 1 else None)
                if row is not None:
                    figures[place, code] = row
        return figures

    @cached_property
    def places(self) -> list[int]:
        """The lines that have a figure for at least one of the areas."""
        return [
            place
            for place in range(len(self.series))
            if any(
                self.figures[place, code]["value"] is not None
                for code in self.codes
                if code != ENGLAND and (place, code) in self.figures
            )
        ]

    @cached_property
    def compared(self) -> dict[tuple[int, str], str]:
        """Every real figure beside England's of the same period: one vectorised call for the whole grid."""
        # a made-up figure is neither better nor worse than anything
        keys = [
            key
            for key, row in self.figures.items()
            if key[1] != ENGLAND and row["value"] is not None and row["status"] != "illustrative"
        ]
        if not keys:
            return {}

        def column(name: str) -> list[float]:
            return [nan if self.figures[key][name] is None else self.figures[key][name] for key in keys]

        words = to_benchmark(
            column("value"),
            column("lower_ci_95"),
            column("upper_ci_95"),
            [self._england(place) for place, _ in keys],
            [self.series[place].indicator.polarity for place, _ in keys],
        )
        return {key: str(word) for key, word in zip(keys, words, strict=True)}

    def courses(self, place: int) -> list[Course]:
        """Every area's line of one indicator over time, England's as the benchmark."""
        one = self.series[place]

        def build() -> dict[str, list[Point]]:
            points: dict[str, list[Point]] = {}
            for row in self.context.store.series(
                indicator_id=one.indicator.id,
                area_codes=self.codes,
                sex=one.sex,
                age=one.age,
                breakdown=one.breakdown,
            ):
                points.setdefault(row["area_code"], []).append(
                    Point(row["period"], row["value"], status=row["status"], method=row["interval_method"])
                )
            return points

        points = self.context.cached(
            ("overview courses", one.indicator.id, one.sex, one.age, one.breakdown, tuple(self.codes)), build
        )
        return [
            *with_breaks(
                [
                    Course(code, self.short_name(code), tuple(found), is_benchmark=code == ENGLAND)
                    for code, found in points.items()
                    # a count of the whole country would press the areas flat
                    if code != ENGLAND or one.indicator.comparable
                ]
            )
        ]

    def _england(self, place: int) -> float:
        row = self.figures.get((place, ENGLAND))
        if row is None or row["value"] is None or not self.series[place].indicator.comparable:
            return nan
        return float(row["value"])

    @property
    def illustrative(self) -> bool:
        return ui.is_illustrative(
            row for (place, _), row in self.figures.items() if place in set(self.places)
        )

    @cached_property
    def made_up(self) -> frozenset[str]:
        """Names of the lines whose figures are illustrative."""
        return frozenset(
            self.series[place].name
            for (place, _), row in self.figures.items()
            if row["status"] == "illustrative"
        )

    def counts(self, code: str | None = None) -> Counter[str]:
        """How many real figures are better, similar, worse …; of one area, or of all."""
        return Counter(
            word
            for key, word in self.compared.items()
            if word != "not_compared" and (code is None or key[1] == code)
        )


def _type_asked(context: Context, view: View) -> str:
    """The type of area that lists are for: as asked, or that of the first area, or lower-tier authorities."""
    if "area_type" in view.asked and view.area_type not in ("england", "uk"):
        return view.area_type
    for code in view.area_codes:
        kind = context.register.types_of(code)[0]
        if kind not in ("england", "uk"):
            return kind
    if view.parent and context.register.types_of(view.parent)[0] in ("nhs_region", "stp", "icb"):
        return "icb" if context.register.types_of(view.parent)[0] == "nhs_region" else "sub_icb"
    return "region" if view.parent == ENGLAND else "ltla"


def areas_of(context: Context, area_type: str) -> tuple[Area, ...]:
    """The areas of a type that stand, or those that stood last; by name."""
    kind = context.register.area_types[area_type]
    return context.register.vintage(area_type, kind.vintages[-1])


def _day_of(context: Context, area_type: str) -> date:
    """Today, or the last day of a type that has ended."""
    ends = {area.end_on for area in areas_of(context, area_type)}
    return max(end for end in ends if end) if ends and None not in ends else context.today()


def _inside(context: Context, parent: str, area_type: str) -> list[str]:
    """Areas of a type that lie mostly in a parent, directly or through what they lie in."""

    def build() -> list[str]:
        register, on = context.register, _day_of(context, area_type)
        codes = [area.area_code for area in areas_of(context, area_type)]
        return comparing.inside(register, parent, codes, on) or [
            code for code in codes if comparing.region_of(register, code, on) == parent
        ]

    return context.cached_for_good(("overview inside", parent, area_type), build)


def _main(rows: Sequence[Row]) -> list[Row]:
    """The series for everyone of every age; where there is none, of each sex. Groups are left to their own pages."""
    rows = [row for row in rows if row["breakdown"] == "all"]
    for key, whole in (("age", "all"), ("sex", "persons")):
        rows = [row for row in rows if row[key] == whole] or rows
    newest: dict[str, Row] = {}
    for row in rows:  # one age band a sex: the one with the most areas
        there = newest.get(row["sex"])
        if there is None or (row["n_areas"] or 0) > (there["n_areas"] or 0):
            newest[row["sex"]] = row
    return list(newest.values())


# ---- words -----------------------------------------------------------------------------------------


def counted_words(counts: Counter[str]) -> str:
    """``better than England on 3, similar to England on 5 and worse than England on 4``."""
    return sentences.listed(f"{words} England on {counts[key]}" for key, words in _JUDGED if counts[key])


def summary(overview: Overview) -> list[str]:
    """What the grid says, in a sentence or two; illustrative figures are not counted."""
    if not overview.places:
        return []
    focus = overview.focus
    shown = len({overview.series[place].indicator.id for place in overview.places})
    others = [code for code in overview.codes if code not in (ENGLAND, focus)]
    if focus and not overview.view.parent:
        name = overview.short_name(focus)
        similar = sum(role == "Similar area" for role in overview.roles.values())
        region = any(role == "Region" for role in overview.roles.values())
        beside = ["England", *(["its region"] if region else [])]
        if similar:
            beside.append(sentences.counted(similar, "similar area"))
        elif len(others) > region:
            kind = "other area of the same kind"
            beside.append(sentences.counted(len(others) - region, kind, "other areas of the same kind"))
        first = f"{sentences.counted(shown, 'indicator')} for {name}, beside {sentences.listed(beside)}."
        counts = overview.counts(focus)
        if counts:
            said = f"Of {counts.total()} figures that can be compared, {name} is {counted_words(counts)}."
        else:
            said = "None of its figures can be compared with England’s."
        return [first, said]
    first = f"{sentences.counted(shown, 'indicator')} for {sentences.counted(len(overview.codes) - 1, 'area')}, beside England."
    counts = overview.counts()
    if not counts:
        return [first]
    parts = [
        f"{sentences.number(counts[key])} {'is' if counts[key] == 1 else 'are'} {words} England’s"
        for key, words in _JUDGED
        if counts[key]
    ]
    return [
        first,
        f"Of {sentences.number(counts.total())} figures that can be compared, {sentences.listed(parts)}.",
    ]


def heading_words(overview: Overview) -> str:
    view = overview.view
    if view.parent:
        plural = overview.context.register.area_types[overview.area_type].plural
        return f"{plural} in {overview.parent_name} at a glance"
    if overview.focus:
        return f"{overview.area_name(overview.focus)} at a glance"
    return "All indicators at a glance"


def heading(overview: Overview) -> list[Component]:
    return [
        ui.heading(heading_words(overview), *summary(overview), caption="Overview"),
        *[ui.inset(html.p(words)) for words in overview.notes],
        *illustrative(overview),
    ]


def illustrative(overview: Overview) -> list[Component]:
    """The banner; where some indicators are real, it names those that are not."""
    made_up, real = set[str](), set[str]()
    for (place, _), row in overview.figures.items():
        if place in overview.places:
            kind = made_up if row["status"] == "illustrative" else real
            kind.add(overview.series[place].indicator.short_title)
    if not made_up:
        return []
    return [ui.illustrative_warning(sorted(made_up)) if real else ui.illustrative_banner()]


# ---- parts -----------------------------------------------------------------------------------------


def controls(overview: Overview) -> list[Component]:
    context, view = overview.context, overview.view
    types = context.register.area_types
    areas = areas_of(context, overview.area_type)
    codes = [area.area_code for area in areas]
    groups = list(comparing.parent_options(context, codes, _day_of(context, overview.area_type)))
    if view.parent and view.parent not in {code for _, pairs in groups for code, _ in pairs}:
        groups = [("In the address", [(view.parent, context.register.area(view.parent).name)]), *groups]
    return [
        ui.controls(
            ui.select(
                "area_type",
                "Type of area",
                [(key, kind.plural) for key, kind in types.items() if key not in ("england", "uk")],
                overview.area_type,
            ),
            ui.select(
                "parent", "All of them in", [("", "Choose a part of England"), *groups], view.parent or ""
            )
            if groups
            else None,
            ui.add_area_select(
                "Add an area",
                [(types[overview.area_type].plural, [(area.area_code, area.name) for area in areas])],
                view.area_codes,
            ),
            label="Choose areas",
        ),
        ui.chosen_areas(context, view, "/overview", view.area_codes[:MOST_AREAS]) or html.div(),
        *_beside_words(overview, len(areas)),
    ]


def _beside_words(overview: Overview, areas: int) -> list[Component]:
    """How the areas beside the one looked at came there; where there are none, how to set it beside others."""
    view = overview.view
    if not overview.focus or view.parent:
        return []
    if len(overview.codes) > 2:
        words = "Areas beside it are chosen for you: its region, and areas like it. Add an area to choose your own."
        return [ui.paragraph(words, muted=True)]
    if areas > MOST_WHOLE:
        return []
    plural = sentences.lower_first(overview.context.register.area_types[overview.area_type].plural)
    return [
        ui.paragraph(
            "Add an area to set it beside, or see ",
            ui.link(f"all {areas} {plural}", f"/overview{search_of({'area_type': overview.area_type})}"),
            ".",
            muted=True,
        )
    ]


def _period(series: Series) -> str:
    unit = sentences.unit_words(series.indicator)
    units = "" if unit in ("%", "£ a week", "Count", "People") else f", {sentences.lower_first(unit)}"
    return sentences.period_words(series.period) + units


def _cell(overview: Overview, place: int, code: str) -> Cell:
    row = overview.figures.get((place, code))
    if row is None:
        return Cell("", "No figure")
    indicator = overview.series[place].indicator
    illustrative = row["status"] == "illustrative"
    if row["value"] is None:
        return Cell("", _MISSING.get(row["status"], "No figure"), illustrative=illustrative)
    compared = "" if code == ENGLAND else overview.compared.get((place, code), "not_compared")
    trend = row["trend"]
    return Cell(
        sentences.short_value_words(row["value"], indicator),
        sentences.compare_words(compared) if compared else "",
        compared,
        trend["direction"] if trend else "",
        sentences.lower_first(sentences.trend_words(trend)) if trend else "",
        illustrative,
    )


def grid_parts(overview: Overview) -> tuple[str, list[Column], list[tuple[str, list[Line]]]]:
    """The caption, the columns and the lines by theme of the grid."""
    columns = [
        Column(code, overview.short_name(code), f"/areas/{code}", overview.roles.get(code, ""))
        for code in overview.codes
    ]
    themes: dict[str, list[Line]] = {}
    for place in overview.places:
        one = overview.series[place]
        themes.setdefault(one.indicator.theme, []).append(
            Line(
                one.name,
                f"/indicators/{one.indicator.id}",
                _period(one),
                tuple(_cell(overview, place, code) for code in overview.codes),
            )
        )
    return (
        f"{heading_words(overview)}: latest figures, compared with England",
        columns,
        list(themes.items()),
    )


def grid(overview: Overview) -> Component:
    """The picture: a real table, so that it is read out, copied and printed like one."""
    return ui.section(
        "The grid",
        _key(),
        html.div(
            html.trusted(table_html(*grid_parts(overview))),
            id="overview-grid",
            class_="wh-table wh-rug",
        ),
        _take_away(overview, GRID),
        id="grid",
    )


def _key() -> Component:
    return html.div(
        [
            html.ul(
                [
                    html.li(ui.tag(words, kind))
                    for kind, words in (
                        ("better", "Better"),
                        ("similar", "Similar"),
                        ("worse", "Worse"),
                        ("lower", "Lower"),
                        ("higher", "Higher"),
                        ("plain", "Not compared"),
                    )
                ],
                class_="wh-rug-key",
                aria_label="What the words and colours are",
            ),
            ui.paragraph(
                "Each figure is set beside England’s of the same period. It is better or worse only where its whole 95% "
                "interval lies on one side of England’s figure; lower or higher where neither is good or bad; not "
                "compared where there is no interval or no figure for England. Arrows show the recent trend: ↑ rising, "
                "↓ falling, → no clear change; none where it cannot be worked out.",
                muted=True,
            ),
        ]
    )


def _take_away(overview: Overview, name: str) -> Component:
    search = overview.view.search()
    return ui.take_away(
        name,
        f"{file_name(overview)}-{name}",
        csv=f"/csv/overview{search}",
        embed=f"/overview{search}",
        drawn=f"/picture/overview/{name}.svg{search}",
    )


def _chosen(overview: Overview) -> list[str]:
    """The areas that have a colour of their own in the small pictures."""
    chosen = [overview.focus] if overview.focus else []
    chosen += [code for code in overview.view.area_codes if code != ENGLAND and code not in chosen]
    return chosen[: multiples.MOST_CHOSEN]


def _small_pictures(overview: Overview, chosen: Sequence[str]) -> list[tuple[Series, str]]:
    """An SVG for each line of the grid that has a course over time."""
    pictures = []
    for place in overview.places:
        one = overview.series[place]
        lines = overview.courses(place)
        svg = multiples.small_svg(
            lines, indicator=one.indicator, chosen=chosen, label=_multiple_words(overview, one, lines, chosen)
        )
        if svg:
            pictures.append((one, svg))
    return pictures


def _multiples_key(overview: Overview, chosen: Sequence[str]) -> str:
    names = [overview.short_name(code) for code in chosen]
    styles = ("a thick blue line", "a red dashed line", "a green dotted line")
    coloured = [f"{name} is {style}" for name, style in zip(names, styles, strict=False)]
    return (
        f"England is the black line{', ' if coloured else ' '}{sentences.listed(coloured)}{',' if coloured else ''} "
        "and the other areas of the grid are grey. Each picture has its own scale, which does not start at zero. "
        "Lines are broken where figures do not join."
    )


def small_multiples(overview: Overview) -> list[Component]:
    """Each indicator over time in a small picture of its own: the areas looked at beside England."""
    chosen = _chosen(overview)

    def href(one: Series) -> str:
        key = {"indicator": one.indicator.id, "area": chosen, "sex": one.sex if one.many_sexes else None}
        return f"/trends{search_of(key)}"

    made_up = overview.made_up
    items = [
        html.li(
            [
                html.h3(
                    [
                        ui.link(one.name, href(one)),
                        *([sentences.ILLUSTRATIVE] if one.name in made_up else []),
                    ],
                    class_="wh-multiple-name",
                ),
                drawing(svg),
            ]
        )
        for one, svg in _small_pictures(overview, chosen)
    ]
    if not items:
        return []
    return [
        ui.section(
            "How they changed",
            ui.paragraph(
                f"{_multiples_key(overview, chosen)} Open one for its intervals and its table.", muted=True
            ),
            html.ul(items, class_="wh-multiples"),
            _take_away(overview, MULTIPLES),
            id="multiples",
        )
    ]


def _drawn_rows(overview: Overview) -> list[Row]:
    places = set(overview.places)
    return [row for (place, _), row in overview.figures.items() if place in places]


def _made_up(overview: Overview) -> list[str]:
    return ["Some of these figures are illustrative: made up, not real."] if overview.illustrative else []


def _frame(overview: Overview, title: str, *lead: str) -> Frame:
    source = sentences.sources_words(releases_of(overview.context, _drawn_rows(overview)))
    return Frame(title, [*_made_up(overview), *lead], source)


def grid_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The grid as one picture; None where no figures are loaded for the areas."""
    overview = Overview(context, asked.view)
    if not overview.places:
        return None
    caption, columns, themes = grid_parts(overview)
    return Sheet(
        f"{file_name(overview)}-{GRID}",
        sheets.grid_sheet(_frame(overview, caption, *summary(overview)), columns, themes),
        f"Grid: {caption}. {' '.join(summary(overview))}",
        " ".join(
            [
                *_made_up(overview),
                "Each figure is set beside England’s of the same period; the word in its cell says how it compares.",
            ]
        ),
        _drawn_rows(overview),
    )


def multiples_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The small pictures as one; None where no line has a course over time."""
    overview = Overview(context, asked.view)
    chosen = _chosen(overview)
    made_up = overview.made_up
    pictures = [
        (f"{one.name}{sentences.ILLUSTRATIVE}" if one.name in made_up else one.name, svg)
        for one, svg in _small_pictures(overview, chosen)
    ]
    if not pictures:
        return None
    title = f"{heading_words(overview)}: how the figures changed"
    return Sheet(
        f"{file_name(overview)}-{MULTIPLES}",
        sheets.multiples_sheet(_frame(overview, title, _multiples_key(overview, chosen)), pictures),
        f"{title}: {sentences.counted(len(pictures), 'indicator')} over time, each in a picture of its own.",
        " ".join([*_made_up(overview), "Each picture has its own scale, which does not start at zero."]),
        _drawn_rows(overview),
    )


def _multiple_words(overview: Overview, one: Series, lines: Sequence[Course], chosen: Sequence[str]) -> str:
    """``Employment rate: Nottingham 60.3% in 2004, 66.1% in 2023; England …``"""
    told = []
    for line in lines:
        if line.area_code not in chosen and not line.is_benchmark:
            continue
        held = [point for point in line.points if point.value is not None]
        ends = [held[0], held[-1]] if len(held) > 1 else held
        told.append(
            f"{line.name} "
            + ", ".join(
                f"{sentences.short_value_words(point.value, one.indicator)} {sentences.in_period(point.period)}"
                for point in ends
            )
        )
    made_up = sentences.ILLUSTRATIVE if one.name in overview.made_up else ""
    return f"{one.name}{made_up} over time: {'; '.join(told) or 'each area a line'}."


def table(overview: Overview) -> Component:
    """Every figure of the grid on a line of its own, with interval, comparison and trend: what the CSV holds."""
    rows = []
    notes = overview.illustrative
    for place in overview.places:
        one = overview.series[place]
        for code in overview.codes:
            row = overview.figures.get((place, code))
            if row is None:
                continue
            word = overview.compared.get((place, code), "")
            cells: list[Any] = [
                one.name,
                {"t": overview.area_name(code), "h": f"/areas/{code}"},
                sentences.period_words(one.period),
                {"t": sentences.short_value_words(row["value"], one.indicator), "s": row["value"]}
                if row["value"] is not None
                else {
                    "t": sentences.value_words(None, one.indicator, row["status"]),
                    "s": None,
                    "c": "wh-missing",
                },
                sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], one.indicator),
                {"t": sentences.compare_words(word), "c": f"wh-compared wh-compared-{word.replace('_', '-')}"}
                if word
                else "",
                sentences.trend_words(row["trend"]) if row["trend"] else "Not calculated",
                *(
                    [sentences.STATUS_WORDS["illustrative"] if row["status"] == "illustrative" else ""]
                    if notes
                    else []
                ),
                code,
            ]
            rows.append(cells)
    columns: list[Any] = [
        "Indicator",
        "Area",
        "Period",
        {"label": "Value", "kind": "number"},
        {"label": "95% confidence interval", "kind": "number"},
        "Compared with England",
        "Recent trend",
        *(["Note"] if notes else []),
        "Code",
    ]
    return ui.section(
        "All figures",
        ui.table(
            f"{heading_words(overview)}: every figure with its interval",
            columns,
            rows,
            id="overview-table",
            csv=f"/csv/overview{overview.view.search()}",
            hide_caption=True,
        ),
        id="figures",
    )


def file_name(overview: Overview) -> str:
    """``overview-E06000018``, ``overview-ltla-in-E12000004``, ``overview``."""
    view = overview.view
    if view.parent:
        return f"overview-{overview.area_type}-in-{view.parent}"
    return f"overview-{overview.focus}" if overview.focus else "overview"


def export(context: Context, asked: Asked) -> Export:
    """Every figure of the grid beside England's."""
    overview = Overview(context, asked.view)
    shown = []
    for place in overview.places:
        one = overview.series[place]
        england = overview.figures.get((place, ENGLAND))
        for code in overview.codes:
            row = overview.figures.get((place, code))
            if row is None:
                continue
            word = overview.compared.get((place, code), "")
            shown.append(
                Shown(
                    one.indicator,
                    row,
                    "England" if word else "",
                    england["value"] if word and england else None,
                    word,
                    sentences.trend_words(row["trend"]) if row["trend"] else "",
                )
            )
    return Export(file_name(overview), shown)


def not_shown(overview: Overview) -> list[Component]:
    """Indicators without a figure for any of the areas, and where they have some."""
    context = overview.context
    shown = {overview.series[place].indicator.id for place in overview.places}
    items: list[Component] = []
    for indicator in context.catalogue.values():
        if indicator.id in shown:
            continue
        kinds = list(dict.fromkeys(row["area_type"] for row in context.available(indicator.id)))
        names = sentences.area_types_words(context.register.area_types[kind].plural for kind in kinds)
        where = f": published for {names}" if kinds else ": nothing loaded yet"
        items.append([ui.link(indicator.short_title, f"/indicators/{indicator.id}"), where])
    if not items:
        return []
    return [
        ui.details(
            f"{sentences.counted(len(items), 'indicator')} without a figure for these areas",
            ui.bullets(items),
        )
    ]


def by_area(overview: Overview) -> list[Component]:
    """The count of better, similar and worse for each area, by name: the grid in words."""
    items: list[Component] = []
    for code in overview.codes:
        counts = overview.counts(code)
        if code != ENGLAND and counts:
            items.append([ui.link(overview.short_name(code), f"/areas/{code}"), f": {counted_words(counts)}"])
    return [ui.details("The grid in words, area by area", ui.bullets(items))] if len(items) > 1 else []


def sources(overview: Overview) -> Component:
    """Publisher, publication and dates of every figure shown, by release."""
    releases = overview.context.releases()
    used: dict[str, list[str]] = {}
    for place in overview.places:
        one = overview.series[place]
        for code in overview.codes:
            row = overview.figures.get((place, code))
            names = used.setdefault(row["release"], []) if row else []
            if one.indicator.short_title not in names:
                names.append(one.indicator.short_title)
    items: list[Component] = []
    for release_id, names in used.items():
        release = releases.get(release_id)
        if release is None:
            continue
        made_up = " (illustrative)" if release["illustrative"] else ""
        items.append(
            [
                html.strong("; ".join(names)),
                f": {release['publisher']}{made_up}, {release['publication']}. "
                f"{sentences.published_words(release['published_on'])}, "
                f"loaded {sentences.date_words(release['loaded_at'])}. {release['licence']}.",
            ]
        )
    return ui.section(
        "Sources and method",
        ui.paragraph(
            "Each line shows the newest period that is published for areas of this kind. Intervals are 95% confidence "
            "intervals, as published or worked out here from the counts. Of many comparisons a few differ by chance "
            "alone: about one in twenty. ",
            ui.link("How to read the figures", "/about#comparison"),
        ),
        ui.paragraph(
            "Words used here: ",
            *ui.words_used(
                ("confidence-interval", "benchmark", "recent-trend", "similar-areas", "suppressed"),
                place="grid",
            ),
        ),
        ui.details(
            f"Source, dates and licence of each figure ({sentences.counted(len(items), 'publication')})",
            ui.bullets(items),
        ),
        id="sources",
    )


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    overview = Overview(context, asked.view)
    top = [*heading(overview), *controls(overview)]
    if not overview.places:
        return [
            *top,
            ui.inset(
                html.p("No figures are loaded for these areas."),
                html.p(
                    [
                        ui.link("Show the regions of England", "/overview"),
                        ", or see ",
                        ui.link("what is loaded and how fresh it is", "/refresh"),
                        ".",
                    ]
                ),
            ),
        ]
    return [
        *top,
        *by_area(overview),
        grid(overview),
        *not_shown(overview),
        *small_multiples(overview),
        table(overview),
        sources(overview),
    ]


def _title(context: Context, asked: Asked) -> str:
    return f"Overview: {heading_words(Overview(context, asked.view))}"


def address(*area_codes: str) -> str:
    """``/overview?area=…`` for a link from another page."""
    return f"/overview{search_of({'area': area_codes})}"


PAGE = Page(
    path="/overview",
    name="overview",
    title=_title,
    layout=layout,
    nav="Overview",
    order=60,
    description="All work and health indicators for a few areas on one grid: values, comparison with England, trends.",
    export=export,
    sheets={GRID: grid_sheet, MULTIPLES: multiples_sheet},
)
