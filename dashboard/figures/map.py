"""What the map is sent: values in drawing order, their classes and the legend, as one compact dict.

Shapes, names and codes are already in the browser (``dashboard.api.geometry``), so a change of
indicator or period sends numbers only. Pure: rows in, dict out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from dashboard.figures import colours
from dashboard.figures.classes import compare_rows, quintiles
from dashboard.sentences import COMPARE_WORDS, UNITS, number
from indicators.catalogue import Indicator

Shading = Literal["benchmark", "quintile", "continuous", "trend", "change"]

_JUDGED = ("better", "similar", "worse")
_UNJUDGED = ("higher", "similar", "lower")
# drawn over the colour, so that no class is told by colour alone
_PATTERNS = {"better": "", "similar": "dots", "worse": "stripes", "higher": "", "lower": "stripes"}
_FIFTHS = ("Lowest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Highest fifth")
_NO_CLEAR_CHANGE = "No clear change"


@dataclass(frozen=True, slots=True)
class Course:
    """Where an area's figures are heading: its recent trend, or its change since a period.

    ``category`` is a class of the comparison (``better`` … or ``higher`` …), ``not_compared`` where ``reason`` says
    why there is none. ``difference`` and its 95% limits are in the unit of the indicator, for a change only.
    """

    category: str
    reason: str = ""
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None


def map_values(
    *,
    indicator: Indicator,
    area_codes: Sequence[str],
    rows: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
    benchmarks: Mapping[str, float | None],
    shading: Shading,
    courses: Mapping[str, Course] | None = None,
) -> dict[str, Any]:
    """The values of one map.

    area_codes  in drawing order; ``rows`` the observation of each area that has one; ``names`` of the
                areas in ``rows`` that have no shape. ``benchmarks`` is what each area is compared with.
    courses     for the shadings ``trend`` and ``change``: where each area is heading.

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
    scale = 10**indicator.decimal_places
    values = [_of(rows.get(code), "value") for code in everyone]
    compared = _compared(indicator, everyone, rows, benchmarks)
    categories = [*(_UNJUDGED if indicator.polarity == "none" else _JUDGED), "not_compared", "missing"]
    c = [categories.index(one) for one in compared]
    k, classes = _classes(shading, indicator, categories, compared, values, everyone, courses or {})
    n = len(area_codes)
    scaled = [_scaled(rows.get(code), scale) for code in everyone]
    answer: dict[str, Any] = {
        "v": [one[0] for one in scaled[:n]],
        "lo": [one[1] for one in scaled[:n]],
        "skew": [one[2] for one in scaled[:n]],
        "c": "".join(str(one) for one in c[:n]),
        "k": "" if k == c else "".join(str(one) for one in k[:n]),
        "compared": [{"key": one, "words": COMPARE_WORDS.get(one, "")} for one in categories],
        "classes": classes,
        "missing": _missing(area_codes, rows),
        "extra": [
            [code, names.get(code, code), *scaled[n + i], c[n + i], k[n + i]]
            for i, code in enumerate(without_shape)
        ],
        "shading": shading,
        "decimals": indicator.decimal_places,
        "unit": indicator.unit,
    }
    if shading == "continuous":
        present = [value for value in values if value is not None]
        low, high = (min(present), max(present)) if present else (0.0, 0.0)
        ends = {"low": round(low * scale), "high": round(high * scale)}
        answer["range"] = {**ends, "colours": list(colours.BANDS)}
    if courses is not None:
        answer["reasons"] = _reasons(area_codes, courses)
    if shading == "change" and courses is not None:
        differences = [_scaled_change(courses.get(code), scale) for code in area_codes]
        for place, key in enumerate(("d", "dlo", "dskew")):
            answer[key] = [one[place] for one in differences]
    return answer


# every printable ASCII character that JSON sends as it is; the last stands for a number that is missing
_DIGITS = "".join(chr(code) for code in range(32, 126) if chr(code) not in '"\\')
_NO_NUMBER = "~"


