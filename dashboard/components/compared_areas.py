"""Parts of the page of a list: the picture of its rows, its key, the table of its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.answers.compared_areas import ComparedAreas, NamedAreas, Row
from dashboard.components import html
from dashboard.components.charts import chart, key
from dashboard.components.html import escape
from dashboard.components.tables import real_value, table
from dashboard.figures import colours
from dashboard.figures.compare import symbol_definitions
from dashboard.figures.compared_areas import RowPictures, funnel_of
from dashboard.figures.marks import in_order
from dashboard.figures.ranks import Rank
from dashboard.figures.symbols import symbol
from dashboard.sentences import compared_areas as words
from dashboard.sentences.benchmarks import against_name, benchmark_name, level_words
from dashboard.sentences.status import ILLUSTRATIVE_ACROSS
from geodata.groups import short_code
from indicators.catalogue import Indicator

Component = Any
_OWN_HEADINGS = {
    "region": "Its region",
    "parent": "The area around it",
    "similar": "Median of similar areas",
}


def list_table(
    listed: ComparedAreas,
    named: NamedAreas,
    trends: Mapping[str, str],
    ranked: Sequence[Rank],
    graded: Sequence[str],
) -> Component:
    """Every named area with all that is known of its figure, in the order of the picture.

    trends    the recent trend in words, by area
    graded    the grade of each of the named rows, empty for none
    ranked    ranks with their intervals; empty where none are shown
    """
    indicator, everyone = listed.indicator, named.rows
    has = {
        key: any(row[key] is not None for row in everyone)
        for key in ("lower_ci_95", "numerator", "denominator")
    }
    compares, own_levels = listed.is_compared, listed.is_compared and listed.has_own_levels
    kind = listed.compared.benchmarks.kind
    with_note = any(row["note"] or row["status"] == "illustrative" for row in everyone)
    with_grade = has["lower_ci_95"] and any(graded)
    unit = sentences.lower_first(sentences.unit_beside(indicator))
    columns: list[Any] = ["Area", {"label": f"Value ({unit})" if unit else "Value", "kind": "number"}]
    if has["lower_ci_95"]:
        columns.append({"label": "95% confidence interval", "kind": "number"})
    if with_grade:
        columns.append("Survey quality")
    if compares:
        columns.append(f"Compared with {words.list_benchmark(listed)}")
    if own_levels:
        columns.append(_OWN_HEADINGS[kind])
    could_rank = {rank.mark.area_code: rank for rank in ranked}
    if could_rank:
        columns.append({"label": f"Could rank, of {len(could_rank)} (95%)", "kind": "number"})
    columns.append(words.trend_heading(listed))
    columns += [
        {"label": label, "kind": "number"}
        for key, label in (("numerator", "Count"), ("denominator", "Out of"))
        if has[key]
    ]
    if with_note:
        columns.append("Note")
    columns.append("Code")

    rows = []
    for row, grade in zip(everyone, graded, strict=True):
        code = row["area_code"]
        cells: list[Any] = [
            {"t": row["area_name"], "h": f"/areas/{code}"},
            _value_cell(row, indicator),
        ]
        if has["lower_ci_95"]:
            cells.append(_interval_cell(listed, row))
        if with_grade:
            cells.append(sentences.grade_words(grade))
        if compares:
            cells.append(_compared_cell(listed, named, row))
        if own_levels:
            against = named.against[code]
            cells.append(
                against.name + level_words(against.value, indicator)
                if against.name or against.value is not None
                else ""
            )
        if could_rank:
            rank = could_rank.get(code)
            cells.append({"t": rank.words, "s": rank.rank} if rank else "")
        cells.append(trends.get(code, ""))
        for name in ("numerator", "denominator"):
            if has[name]:
                cells.append(
                    {"t": sentences.number(row[name]), "s": real_value(row, name)}
                    if row[name] is not None
                    else ""
                )
        if with_note:
            cells.append(_note_cell(row))
        cells.append(short_code(code))
        rows.append(cells)
    caption = words.rows_title(listed, named)
    return table(caption, columns, rows, id="compare-table", hide_caption=True)


def _value_cell(row: Row, indicator: Indicator) -> dict[str, Any]:
    if row["value"] is None:
        return {"t": sentences.value_words(None, indicator, row["status"]), "s": None, "c": "wh-missing"}
    return {"t": sentences.short_value_words(row["value"], indicator), "s": real_value(row)}


def _interval_cell(listed: ComparedAreas, row: Row) -> Any:
    if row["value"] is None or row["lower_ci_95"] is None or row["upper_ci_95"] is None:
        return ""
    between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], listed.indicator)
    lower = real_value(row, "lower_ci_95")
    return {"t": between, "s": None if lower is None else round(lower, listed.indicator.decimal_places + 5)}


def _compared_cell(listed: ComparedAreas, named: NamedAreas, row: Row) -> Any:
    if row["value"] is None or row["status"] == "illustrative":
        return ""
    word = named.by_area[row["area_code"]]
    against = against_name(named.against[row["area_code"]], listed.compared.benchmarks.kind)
    odds = sentences.at_odds_words(named.at_odds.get(row["area_code"]), against)
    return {
        "t": f"{sentences.compare_words(word)}: {odds}" if odds else sentences.compare_words(word),
        "c": f"wh-compared wh-compared-{word.replace('_', '-')}",
    }


def _note_cell(row: Row) -> dict[str, str]:
    status = [sentences.STATUS_WORDS["illustrative"]] if row["status"] == "illustrative" else []
    note = [row["note"]] if row["note"] else []
    return {"t": "; ".join([*status, *note]), "c": "wh-note"}


# ---- areas with their intervals, a row each ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowCells:
    """The columns of the picture of rows: what stands after the name, before and behind the chart.

    value, behind  of each area in words, by its code; ``behind`` are headings with the cells below them
    """

    value_heading: str
    value: Callable[[Row], str]
    chart_heading: str
    behind: Sequence[tuple[str, Callable[[Row], str]]]


def value_cells(listed: ComparedAreas, named: NamedAreas) -> RowCells:
    """Value, interval and comparison of each area."""
    indicator = listed.indicator
    has_interval = any(row["lower_ci_95"] is not None for row in named.present)
    columns: list[tuple[str, Callable[[Row], str]]] = []
    if has_interval:
        columns.append(("95% CI", lambda row: _between(row, indicator)))
    if listed.is_compared:
        columns.append((f"Compared with {words.list_benchmark(listed)}", lambda row: _word(named, row)))
    elif listed.is_illustrative:
        columns.append(("Status", lambda row: _status(row)))
    unit = sentences.lower_first(sentences.unit_beside(indicator))
    return RowCells(
        f"Value ({unit})" if unit else "Value",
        lambda row: sentences.short_value_words(row["value"], indicator),
        "Chart",
        columns,
    )


def _between(row: Row, indicator: Indicator) -> str:
    if row["value"] is None:
        return sentences.value_words(None, indicator, row["status"])
    return sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)


def _word(named: NamedAreas, row: Row) -> str:
    if row["value"] is None:
        return ""
    if row["status"] == "illustrative":
        return _status(row)
    return sentences.compare_words(named.by_area[row["area_code"]])


def _status(row: Row) -> str:
    return "Illustrative" if row["status"] == "illustrative" else ""


def rank_cells(listed: ComparedAreas, ranked: Sequence[Rank]) -> RowCells:
    """Value and range of ranks of each area."""
    could = {rank.mark.area_code: rank.words for rank in ranked}
    return RowCells(
        "Value",
        lambda row: sentences.short_value_words(row["value"], listed.indicator),
        f"Rank among {len(ranked)}: 1 is the highest value",
        [(f"Could rank, of {len(ranked)} (95%)", lambda row: could.get(row["area_code"], "No rank"))],
    )


def row_texts(rows: Sequence[Row], cells: RowCells, pictures: RowPictures) -> dict[str, str]:
    """The row of each area as markup without the start of its ``<tr>``, by area."""
    found = {}
    for row in rows:
        code = row["area_code"]
        behind = "".join([f"<td>{escape(cell(row))}</td>" for _, cell in cells.behind])
        found[code] = (
            f'><th scope="row"><a class="wh-link" href="{at_root(f"/areas/{code}")}">{escape(row["area_name"])}</a></th>'
            f'<td class="wh-number">{cells.value(row)}</td><td class="wh-plotted">{pictures.picture(code)}</td>{behind}</tr>'
        )
    return found


def rows_table(
    listed: ComparedAreas,
    named: NamedAreas,
    cells: RowCells,
    pictures: RowPictures,
    texts: Mapping[str, str],
    *,
    id: str,
) -> Component:
    """The named areas as rows with their pictures: the chosen ones on top, and marked where they stand.

    texts  of ``row_texts``, for every area
    id     of the chart; its frame has the id ``<id>-frame``
    """
    chosen = set(listed.selected)

    def row(code: str) -> str:
        look = "wh-own" if code == named.own else "wh-marked-row" if code in chosen else ""
        return f'<tr class="{look}"{texts[code]}' if look else f"<tr{texts[code]}"

    pinned = "".join([row(pin["area_code"]) for pin in named.pinned])
    body = "".join([row(shown["area_code"]) for shown in named.rows])
    categories = [mark.compared for mark in pictures.marks.values()]
    caption = escape(words.rows_title(listed, named))
    behind = "".join([f'<th scope="col">{escape(heading)}</th>' for heading, _ in cells.behind])
    across = (
        f'<p class="wh-across" aria-hidden="true">{ILLUSTRATIVE_ACROSS}</p>' if listed.is_illustrative else ""
    )
    return html.trusted(
        f'<div id="{id}-frame" class="wh-ranked">{symbol_definitions(categories)}'
        f'<table class="wh-rows wh-rows-{len(cells.behind)}" style="--lines:{pictures.lines}">'
        f'<caption class="wh-visually-hidden">{caption}</caption><thead><tr>'
        f"{_sorting(listed, 'Area', ('a-z', 'z-a'))}"
        f"{_sorting(listed, cells.value_heading, ('highest', 'lowest'), ' class=wh-number')}"
        f'<th scope="col" class="wh-plotted"><span class="wh-visually-hidden">{escape(cells.chart_heading)}</span>'
        f"{pictures.head}</th>{behind}</tr></thead>"
        + (f'<tbody class="wh-pinned">{pinned}</tbody>' if pinned else "")
        + f"<tbody>{body}</tbody></table>{across}</div>"
    )


def _sorting(listed: ComparedAreas, heading: str, orders: tuple[str, str], look: str = "") -> str:
    """A heading that sorts by a link, so that the order is in the address; ``orders`` are its two ways."""
    first, other = orders
    now = listed.view.sort
    wanted = other if now == first else first
    is_up = {"a-z": True, "z-a": False, "highest": False, "lowest": True}
    direction = f' aria-sort="{"ascending" if is_up[now] else "descending"}"' if now in orders else ""
    href = escape(at_root(f"/compare{listed.view.search(sort=None if wanted == 'highest' else wanted)}"))
    return f'<th scope="col"{look}{direction}><a class="wh-sort" id="sort-{first}" href="{href}">{escape(heading)}</a></th>'


def comparison_key(counts: Mapping[str, int], benchmark: str, *, has_interval: bool) -> Component:
    """The marks of each comparison with how many areas it holds: ``better than England (5)``."""
    items = []
    for category in in_order(counts):
        word = sentences.compare_words(category)
        tail = (
            f" than {benchmark}"
            if not items and category not in ("similar", "not_compared", "illustrative")
            else ""
        )
        text = f"{sentences.lower_first(word)}{tail} ({counts[category]})"
        items.append((_swatch(symbol(category, 9, 9, 5.5)), text))
    if has_interval:
        items.append((_LINE, "95% confidence interval"))
    return key(items)


def _swatch(drawn: str) -> str:
    return f'<svg width="18" height="18" aria-hidden="true" focusable="false">{drawn}</svg>'


_LINE = (
    '<svg width="30" height="18" aria-hidden="true" focusable="false">'
    f'<line x1="0" x2="30" y1="9" y2="9" stroke="{colours.INK}" stroke-width="2"/></svg>'
)


def counts_key(listed: ComparedAreas, counts: Mapping[str, int], *, is_rows: bool = True) -> Component:
    """The key of a picture of a list; rows have their intervals drawn."""
    name = benchmark_name(listed.compared.benchmarks)
    has_interval = is_rows and any(row["lower_ci_95"] is not None for row in listed.present)
    return comparison_key(counts, name, has_interval=has_interval)


def funnel(listed: ComparedAreas, id: str) -> list[Component]:
    """The funnel of a list with its key and how to read it."""
    picture = funnel_of(listed)
    return [
        html.div(counts_key(listed, picture.counts, is_rows=False), id="compare-key"),
        chart(
            id,
            picture.figure,
            words.chart_label(listed, picture.title, picture.drawn),
            height=picture.figure["layout"]["height"],
        ),
        html.p(picture.reading, class_="wh-reading"),
    ]


def trend_words_of(listed: ComparedAreas, rows: Sequence[Row], trends: Mapping[str, Row]) -> dict[str, str]:
    """The recent trend of areas in words, by area; nothing for illustrative figures."""
    return {
        row["area_code"]: sentences.trend_words(trends.get(row["area_code"]))
        if row["area_code"] not in listed.without_trend
        else ""
        for row in rows
    }
