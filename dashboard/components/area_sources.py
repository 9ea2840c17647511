"""Where the figures of an area come from, figure by figure, and whom to tell when one is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.profile import Line
from dashboard.answers.releases import NamedRelease, NextRelease, Release
from dashboard.components import html
from dashboard.components.releases import release_list
from dashboard.components.reports import report_problem
from dashboard.components.tables import table
from dashboard.components.text import link, paragraph, section
from geodata.register import Area

Component = Any


def sources_section(
    area: Area,
    lines: Sequence[Line],
    named: Sequence[NamedRelease],
    contact: str,
    expected: Sequence[NextRelease] = (),
) -> Component:
    """Each figure with its publisher, release and licence, and a link to report a problem with it.

    ``expected`` are the next releases of the key figures.
    """
    from_whom = sentences.publishers_words(named)
    when = sentences.next_releases_words(expected)
    of_release = {found.release.release_id: found.release for found in named}
    return section(
        "Source of each figure",
        paragraph(from_whom) if from_whom else None,
        paragraph(when) if when else None,
        table(
            f"Sources of the figures of {area.name}",
            ["Indicator", "Period", "Publisher", "Publication", "Published", "Licence", "Problem"],
            [_cells(area, line, of_release, contact) for line in lines],
            id="figure-sources",
            hide_caption=True,
        ),
        release_list(named),
        id="sources-and-method",
    )


def _cells(area: Area, line: Line, of_release: Mapping[str, Release], contact: str) -> list[Any]:
    row = line.row
    release = of_release.get(row["release"])
    name = {"t": sentences.line_name(line), "h": f"/indicators/{line.indicator.id}"}
    report = report_problem(
        contact, line.indicator, area=area, period=row["period"], release=release, words="Report a problem"
    )
    if release is None:
        return [name, sentences.period_cell(line), "", "", "", "", report]
    title = link(release.publication, release.url) if release.url else release.publication
    return [
        name,
        sentences.period_cell(line),
        release.publisher,
        title,
        sentences.date_words(release.published_on) if release.published_on else "",
        release.licence,
        report,
    ]


def method_section(area_code: str) -> Component:
    """How figures are compared, in three sentences, and where the methods and the data are."""
    return section(
        "Method",
        paragraph(
            "Intervals are 95% confidence intervals, as published or calculated here from the counts; the page of each "
            "indicator says which. An area is better or worse than England only where its whole interval lies on one side "
            "of England’s figure. ",
            link("How to read the figures", "/about"),
        ),
        paragraph(
            link("Downloads and API", "/data"),
            " · ",
            html.a(
                "All figures of this area (CSV)",
                href=f"/csv/areas/{area_code}",
                download=True,
                class_="wh-link",
            ),
        ),
        id="method",
    )
