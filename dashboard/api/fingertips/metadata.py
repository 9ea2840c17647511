"""What is known of the indicators themselves: a CSV of 32 columns, and JSON of 15 keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.address.context import Context
from dashboard.api.fingertips import ids
from dashboard.api.fingertips.asking import Cell, cell_of
from dashboard.queries.long_table import releases_by_indicator
from dashboard.sentences import listed
from indicators.catalogue import Indicator
from indicators.periods import Period

COLUMNS = (
    "Indicator ID",
    "Indicator",
    "Indicator number",
    "Rationale",
    "Specific rationale",
    "Definition",
    "Data source",
    "Indicator source",
    "Definition of numerator",
    "Source of numerator",
    "Definition of denominator",
    "Source of denominator",
    "Methodology",
    "Standard population/values",
    "Frequency",
    "Confidence interval details",
    "Disclosure control",
    "Rounding",
    "Caveats",
    "Notes",
    "Impact of COVID-19",
    "Copyright",
    "Data re-use",
    "Links",
    "Indicator Content",
    "Simple Name",
    "Simple Definition",
    "Unit",
    "Value type",
    "Year type",
    "Polarity",
    "Date updated",
)
_YEAR_TYPES = {1: "Calendar", 4: "Financial", 9: "Academic"}


def metadata_rows(context: Context, indicators: Iterable[Indicator], links: str) -> list[list[Cell]]:
    """The cells of COLUMNS; ``links`` is the address of this installation, with a slash at its end."""
    return [_row(context, indicator, links) for indicator in indicators]


def _row(context: Context, indicator: Indicator, links: str) -> list[Cell]:
    releases = _releases(context, indicator)
    sources = listed(dict.fromkeys(str(release["publisher"]) for release in releases)) if releases else ""
    publications = "; ".join(dict.fromkeys(str(release["publication"]) for release in releases))
    cells: dict[str, Cell] = {
        "Indicator ID": indicator.number,
        "Indicator": indicator.title,
        "Indicator number": indicator.id,
        "Rationale": indicator.rationale,
        "Definition": indicator.definition,
        "Data source": sources,
        "Indicator source": publications,
        "Definition of numerator": indicator.numerator,
        "Source of numerator": publications,
        "Definition of denominator": indicator.denominator,
        "Source of denominator": publications,
        "Confidence interval details": ids.interval_method(indicator).name,
        "Caveats": " ".join(indicator.caveats),
        "Copyright": " ".join(
            dict.fromkeys(str(release["attribution"]) for release in releases if release["attribution"])
        ),
        "Data re-use": "; ".join(dict.fromkeys(str(release["licence"]) for release in releases)),
        "Links": f"{links}indicators/{indicator.id}",
        "Simple Name": indicator.short_title,
        "Unit": ids.unit(indicator).name,
        "Value type": ids.value_type(indicator).name,
        "Year type": year_type(context, indicator).name,
        "Polarity": polarity_words(indicator),
        "Date updated": _updated(releases)[:10],
    }
    return [cell_of(cells.get(name, "")) for name in COLUMNS]


def metadata(context: Context, indicator: Indicator, *, with_text: bool) -> dict[str, Any]:
    """One indicator as JSON; ``with_text`` adds definition and the like to ``Descriptive``."""
    releases = _releases(context, indicator)
    descriptive: dict[str, Any] = {
        "Name": indicator.title,
        "DataSource": listed(dict.fromkeys(str(release["publisher"]) for release in releases))
        if releases
        else "",
    }
    if with_text:
        descriptive |= {
            "NameLong": indicator.title,
            "Definition": indicator.definition,
            "Rationale": indicator.rationale,
            "NumeratorDefinition": indicator.numerator,
            "DenominatorDefinition": indicator.denominator,
            "Caveats": " ".join(indicator.caveats),
        }
    method, unit = ids.interval_method(indicator), ids.unit(indicator)
    return {
        "LatestChangeTimestampOverride": None,
        "SpecialCases": None,
        "AlwaysShowSexWithIndicatorName": False,
        "AlwaysShowAgeWithIndicatorName": False,
        "AlwaysShowYearRangeWithIndicatorName": False,
        "ShouldCountBeDisplayed": not indicator.is_count,
        "DataQualityNote": {"Id": 0, "Text": "None", "Comment": None},
        "Unit": {"Id": unit.id, "Value": indicator.multiplier, "Label": unit.name},
        "YearType": _named(year_type(context, indicator)),
        "ValueType": _named(ids.value_type(indicator)),
        "ConfidenceIntervalMethod": {**_named(method), "Description": None},
        "IID": indicator.number,
        "Descriptive": descriptive,
        "DataChange": {"LastUploadedAt": _updated(releases) or None, "LastDeletedAt": None},
        "InequalitiesExcludedCategoryTypeIds": [],
    }


def polarity_words(indicator: Indicator) -> str:
    """Which way is good, in Fingertips' words; ``Not applicable`` where figures are compared with nothing."""
    return ids.POLARITIES[indicator.polarity] if indicator.comparable else "Not applicable"


def year_type(context: Context, indicator: Indicator) -> ids.Named:
    """The kind of year that most periods of an indicator are of; calendar years where nothing else fits."""
    starts = Counter(
        Period.parse(iso).start_on.month
        for row in context.available(indicator.id)
        for iso in row["periods"]
        if Period.parse(iso).months % 12 == 0 and Period.parse(iso).months
    )
    month = starts.most_common(1)[0][0] if starts else 1
    return ids.year_type(_YEAR_TYPES.get(month, "Calendar"))


def _releases(context: Context, indicator: Indicator) -> tuple[Mapping[str, Any], ...]:
    return releases_by_indicator(context).get(indicator.id, ())


def _updated(releases: Iterable[Mapping[str, Any]]) -> str:
    """The instant when figures were last loaded, without a time zone as Fingertips writes it; empty without releases."""
    return max((str(release["loaded_at"]) for release in releases), default="").removesuffix("Z")


def _named(named: ids.Named) -> dict[str, Any]:
    return {"Id": named.id, "Name": named.name}
