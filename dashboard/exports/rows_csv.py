"""Figures as lines of a CSV and as records: the one place that says which columns a figure has, and how each is written.

A row names its indicator, area, period (with first and last day), people, value, interval, counts, status, notes and the
id of its release. Publication, publisher, dates and licence are those of the release: they stand once, in the file of
releases, and not in every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from numpy.typing import NDArray

from dashboard import sentences
from dashboard.answers.age import age_of
from dashboard.answers.observations import Observation, Run
from dashboard.exports.figures import BOM, safe
from dashboard.queries.age import lines_withheld, withheld_after
from dashboard.queries.observations import run_of
from geodata.groups import is_group, plain_code
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

ParentOf = Callable[[Observation], str | None]
"""The code of the area that an observation's area lies in."""

# name, type (of the Table Schema and CSVW), what it holds
AREA_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("indicator_id", "string", "Id of the indicator"),
    ("area_code", "string", "GSS code of the area"),
    ("area_name", "string", "Name of the area"),
    ("area_type", "string", "Kind of area: ltla, utla, region, england, icb and so on"),
)
PARENT_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("parent_code", "string", "GSS code of the area asked for that it lies in"),
    ("parent_name", "string", "Name of that area"),
)
PERIOD_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("period", "string", "ISO 8601 start and duration, such as 2022-04-01/P1Y"),
    ("period_start", "date", "First day of the period"),
    ("period_end", "date", "Last day of the period"),
    ("period_label", "string", "Label of the period, such as 2022/23"),
)
FIGURE_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("sex", "string", "persons, female or male"),
    ("age", "string", "Age band, or all"),
    ("breakdown", "string", "Group of people other than by sex and age, or all"),
    ("value", "number", "The figure, rounded as its indicator says; empty where there is none"),
    ("unit", "string", "Unit of value and limits"),
    ("lower_ci_95", "number", "Lower end of the 95% confidence interval"),
    ("upper_ci_95", "number", "Upper end of the 95% confidence interval"),
    ("lower_ci_998", "number", "Lower end of the 99.8% confidence interval"),
    ("upper_ci_998", "number", "Upper end of the 99.8% confidence interval"),
    ("numerator", "number", "The count that the figure is made of"),
    ("denominator", "number", "The count that it is divided by"),
    ("status", "string", "ok, suppressed, unreliable, not_available, not_collected or illustrative"),
    ("interval_method", "string", "How the interval was made"),
    ("note", "string", "Limitations of this figure"),
    ("age_note", "string", "Where the figure is over two years old, a newer one is withheld, or its measure has ended"),
    ("release_id", "string", "Id of its release, which has publisher, publication, dates and licence"),
)  # fmt: skip
_PIECE = 500  # rows
_MOST_TEXTS = 20_000
_NUMBERS = slice(1, 8)  # of the cells of a row of a run; its first is the area's code
_VALUE_LIMITS_COUNTS = [0, 3, 4, 5, 6, 1, 2]  # of the numbers of a row of a run, as the records have them
_ROUNDED = 5
# the product of a value of up to a thousand million steps is right to a ten-millionth of one
_NEAR_HALF, _MOST_STEPS = 1e-6, 1e9
_QUOTED = frozenset(',"\r\n')


def columns(with_parent: bool = False) -> tuple[tuple[str, str, str], ...]:
    """The columns of a file of figures: name, type, what each holds."""
    parent = PARENT_COLUMNS if with_parent else ()
    return (*AREA_COLUMNS, *parent, *PERIOD_COLUMNS, *FIGURE_COLUMNS)


def rounded(value: float | None, decimal_places: int) -> float | None:
    """A value or limit to the decimal places of its indicator, as pages show it; never ``-0.0``."""
    return None if value is None else round(value, decimal_places) + 0.0


def quoted(text: str) -> str:
    """A text as a cell of a CSV (RFC 4180); one that a spreadsheet could run as a formula gets an apostrophe."""
    plain = safe(text)
    if _QUOTED.isdisjoint(plain):
        return plain
    doubled = plain.replace('"', '""')
    return f'"{doubled}"'


