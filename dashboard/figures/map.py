"""What the map is sent: values in drawing order, their classes and the legend, as one compact dict.

Shapes, names and codes are already in the browser (``dashboard.api.geometry``), so a change of
indicator or period sends numbers only. Pure: rows in, dict out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, assert_never

from dashboard.figures import colours
from dashboard.figures.classes import compare_rows, quintiles
from dashboard.wording import COMPARE_WORDS, number
from indicators.catalogue import Indicator

Shading = Literal["benchmark", "quintile", "continuous"]

_JUDGED = ("better", "similar", "worse")
_UNJUDGED = ("higher", "similar", "lower")
# drawn over the colour, so that no class is told by colour alone
_PATTERNS = {"better": "", "similar": "dots", "worse": "stripes", "higher": "", "lower": "stripes"}
_FIFTHS = ("Lowest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Highest fifth")


def map_values(
    *,
    indicator: Indicator,
    area_codes: Sequence[str],
    rows: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
    benchmarks: Mapping[str, float | None],
    shading: Shading,
) -> dict[str, Any]:
    """The values of one map.

    area_codes  in drawing order; ``rows`` the observation of each area that has one; ``names`` of the
                areas in ``rows`` that have no shape. ``benchmarks`` is what each area is compared with.

    Numbers are sent as whole numbers of the last decimal shown: ``v`` value, ``lo`` value minus lower
    limit (None where there is none), ``skew`` how much further the upper limit is from the value than the
    lower (mostly 0, so it costs next to nothing to send). ``c`` and ``k`` hold one digit an
    area: its place in ``compared`` (the comparison) and in ``classes`` (what its colour says).
    ``missing`` gives the areas without a value by status; an area without a row is ``no_row``.
    ``extra`` lists areas with a row but no shape: ``[code, name, v, lo, skew, c, k]``.
    """
    without_shape = sorted(set(rows) - set(area_codes), key=lambda code: names.get(code, code))
    everyone = [*area_codes, *without_shape]
    scale = 10**indicator.decimal_places
    values = [_of(rows.get(code), "value") for code in everyone]
    compared = _compared(indicator, everyone, rows, benchmarks)
    categories = [*(_UNJUDGED if indicator.polarity == "none" else _JUDGED), "not_compared", "missing"]
    c = [categories.index(one) for one in compared]

    answer: dict[str, Any] = {}
    match shading:
        case "benchmark":
            k = c
            classes = [_compared_class(one) for one in categories]
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
        case "continuous":
            k = [1 if value is None else 0 for value in values]
            present = [value for value in values if value is not None]
            low, high = (min(present), max(present)) if present else (0.0, 0.0)
            classes = [
                {"key": "value", "words": "Value", "colour": colours.BANDS[2]},
                _compared_class("missing"),
            ]
            answer["range"] = {
                "low": round(low * scale),
                "high": round(high * scale),
                "colours": list(colours.BANDS),
            }
        case _:
            assert_never(shading)
    for i, one in enumerate(classes):
        one["count"] = k.count(i)
    n = len(area_codes)
    scaled = [_scaled(rows.get(code), scale) for code in everyone]
    answer |= {
        "v": [one[0] for one in scaled[:n]],
        "lo": [one[1] for one in scaled[:n]],
        "skew": [one[2] for one in scaled[:n]],
        "c": "".join(str(one) for one in c[:n]),
        "k": "" if k is c else "".join(str(one) for one in k[:n]),
        "compared": [
            {"key": one, "words": COMPARE_WORDS.get(one, ""), "count": c.count(i)}
            for i, one in enumerate(categories)
        ],
        "classes": classes,
        "missing": _missing(area_codes, rows),
        "extra": [
            [code, names.get(code, code), *scaled[n + i], c[n + i], k[n + i]]
            for i, code in enumerate(without_shape)
        ],
        "shading": shading,
        "decimals": indicator.decimal_places,
        "unit": _unit(indicator),
    }
    return answer


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
    unit = _unit(indicator)
    ends = low if low == high else f"{low} to {high}"
    return f"{_FIFTHS[i]}: {unit['prefix']}{ends}{unit['suffix']}"


def _unit(indicator: Indicator) -> dict[str, str]:
    """What stands before and after a number of this indicator."""
    match indicator.unit:
        case "percent":
            return {"prefix": "", "suffix": "%", "heading": "%"}
        case "percentage_points":
            return {"prefix": "", "suffix": " percentage points", "heading": "percentage points"}
        case "pounds_per_week":
            return {"prefix": "£", "suffix": "", "heading": "£ a week"}
        case "years":
            return {"prefix": "", "suffix": " years", "heading": "years"}
        case "per_100000":
            return {"prefix": "", "suffix": " per 100,000", "heading": "per 100,000"}
        case "count":
            return {"prefix": "", "suffix": "", "heading": "count"}
        case "people":
            return {"prefix": "", "suffix": "", "heading": "people"}


def _missing(area_codes: Sequence[str], rows: Mapping[str, Mapping[str, Any]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for i, code in enumerate(area_codes):
        if _of(rows.get(code), "value") is None:
            found.setdefault(rows[code]["status"] if code in rows else "no_row", []).append(i)
    return found
