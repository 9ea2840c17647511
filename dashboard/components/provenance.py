"""Where figures come from, why there are none, and whom they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.components import html
from dashboard.components.glossary import term, terms_of, words_used
from dashboard.components.text import bullets, facts, inset, link, paragraph, section
from indicators.catalogue import Indicator

Component = Any


def no_figures(context: Context, view: View, path: str) -> Component:
    """Why the view is empty, and links to where this indicator does have figures. ``path`` is the page's."""
    indicator = context.catalogue[view.indicator_id]
    types = context.register.area_types
    rows = context.available(indicator.id)
    here = [key for key in types if any(row["area_type"] == key for row in rows)]
    if not here:
        return inset(
            html.p(f"No figures are loaded for “{indicator.short_title}” yet."),
            html.p(["See ", link("what is loaded and how fresh it is", "/refresh"), "."]),
        )
    if view.area_type in here:
        return inset(
            html.p(
                f"“{indicator.short_title}” has no figures for this group of people by {types[view.area_type].name}."
            ),
            html.p(
                link(
                    "Show the figures there are",
                    f"{path}?indicator={indicator.id}&area_type={view.area_type}",
                )
            ),
        )
    return inset(
        html.p(
            f"“{indicator.short_title}” is not published by {sentences.lower_first(types[view.area_type].name)}. "
            "It has figures for:"
        ),
        bullets(
            link(
                types[key].plural,
                f"{path}{view.search(area_type=key, period=None, sex=None, breakdown=None)}",
            )
            for key in here
        ),
    )


def provenance(
    context: Context,
    indicator: Indicator,
    rows: Sequence[dict[str, Any]],
    *terms: str,
    title: str = "About these figures",
    level: int = 2,
) -> Component:
    """Method, source, release dates and caveats of the rows that are shown (each row names its ``release``).

    ``terms`` are keys of the glossary that the page uses besides those of the indicator and of its areas.
    """
    used = [*terms, *terms_of(indicator, {row["area_type"] for row in rows})]
    sources = [
        html.li(
            [
                f"{release['publisher']}, {release['publication']}",
                f" (edition {release['edition']})" if release.get("edition") else "",
                f". {sentences.published_words(release.get('published_on'))}, loaded ",
                sentences.date_words(release.get("loaded_at")),
                f". {release['licence']}." if release.get("licence") else ".",
            ]
        )
        for release in context.releases_behind(rows)
    ]
    # rows without a value or an interval say nothing about how intervals are made
    methods = sorted({row["interval_method"] for row in rows if row["lower_ci_95"] is not None})
    return section(
        title,
        paragraph(indicator.definition),
        facts(
            [
                ("Counted (numerator)", indicator.numerator),
                ("Out of (denominator)", indicator.denominator),
                (
                    term("confidence-interval", "Interval", place=f"method-{indicator.id}"),
                    sentences.interval_method_words(methods),
                ),
                ("Source", html.ul(sources, class_="wh-list") if sources else "No release is loaded"),
                ("Words used here", words_used(used, place=f"used-{indicator.id}") or None),
                ("Take care", html.ul([html.li(caveat) for caveat in indicator.caveats], class_="wh-list"))
                if indicator.caveats
                else ("Take care", None),
            ]
        ),
        paragraph(link(f"Definition of “{indicator.short_title}” in full", f"/indicators/{indicator.id}")),
        level=level,
    )