class FigureRows:
    """Writes figures of one answer; what rows share is worked out once for all of them.

    ``parent_of`` adds the columns of the area that each lies in.
    """

    def __init__(self, context: Context, parent_of: ParentOf | None = None) -> None:
        self._context = context
        self._today = context.today()
        self._withheld = withheld_after(context)
        self._lines_withheld = lines_withheld(context)
        self._parent_of = parent_of
        self.names = tuple(name for name, *_ in columns(parent_of is not None))
        self._places: dict[str, int] = {}
        self._units: dict[str, str] = {}
        self._named: dict[tuple[str, str | None], tuple[str, str]] = context.cached_for_good(
            "names of areas in files", dict
        )
        self._ages: dict[tuple[str, str], str] = {}
        # parts of lines
        self._areas: dict[tuple[str, str, str], str] = {}
        self._groups: dict[tuple[str, str, str, str], str] = {}
        self._texts: dict[int, _Texts] = {}
        self._counts = _Texts(None)
        self._ends: dict[tuple[Any, ...], tuple[str, str]] = {}
        self._area_texts: dict[str, dict[str, str]] = context.cached_for_good("areas in JSON", dict)
        self._end_texts: dict[tuple[str, ...], str] = {}

    @property
    def heading(self) -> str:
        """The first line, without its end."""
        return ",".join(self.names)

    def line(self, figure: Observation) -> str:
        """One figure as a line of a CSV, without its end."""
        indicator_id, area_type, cells = figure
        (
            code,
            period,
            sex,
            age,
            group,
            value,
            top,
            bottom,
            low,
            high,
            low3,
            high3,
            status,
            release_id,
            method,
            note,
            _,
        ) = cells
        places = self._places.get(indicator_id)
        if places is None:
            places = self._of_indicator(indicator_id)
        area = self._areas.get((indicator_id, code, area_type))
        if area is None:
            shown, name = self._named.get((code, area_type)) or self._name(code, area_type)
            area = f"{quoted(indicator_id)},{quoted(shown)},{quoted(name)},{area_type}"
            self._areas[indicator_id, code, area_type] = area
        if self._parent_of is not None:
            parent = self._parent_of(figure)
            area += f",{parent},{quoted(self.area_name(parent, None))}" if parent else ",,"
        group_key = (period, sex, age, group)
        told = self._groups.get(group_key)
        if told is None:
            told = self._groups[group_key] = _group_cells(*group_key)
        end = self._ends.get((status, method, note, release_id))
        if end is None:
            end = f"{status},{quoted(method)},{quoted(note or '')}", quoted(release_id)
            self._ends[status, method, note, release_id] = end
        old = self._ages.get((indicator_id, period))
        if old is None or self._withheld or value is None:
            old = self.age_note(indicator_id, cells)
        texts = self._texts[places]
        numbers = (
            f"{texts[value]},{self._units[indicator_id]},{texts[low]},{texts[high]},{texts[low3]},{texts[high3]},"
            f"{self._counts[top]},{self._counts[bottom]}"
        )
        return f"{area},{told},{numbers},{end[0]},{quoted(old) if old else ''},{end[1]}"

    def record(self, figure: Observation) -> dict[str, Any]:
        """One figure as JSON has it; the days and the label of its period stand beside the figures."""
        return self.records((run_of(figure),))[0]

    def records(self, runs: Iterable[Run]) -> list[dict[str, Any]]:
        """Figures as JSON has them."""
        return [record for run in runs for record in self._records(run)]

    def _records(self, run: Run) -> list[dict[str, Any]]:
        indicator_id, area_type, (period, sex, age, group), rows = run
        places = self._places.get(indicator_id)
        if places is None:
            places = self._of_indicator(indicator_id)
        named = self._named
        # the same for every area, where none of them has a newer figure that is withheld
        is_shared = (indicator_id, sex, age, group) not in self._lines_withheld
        shared = self.age_note(indicator_id, ("", period, sex, age, group, 0.0)) if is_shared else ""
        found = []
        for code, value, top, bottom, low, high, low3, high3, status, release_id, method, note in rows:
            place = named.get((code, area_type)) or self._name(code, area_type)
            if value is None:
                old = ""
            elif is_shared:
                old = shared
            else:
                old = self.age_note(indicator_id, (code, period, sex, age, group, value))
            found.append(
                {
                    "indicator_id": indicator_id,
                    "area_code": place[0],
                    "area_name": place[1],
                    "area_type": area_type,
                    "period": period,
                    "sex": sex,
                    "age": age,
                    "breakdown": group,
                    "value": None if value is None else round(value, places) + 0.0,
                    "lower_ci_95": None if low is None else round(low, places) + 0.0,
                    "upper_ci_95": None if high is None else round(high, places) + 0.0,
                    "lower_ci_998": None if low3 is None else round(low3, places) + 0.0,
                    "upper_ci_998": None if high3 is None else round(high3, places) + 0.0,
                    "numerator": top,
                    "denominator": bottom,
                    "status": status,
                    "interval_method": method,
                    "note": note or "",
                    "age_note": old,
                    "release_id": release_id,
                }
            )
        if self._parent_of is not None:
            for record, (code, *_) in zip(found, rows, strict=True):
                figure = Observation(indicator_id, area_type, (code, period, sex, age, group))
                record["parent_code"] = self._parent_of(figure)
        return found

    def json_text(self, runs: Iterable[Run]) -> bytes:
        """``records`` as a JSON array, without a dict for each: a page of figures in a third of the time."""
        return f"[{','.join(chain.from_iterable(map(self._texts_of, runs)))}]".encode()

    def _texts_of(self, run: Run) -> list[str]:
        """Each figure of a run as a JSON object, by the keys of ``records``."""
        indicator_id, area_type, (period, sex, age, group), rows = run
        places = self._places.get(indicator_id)
        if places is None:
            places = self._of_indicator(indicator_id)
        # areas of which a newer figure may be withheld; all others say the same of their age
        behind = self._lines_withheld.get((indicator_id, sex, age, group), frozenset())
        shared = self.age_note(indicator_id, ("", period, sex, age, group, 0.0))
        start = f'{{"indicator_id":{_json(indicator_id)},'
        told = f',"period":{_json(period)},"sex":{_json(sex)},"age":{_json(age)},"breakdown":{_json(group)},"value":'
        # whole columns, since a step in Python for each cell took a third of the time
        cells = tuple(zip(*rows, strict=True))
        codes, values = cells[0], cells[1]
        known_areas, known_ends = self._area_texts.setdefault(area_type, {}), self._end_texts
        areas = [known_areas.get(code) or self._area_text(code, area_type) for code in codes]
        ends = [
            known_ends.get(end) or self._end_text(end)
            for end in zip(repeat(shared), *cells[_NUMBERS.stop :], strict=False)
        ]
        unlike = [place for place, value in enumerate(values) if value is None] if shared else []
        unlike += [place for place, code in enumerate(codes) if code in behind] if behind else []
        for place in unlike:
            old = self.age_note(indicator_id, (codes[place], period, sex, age, group, values[place]))
            ends[place] = self._end_text((old, *rows[place][_NUMBERS.stop :]))
        texts = [
            f'{start}{area}{told}{value},"lower_ci_95":{low},"upper_ci_95":{high},"lower_ci_998":{low3},'
            f'"upper_ci_998":{high3},"numerator":{top},"denominator":{bottom}{end}'
            for area, (value, low, high, low3, high3, top, bottom), end in zip(
                areas, _numbers(cells[_NUMBERS], places), ends, strict=True
            )
        ]
        if self._parent_of is not None:
            for place, row in enumerate(rows):
                parent = self._parent_of(Observation(indicator_id, area_type, (row[0], *run.group)))
                texts[place] = f'{texts[place][:-1]},"parent_code":{_json(parent)}}}'
        return texts

    def _area_text(self, area_code: str, area_type: str) -> str:
        """The keys of an area in JSON; those of areas of the register are kept for good."""
        shown, name = self._named.get((area_code, area_type)) or self._name(area_code, area_type)
        text = f'"area_code":{_json(shown)},"area_name":{_json(name)},"area_type":{_json(area_type)}'
        if not is_group(area_code):
            self._area_texts[area_type][area_code] = text
        return text

    def _end_text(self, cells: tuple[Any, ...]) -> str:
        """The last keys of a figure in JSON: age note, status, release, method of the interval, note."""
        text = self._end_texts.get(cells)
        if text is None:
            old, status, release_id, method, note = cells
            text = self._end_texts[cells] = (
                f',"status":{_json(status)},"interval_method":{_json(method)},"note":{_json(note or "")},'
                f'"age_note":{_json(old)},"release_id":{_json(release_id)}}}'
            )
        return text

    def area_name(self, area_code: str, area_type: str | None) -> str:
        """The name of an area as the type that it stands for; its primary one where it is none of that type."""
        return (self._named.get((area_code, area_type)) or self._name(area_code, area_type))[1]

    def _name(self, area_code: str, area_type: str | None) -> tuple[str, str]:
        """The code of an area as files give it, and its name; those of areas of the register are kept for good."""
        register = self._context.register
        kind = area_type if area_type in register.types_of(area_code) else None
        name = register.area(area_code, kind).name if area_code in register else area_code
        found = plain_code(area_code), name
        if not is_group(area_code):
            self._named[area_code, area_type] = found
        return found

    def age_note(self, indicator_id: str, cells: Any) -> str:
        """How old a figure is and whether a newer one is withheld, in words; empty for a new one."""
        code, period, sex, age, group, value = cells[:6]
        if value is None:
            return ""
        later = self._withheld.get((indicator_id, sex, age, group, code)) if self._withheld else None
        if later is None or later.shown != period:
            known = self._ages.get((indicator_id, period))
            if known is not None:
                return known
            later = None
        indicator = self._context.catalogue[indicator_id]
        row = {"value": value, "period": period}
        withheld = (later.period, later.status) if later else None
        words = sentences.age_note(age_of(indicator, row, self._today, withheld), period)
        if later is None:
            self._ages[indicator_id, period] = words
        return words

    def _of_indicator(self, indicator_id: str) -> int:
        indicator = self._context.catalogue[indicator_id]
        self._units[indicator_id] = quoted(sentences.unit_words(indicator))
        places = self._places[indicator_id] = indicator.decimal_places
        self._texts.setdefault(places, _Texts(places))
        return places


