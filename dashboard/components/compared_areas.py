"""Parts of the page of a list: the table of its figures, the chosen areas, rows moved to its top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.compared_areas import ComparedAreas, Row
from dashboard.components import html
from dashboard.components.html import Html
from dashboard.components.tables import real_value, table
from dashboard.figures.ranks import Rank
from dashboard.sentences import compared_areas as words
from dashboard.sentences.benchmarks import against_name, level_words
from indicators.catalogue import Indicator

Component = Any
_OWN_HEADINGS = {
    "region": "Its region",
    "parent": "The area around it",
    "similar": "Middle of the areas most like it",
}


def list_table(
    listed: ComparedAreas,
    trends: Mapping[str, str],
    ranked: Sequence[Rank],
    graded: Sequence[str],
    csv: str,
    *,
    has_bars: bool,
) -> Component:
    """Every area with value, interval, comparison and recent trend; chosen areas first, then by name.

    trends    the recent trend in words, by area
    graded    the grade of each row of ``listed.ordered``, empty for none
    ranked    ranks with their intervals; empty where none are shown
    csv       address of the figures
    has_bars  whether intervals are drawn in the rows
    """
    indicator, everyone, chosen = listed.indicator, listed.ordered, set(listed.selected)
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
        style = {"bar": _scale(listed, everyone)} if has_bars else {"kind": "number"}
        columns.append({"label": "95% confidence interval", **style})
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
        marked = {"c": "wh-marked"} if code in chosen else {}
        cells: list[Any] = [
            {"t": row["area_name"], "h": f"/areas/{code}", **marked},
            _value_cell(row, indicator),
        ]
        if has["lower_ci_95"]:
            cells.append(_interval_cell(listed, row, own_levels=own_levels, has_bars=has_bars))
        if with_grade:
            cells.append(sentences.grade_words(grade))
        if compares:
            cells.append(_compared_cell(listed, row))
        if own_levels:
            against = listed.against[code]
            cells.append(
                against.name + level_words(against.value, indicator)
                if against.name or against.value is not None
                else ""
            )
        if could_rank:
            rank = could_rank.get(code)
            cells.append({"t": rank.words, "s": rank.rank} if rank else "")
        cells.append(trends[code])
        for key in ("numerator", "denominator"):
            if has[key]:
                cells.append(
                    {"t": sentences.number(row[key]), "s": real_value(row, key)}
                    if row[key] is not None
                    else ""
                )
        if with_note:
            cells.append(_note_cell(row))
        cells.append(code)
        rows.append(cells)
    caption = words.figures_title(listed)
    return table(caption, columns, rows, id="compare-table", csv=csv, hide_caption=True)


def marked_first(written: Html, area_codes: Iterable[str]) -> Html:
    """A table of ``list_table`` in which no area is chosen, with the rows of some areas marked and moved to its top.

    They stand in the order of the table; an area that has no row changes nothing.
    """
    start = written.index("<tbody>") + len("<tbody>")
    head, body = str(written[:start]), str(written[start:])
    moved: list[tuple[int, str]] = []
    for code in area_codes:
        at = body.find(f'href="/areas/{code}"')
        if at >= 0:
            first, last = body.rindex("<tr>", 0, at), body.index("</tr>", at) + len("</tr>")
            moved.append((first, body[first:last]))
    for _, row in moved:
        body = body.replace(row, "", 1)
    rows = [
        row.replace('<th scope="row"', '<th scope="row" class="wh-marked"', 1) for _, row in sorted(moved)
    ]
    return html.trusted(head + "".join(rows) + body)


def _value_cell(row: Row, indicator: Indicator) -> dict[str, Any]:
    if row["value"] is None:
        return {"t": sentences.value_words(None, indicator, row["status"]), "s": None, "c": "wh-missing"}
    return {"t": sentences.short_value_words(row["value"], indicator), "s": real_value(row)}


def _interval_cell(listed: ComparedAreas, row: Row, *, own_levels: bool, has_bars: bool) -> Any:
    if row["value"] is None or row["lower_ci_95"] is None or row["upper_ci_95"] is None:
        return ""
    places = listed.indicator.decimal_places + 1
    between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], listed.indicator)
    if row["status"] == "illustrative":
        return {"t": between, "s": None}
    if not has_bars:
        return {"t": between, "s": round(row["lower_ci_95"], places + 4)}
    bar = [round(row[key], places) for key in ("lower_ci_95", "value", "upper_ci_95")]
    own = listed.against[row["area_code"]].value
    if own_levels and own is not None:
        bar.append(round(own, places))
    return {"t": between, "b": bar, "k": listed.by_area[row["area_code"]]}


def _compared_cell(listed: ComparedAreas, row: Row) -> Any:
    if row["value"] is None or row["status"] == "illustrative":
        return ""
    word = listed.by_area[row["area_code"]]
    against = against_name(listed.against[row["area_code"]], listed.compared.benchmarks.kind)
    odds = sentences.at_odds_words(listed.at_odds.get(row["area_code"]), against)
    return {
        "t": f"{sentences.compare_words(word)}: {odds}" if odds else sentences.compare_words(word),
        "c": f"wh-compared wh-compared-{word.replace('_', '-')}",
    }


def _note_cell(row: Row) -> dict[str, str]:
    status = [sentences.STATUS_WORDS["illustrative"]] if row["status"] == "illustrative" else []
    note = [row["note"]] if row["note"] else []
    return {"t": "; ".join([*status, *note]), "c": "wh-note"}


def _scale(listed: ComparedAreas, rows: Sequence[Row]) -> dict[str, Any]:
    """Ends of the scale that intervals are drawn on in the rows, and where the benchmark stands."""
    ends = [
        row[key]
        for row in rows
        if row["value"] is not None and row["status"] != "illustrative"
        for key in ("value", "lower_ci_95", "upper_ci_95")
        if row[key] is not None
    ]
    if listed.level is not None:
        ends.append(listed.level)
    return {"from": min(ends, default=0), "to": max(ends, default=1), "mark": listed.level}
