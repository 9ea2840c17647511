"""What the map is sent: values in drawing order, their classes and the legend, as one compact dict.

Shapes, names and codes are already in the browser (``dashboard.api.geometry``), so a change of indicator or period sends
numbers only. Pure: answers in, dict out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, assert_never

from dashboard.answers.area_map import AreaMap, Course, Shading
from dashboard.answers.comparison import Word
from dashboard.figures import colours
from dashboard.figures.classes import quintiles
from dashboard.sentences import COMPARE_WORDS, LEGEND_WORDS, UNITS, period_words, range_words, unit_of
from dashboard.sentences.area_map import (
    course_words,
    map_benchmark,
    map_caption,
    map_credit,
    map_note,
    map_source,
    map_title,
    why_no_course,
)
from indicators.catalogue import Indicator

_JUDGED = ("better", "similar", "worse")
_UNJUDGED = ("higher", "similar", "lower")
# drawn over the colour, so that no class differs by colour alone
_PATTERNS = {
    "better": "",
    "similar": "",
    "worse": "stripes",
    "higher": "",
    "lower": "stripes",
    "illustrative": "grey",
}
_PACKED = ("v", "lo", "skew", "d", "dlo", "dskew")


def payload(shown: AreaMap) -> dict[str, Any] | None:
    """What ``assets/map`` draws of a map; None where there is no shape to draw."""
    if shown.shapes is None or shown.view.period is None:
        return None
    view = shown.view
    values = map_values(
        indicator=shown.indicator,
        area_codes=shown.shapes.area_codes,
        rows={row["area_code"]: row for row in shown.rows},
        names={row["area_code"]: row["area_name"] for row in shown.rows},
        compared=shown.words,
        shading=shown.shading,
        courses=shown.courses if shown.shading in ("trend", "change") else None,
        since=shown.since,
    )
    numbers = {key: packed(values[key]) for key in _PACKED if key in values}
    return {
        **{key: value for key, value in values.items() if key not in numbers},
        "shapes": shown.shapes.url,
        "outline": shown.shapes.outlines_url(view.outline or "") if shown.has_outline else "",
        "key": drawing_tag(shown),
        "only": None if shown.places is None else list(shown.places),
        "title": map_title(shown),
        "caption": map_caption(shown),
        "benchmark": map_benchmark(shown),
        **_mark(shown),
        "since": period_words(shown.since) if shown.since else "",
        "illustrative": shown.is_illustrative,
        "note": map_note(shown),
        "source": map_source(shown),
        "credit": map_credit(shown),
        "indicator": view.indicator_id,
        "period": view.period,
        "area_type": view.area_type,
        # an address may name an area by another code than the drawing
        **({"lands": lands} if (lands := _other_codes(shown)) else {}),
        # last, because words compress better where no numbers stand between them
        **numbers,
    }


def _other_codes(shown: AreaMap) -> dict[str, list[str]]:
    """The codes that are drawn by each other code of the same place."""
    moved = dict(shown.view.instead.moved) if shown.view.instead else {}
    return {code: [drawn] for code, drawn in shown.lands.items()} | {
        code: list(drawn) for code, drawn in moved.items()
    }


def _mark(shown: AreaMap) -> dict[str, Any]:
    """``mark``: value and name of the one benchmark of all areas, to be drawn; nothing where each has its own."""
    shared = shown.compared.benchmarks.shared
    if shared is None or shared.value is None or not shown.indicator.comparable:
        return {}
    return {"mark": [round(shared.value * 10**shown.indicator.decimal_places), shared.name]}


def drawing_tag(shown: AreaMap) -> str:
    """A short digest: two maps of the same tag look the same, whichever areas are chosen."""
    view = shown.view
    parts = (
        shown.publication_id,
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
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:10]


def map_values(
    *,
    indicator: Indicator,
    area_codes: Sequence[str],
    rows: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
    compared: Mapping[str, Word],
    shading: Shading,
    courses: Mapping[str, Course] | None = None,
    since: str | None = None,
) -> dict[str, Any]:
    """The values of one map.

    area_codes  in drawing order; ``rows`` the observation of each area that has one; ``names`` of the
                areas in ``rows`` that have no shape. ``compared`` is how each of the rows compares.
    courses     for the shadings ``trend`` and ``change``: where each area is heading, for a change ``since`` a period.

    Numbers are sent as whole numbers of the last decimal shown: ``v`` value, ``lo`` value minus lower
    limit (None where there is none), ``skew`` how much further the upper limit is from the value than the
    lower (mostly 0, so it costs next to nothing to send). ``c`` and ``k`` hold one digit an
    area: its place in ``compared`` (the comparison) and in ``classes`` (what its colour says).
    ``missing`` gives the areas without a value by status; an area without a row is ``no_row``.
    ``extra`` lists areas with a row but no shape: ``[code, name, v, lo, skew, c, k]``.
    For a change ``d``, ``dlo`` and ``dskew`` hold the differences likewise, and ``reasons`` the areas that have none.
    """
    without_shape = sorted(set(rows) - set(area_codes), key=lambda code: names.get(code, code))
    everyone = [*area_codes, *without_shape]
    illustrative = frozenset(code for code in everyone if _is_illustrative(rows.get(code)))
    scale = 10**indicator.decimal_places
    values = [_of(rows.get(code), "value") for code in everyone]
    words = [
        "missing" if value is None else "illustrative" if code in illustrative else str(compared[code])
        for code, value in zip(everyone, values, strict=True)
    ]
    # what is coloured by its value: real figures alone
    values = [None if code in illustrative else value for code, value in zip(everyone, values, strict=True)]
    categories = [*(_UNJUDGED if indicator.polarity == "none" else _JUDGED), "not_compared", "missing"]
    if illustrative:
        is_any_real = any(value is not None for value in values)
        categories = [*categories, "illustrative"] if is_any_real else ["illustrative", "missing"]
        shading = shading if is_any_real else "benchmark"
    place_of = {category: place for place, category in enumerate(categories)}
    c = [place_of[word] for word in words]
    k, classes = _classes(shading, indicator, categories, c, values, everyone, courses or {})
    if illustrative and shading != "benchmark":
        classes = [shown for shown in classes if shown["key"] != "illustrative"]
        k = [len(classes) if code in illustrative else place for code, place in zip(everyone, k, strict=True)]
        classes.append(_compared_class("illustrative"))
    n = len(area_codes)
    scaled = [_scaled(rows.get(code), scale) for code in everyone]
    answer: dict[str, Any] = {
        "v": [figure[0] for figure in scaled[:n]],
        "lo": [figure[1] for figure in scaled[:n]],
        "skew": [figure[2] for figure in scaled[:n]],
        "c": "".join(map(str, c[:n])),
        "k": "" if k == c else "".join(map(str, k[:n])),
        "compared": [{"key": category, "words": COMPARE_WORDS.get(category, "")} for category in categories],
        "classes": classes,
        "missing": _missing(area_codes, rows),
        "extra": [
            [code, names.get(code, code), *scaled[n + i], c[n + i], k[n + i]]
            for i, code in enumerate(without_shape)
        ],
        "shading": shading,
        "decimals": indicator.decimal_places,
        "unit": indicator.unit,
        **_own_unit(indicator),
    }
    if shading == "continuous":
        present = [value for value in values if value is not None]
        low, high = (min(present), max(present)) if present else (0.0, 0.0)
        ends = {"low": round(low * scale), "high": round(high * scale)}
        answer["range"] = {**ends, "colours": list(colours.BANDS)}
    if courses is not None and shading in ("trend", "change"):
        answer["reasons"] = _reasons(area_codes, courses, since)
    if shading == "change" and courses is not None:
        differences = [_scaled_change(courses.get(code), scale) for code in area_codes]
        for place, key in enumerate(("d", "dlo", "dskew")):
            answer[key] = [difference[place] for difference in differences]
    return answer


def _own_unit(indicator: Indicator) -> dict[str, Any]:
    """The words of a unit that the browser's vocabulary does not hold: one of the user's own."""
    if indicator.unit in UNITS:
        return {}
    return {"unitWords": asdict(unit_of(indicator.unit_format))}


# every printable ASCII character that JSON sends as it is; the last stands for a number that is missing
_DIGITS = "".join(chr(code) for code in range(32, 126) if chr(code) not in '"\\')
_NO_NUMBER = "~"


def packed(numbers: Sequence[int | None]) -> list[Any]:
    """``[lowest, width, text]``: whole numbers as digits of base 92 above the lowest, all last digits first.

    Half the size on the wire of a list, since the digits of one place compress well together.
    """
    present = [whole for whole in numbers if whole is not None]
    low, high = min(present, default=0), max(present, default=0)
    base, width = len(_DIGITS), 1
    while base**width <= high - low:
        width += 1
    text = "".join(
        _NO_NUMBER if whole is None else _DIGITS[(whole - low) // base**place % base]
        for place in range(width)
        for whole in numbers
    )
    return [low, width, text]


def _classes(
    shading: Shading,
    indicator: Indicator,
    categories: Sequence[str],
    c: list[int],
    values: Sequence[float | None],
    everyone: Sequence[str],
    courses: Mapping[str, Course],
) -> tuple[list[int], list[dict[str, Any]]]:
    """The class of each area, and the classes of the legend."""
    match shading:
        case "benchmark":
            return c, [_compared_class(category) for category in categories]
        case "quintile":
            bands = quintiles(values)
            k = [
                5 if value is None else (band if band is not None else 6)
                for value, band in zip(values, bands, strict=True)
            ]
            classes = [
                {
                    "key": f"fifth-{i + 1}",
                    "words": _fifth_words(i, bands, values, indicator),
                    "colour": colour,
                }
                for i, colour in enumerate(colours.BANDS)
            ]
            classes += [_compared_class("missing"), _compared_class("not_compared")]
            classes[6]["words"] = LEGEND_WORDS["not_banded"]
            return k, classes
        case "continuous":
            classes = [
                {"key": "value", "words": LEGEND_WORDS["value"], "colour": colours.BANDS[2]},
                _compared_class("missing"),
            ]
            return [1 if value is None else 0 for value in values], classes
        case "trend" | "change":
            found = [
                "missing" if value is None or code not in courses else courses[code].category
                for code, value in zip(everyone, values, strict=True)
            ]
            is_change = shading == "change"
            classes = [_course_class(category, indicator, is_change=is_change) for category in categories]
            return [categories.index(category) for category in found], classes
        case _:
            assert_never(shading)


def _course_class(category: str, indicator: Indicator, *, is_change: bool) -> dict[str, Any]:
    made = _compared_class(category)
    if category == "missing":
        return made
    return {**made, "words": course_words(category, indicator, is_change=is_change)}


def _reasons(area_codes: Sequence[str], courses: Mapping[str, Course], since: str | None) -> list[list[Any]]:
    """``[words, [places]]`` of the areas whose course cannot be worked out, by reason."""
    found: dict[str, list[int]] = {}
    for i, code in enumerate(area_codes):
        if code in courses and (words := why_no_course(courses[code], since)):
            found.setdefault(words, []).append(i)
    return [[words, places] for words, places in found.items()]


def _scaled_change(course: Course | None, scale: int) -> tuple[int | None, int | None, int | None]:
    if course is None or course.difference is None:
        return (None, None, None)
    shown = round(course.difference * scale)
    if course.lower is None or course.upper is None:
        return (shown, None, None)
    below, above = shown - round(course.lower * scale), round(course.upper * scale) - shown
    return (shown, below, above - below)


def _of(row: Mapping[str, Any] | None, key: str) -> float | None:
    return None if row is None else row[key]


def _scaled(row: Mapping[str, Any] | None, scale: int) -> tuple[int | None, int | None, int | None]:
    value = _of(row, "value")
    if row is None or value is None:
        return (None, None, None)
    shown = round(value * scale)
    lower, upper = row["lower_ci_95"], row["upper_ci_95"]
    if lower is None or upper is None:
        return (shown, None, None)
    below, above = shown - round(lower * scale), round(upper * scale) - shown
    return (shown, below, above - below)


def _is_illustrative(row: Mapping[str, Any] | None) -> bool:
    return row is not None and row["value"] is not None and row["status"] == "illustrative"


def _compared_class(category: str) -> dict[str, Any]:
    if category == "missing":
        return {
            "key": "missing",
            "words": LEGEND_WORDS["missing"],
            "colour": colours.MISSING,
            "pattern": "hatch",
        }
    return {
        "key": category,
        "words": COMPARE_WORDS[category],
        "colour": colours.COMPARED[category],
        "pattern": _PATTERNS.get(category, ""),
    }


def _fifth_words(
    i: int, bands: Sequence[int | None], values: Sequence[float | None], indicator: Indicator
) -> str:
    inside = [value for value, band in zip(values, bands, strict=True) if band == i and value is not None]
    name = LEGEND_WORDS[f"fifth-{i + 1}"]
    if not inside:
        return f"{name}: none"
    return f"{name}: {range_words(min(inside), max(inside), indicator)}"


def _missing(area_codes: Sequence[str], rows: Mapping[str, Mapping[str, Any]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for i, code in enumerate(area_codes):
        if _of(rows.get(code), "value") is None:
            found.setdefault(rows[code]["status"] if code in rows else "no_row", []).append(i)
    return found