def _json(content: str | None) -> str:
    return orjson.dumps(content).decode()


def _numbers(columns: Sequence[Sequence[float | None]], decimal_places: int) -> Iterator[tuple[str, ...]]:
    """Value, limits (95%, then 99.8%) and counts of the rows of a run as JSON has them, value and limits rounded.

    From their columns in the order of the rows of a run.
    """
    cells = np.array(columns, dtype=float)[_VALUE_LIMITS_COUNTS]
    cells[:_ROUNDED] = rounded_all(cells[:_ROUNDED], decimal_places)
    # what is not there is NaN here, and null in JSON
    texts = orjson.dumps(cells.ravel(), option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].decode().split(",")
    count = cells.shape[1]
    return zip(*(texts[start : start + count] for start in range(0, len(texts), count)), strict=True)


def rounded_all(values: NDArray[np.float64], decimal_places: int) -> NDArray[np.float64]:
    """What ``rounded`` makes of each value (of any shape), in a tenth of the time; NaN stays NaN.

    A number of steps, divided, is the double nearest to that decimal, which is what ``round`` gives. Where the product's own
    rounding could decide between two steps, and where they are too many to be counted, ``round`` itself is asked.
    """
    steps = values * 10.0**decimal_places
    whole = np.rint(steps)
    found = whole / 10.0**decimal_places + 0.0
    with np.errstate(invalid="ignore"):
        unsure = (np.abs(np.abs(steps - whole) - 0.5) < _NEAR_HALF) | (np.abs(steps) > _MOST_STEPS)
    for place in zip(*np.nonzero(unsure), strict=True):
        found[place] = rounded(float(values[place]), decimal_places)
    return found


