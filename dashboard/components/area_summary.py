"""What stands below the spine chart of an area: figures of areas that cover it, areas like it, the newest figures, and
where the rest is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.address.view import search_of
from dashboard.answers.profile import Covering, Line
from dashboard.answers.releases import Release
from dashboard.components import html
from dashboard.components.cards import status
from dashboard.components.html import escape
from dashboard.components.profile import below_name
from dashboard.components.text import link, paragraph, section
from dashboard.sentences.headlines import kind_after
from geodata.register import Area

Component = Any

MOST_NAMED = 5
"""Similar areas named in a sentence."""
MOST_NEW = 3
"""Newest figures named in a sentence."""


def covering_section(area_code: str, place: str, found: Sequence[Covering]) -> Component:
    """Figures that the area has not, of the areas that cover it, as rows; and the way to all of them."""
    every = link("All figures for other areas", f"/areas/{area_code}/figures#elsewhere")
    if not found:
        return section("Figures for other areas", html.p(every), id="elsewhere")
    rows = "".join([_covering_row(place, answer) for answer in found])
    caption = f"Figures for other areas that cover {place}"
    return section(
        caption,
        html.trusted(
            f'<table class="wh-covering"><caption class="wh-visually-hidden">{escape(caption)}</caption>'
            '<thead class="wh-visually-hidden"><tr><th scope="col">Indicator and area</th><th scope="col">Figure</th>'
            f'<th scope="col">Compared with England</th></tr></thead><tbody>{rows}</tbody></table>'
        ),
        html.p(every),
        id="elsewhere",
    )


def _covering_row(place: str, found: Covering) -> str:
    line = found.line
    value, _ = sentences.value_cell(line)
    period, note = sentences.age_badge_words(line)
    whose = f"{kind_after(found.area, found.kind)} ({sentences.covered_words(found.share, found.more, place)}), {period}"
    whose += f", {note}" if note else ""
    england = "" if line.england is None else f"England {sentences.england_cell(line)}"
    return (
        f'<tr><th scope="row"><a class="wh-link" href="{at_root(f"/indicators/{line.indicator.id}")}">'
        f'{escape(sentences.line_name(line))}</a><span class="wh-who">{escape(whose)}</span>{below_name(line)}</th>'
        f'<td class="wh-number"><b>{escape(value)}</b><span class="wh-ci">{england}</span></td>'
        f"<td>{status(line.compared, sentences.compare_words(line.compared))}</td></tr>"
    )


def similar_summary(
    area: Area, place: str, similar: Sequence[Area], headline: str, *, is_ours: bool
) -> Component:  # fmt: skip
    """The areas most like an area in a sentence, with a link to compare it with them; nothing where none are known.

    is_ours  whether they were calculated here, and not by ONS
    """
    if not similar:
        return None
    named = sentences.listed([other.name for other in similar[:MOST_NAMED]])
    alike, by_whom = sentences.likeness_words(is_ours)
    codes = [other.area_code for other in similar]
    beside = search_of({"indicator": headline, "area": [area.area_code, *codes]})
    return section(
        f"Areas similar to {place}",
        paragraph(f"{named} are {alike}. {by_whom}"),
        html.p(link(f"Compare {place} with similar areas", f"/compare{beside}")),
        id="like",
    )


def newest_section(
    area_code: str, place: str, lines: Sequence[Line], release: Release | None
) -> Component:  # fmt: skip
    """The figures that were published last, with the day, and the way to all changes."""
    every = link(f"All changes for {place}", f"/areas/{area_code}/sources#what-changed")
    if not lines or release is None or release.published_on is None:
        return section("Latest change", html.p(every), id="what-changed")
    names = list(dict.fromkeys(line.indicator.short_title for line in lines))
    more = len(names) - MOST_NEW
    named = "; ".join(names[:MOST_NEW]) + (f" and {sentences.counted(more, 'other')}" if more > 0 else "")
    periods = list(dict.fromkeys(sentences.period_words(line.row["period"]) for line in lines))
    of = f", {periods[0]}" if len(periods) == 1 else ""
    return section(
        "Latest change",
        html.p([f"{named}{of}, published {sentences.date_words(release.published_on)}. ", every]),
        id="what-changed",
    )


def more_section(area_code: str, place: str) -> Component:
    """What else there is of the area, each with the name that older links to this page go by."""
    path = f"/areas/{area_code}"
    ways = (
        ("answers", "The three main questions, answered", f"{path}/figures#answers"),
        ("evidence", "What may help: evidence", f"/conditions?area={area_code}#evidence"),
        ("ledger", "What is missing, and why", f"{path}/figures#ledger"),
        ("where", "Geography and previous boundaries", f"{path}/similar#where"),
        ("sources-and-method", "Sources and method", f"{path}/sources"),
    )
    return section(
        f"More on {place}",
        html.ul([html.li(link(words, href), id=name) for name, words, href in ways], class_="wh-ways"),
        id="more",
    )