def packed(numbers: Sequence[int | None]) -> list[Any]:
    """``[lowest, width, text]``: whole numbers as digits of base 92 above the lowest, all last digits first.

    Half the size on the wire of a list, since the digits of one place compress well together.
    """
    present = [one for one in numbers if one is not None]
    low, high = min(present, default=0), max(present, default=0)
    base, width = len(_DIGITS), 1
    while base**width <= high - low:
        width += 1
    text = "".join(
        _NO_NUMBER if one is None else _DIGITS[(one - low) // base**place % base]
        for place in range(width)
        for one in numbers
    )
    return [low, width, text]


def _classes(
    shading: Shading,
    indicator: Indicator,
    categories: Sequence[str],
    compared: Sequence[str],
    values: Sequence[float | None],
    everyone: Sequence[str],
    courses: Mapping[str, Course],
) -> tuple[list[int], list[dict[str, Any]]]:
    """The class of each area, and the classes of the legend."""
    match shading:
        case "benchmark":
            return [categories.index(one) for one in compared], [_compared_class(one) for one in categories]
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
            classes[6]["words"] = "Not banded (fewer than five areas have a value)"
            return k, classes
        case "continuous":
            classes = [
                {"key": "value", "words": "Value", "colour": colours.BANDS[2]},
                _compared_class("missing"),
            ]
            return [1 if value is None else 0 for value in values], classes
        case "trend" | "change":
            missing = Course("missing")
            found = [
                "missing" if value is None else courses.get(code, missing).category
                for code, value in zip(everyone, values, strict=True)
            ]
            classes = [_course_class(one, shading, indicator) for one in categories]
            return [categories.index(one) for one in found], classes
        case _:
            assert_never(shading)


def _course_class(category: str, shading: Literal["trend", "change"], indicator: Indicator) -> dict[str, Any]:
    rising, falling = ("rising", "falling") if shading == "trend" else ("up", "down")
    good_is_up = indicator.polarity == "high_is_good"
    began = "Getting" if shading == "trend" else "Got"
    words = {
        "better": f"{began} better ({rising if good_is_up else falling})",
        "worse": f"{began} worse ({falling if good_is_up else rising})",
        "similar": _NO_CLEAR_CHANGE,
        "higher": f"{rising[:1].upper()}{rising[1:]}",
        "lower": f"{falling[:1].upper()}{falling[1:]}",
        "not_compared": "Cannot be worked out",
    }
    made = _compared_class(category)
    return {**made, "words": words.get(category, made["words"])}


def _reasons(area_codes: Sequence[str], courses: Mapping[str, Course]) -> list[list[Any]]:
    """``[words, [places]]`` of the areas whose course cannot be worked out, by reason."""
    found: dict[str, list[int]] = {}
    for i, code in enumerate(area_codes):
        course = courses.get(code)
        if course is not None and course.reason:
            found.setdefault(course.reason, []).append(i)
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


def _compared(
    indicator: Indicator,
    area_codes: Sequence[str],
    rows: Mapping[str, Mapping[str, Any]],
    benchmarks: Mapping[str, float | None],
) -> list[str]:
    """A category for each area: the comparison, ``not_compared`` or ``missing``."""
    held = [rows[code] for code in area_codes if _of(rows.get(code), "value") is not None]
    found = compare_rows(held, [benchmarks.get(row["area_code"]) for row in held], indicator)
    by_code = {row["area_code"]: category for row, category in zip(held, found, strict=True)}
    return [by_code.get(code, "missing") for code in area_codes]


def _compared_class(category: str) -> dict[str, Any]:
    if category == "missing":
        return {"key": "missing", "words": "No figure", "colour": colours.MISSING, "pattern": "hatch"}
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
    if not inside:
        return f"{_FIFTHS[i]}: none"
    low, high = (number(one, indicator.decimal_places) for one in (min(inside), max(inside)))
    unit = UNITS[indicator.unit]
    ends = low if low == high else f"{low} to {high}"
    return f"{_FIFTHS[i]}: {unit.prefix}{ends}{unit.suffix}"


def _missing(area_codes: Sequence[str], rows: Mapping[str, Mapping[str, Any]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for i, code in enumerate(area_codes):
        if _of(rows.get(code), "value") is None:
            found.setdefault(rows[code]["status"] if code in rows else "no_row", []).append(i)
    return found