def figures_csv(
    rows: FigureRows, figures: Iterable[Observation], *, for_excel: bool = False
) -> Iterator[str]:
    """A CSV of figures (RFC 4180: the heading first, lines end in CR LF) in pieces of a few hundred rows.

    ``for_excel`` begins it with the mark by which Excel knows UTF-8; other programs take it for part of the first name.
    """
    lines = [(BOM if for_excel else "") + rows.heading]
    line = rows.line
    for figure in figures:
        lines.append(line(figure))
        if len(lines) >= _PIECE:
            yield "\r\n".join(lines) + "\r\n"
            lines = []
    if lines:
        yield "\r\n".join(lines) + "\r\n"


class _Texts(dict[float | None, str]):
    """Numbers as texts of a CSV, rounded to some decimal places, or as they are: each is written once, since a file has the
    same few thousand again and again. Rounding noise is left out.
    """

    def __init__(self, decimal_places: int | None) -> None:
        super().__init__({None: ""})
        self._decimal_places = decimal_places

    def __missing__(self, value: float | None) -> str:
        assert value is not None
        places = self._decimal_places
        text = f"{value if places is None else round(value, places) + 0.0:.10g}"
        if len(self) < _MOST_TEXTS:
            self[value] = text
        return text


def _group_cells(period: str, sex: str, age: str, group: str) -> str:
    """Period with its days and label, and the people."""
    found = Period.parse(period)
    when = f"{period},{found.start_on},{found.end_on},{quoted(sentences.period_words(period))}"
    return f"{when},{quoted(sex)},{quoted(age)},{quoted(group)}"
