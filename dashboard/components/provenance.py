"""Where figures come from, why there are none, and whom they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.answers.absence import Absence
from dashboard.answers.age import age_of
from dashboard.answers.catalogue import Missing
from dashboard.answers.releases import Release
from dashboard.components import html
from dashboard.components.glossary import term, terms_of, words_used
from dashboard.components.reports import report_problem
from dashboard.components.text import bullets, details, facts, inset, link, paragraph, section
from dashboard.sentences import absence as absence_words
from dashboard.sentences import catalogue as catalogue_words
from indicators.catalogue import Indicator
from indicators.periods import Period

Component = Any


def no_figures(view: View, path: str, found: Absence) -> Component:
    """Why the view is empty, and links to where this indicator does have figures. ``path`` is the page's."""
    lead = absence_words.lead(found)
    match found.why:
        case "indicator":
            return what_is_missing(found.missing)
        case "area_type":
            return inset(
                html.p(f"{lead} It has figures for:"),
                bullets(
                    link(
                        kind.plural,
                        f"{path}{view.search(area_type=kind.area_type, period=None, sex=None, breakdown=None)}",
                    )
                    for kind in found.area_types
                ),
            )
        case "areas":
            return inset(
                html.p(lead),
                html.p(link("Start again without these areas", f"{path}{view.search(area=None)}")),
            )
        case "parent" if found.area_type is not None:
            plural = sentences.lower_first(found.area_type.plural)
            return inset(
                html.p(lead), html.p(link(f"Show all {plural}", f"{path}{view.search(parent=None)}"))
            )
    shown = f"{path}?indicator={found.indicator.id}&area_type={view.area_type}"
    return inset(html.p(lead), html.p(link("Show the figures there are", shown)))


def what_is_missing(found: Missing, *, is_own_page: bool = False) -> Component:
    """An indicator without figures: why there are none, where they would come from, and the real figures nearest to it.

    The commands that load them are folded away: they are for whoever runs the service.
    is_own_page  whether this stands on the indicator's own page, which needs no link to itself
    """
    indicator = found.indicator
    sources = [catalogue_words.named_source(source) for source in found.sources]
    commands = [
        [catalogue_words.missing_source_words(source), html.code(catalogue_words.command_of(source)), "."]
        for source in found.sources
    ]
    nearest = [link(near.title, href) for near, href in found.nearest]
    about = link(
        "About this indicator", f"/indicators/{indicator.id}", class_="wh-button wh-button-secondary"
    )
    return html.div(
        [
            html.p(html.strong(absence_words.nothing_yet(indicator))),
            html.p(indicator.without_figures) if indicator.without_figures else None,
            html.p(f"They would come from: {'; '.join(sources)}.") if sources else None,
            html.p("Nearest figures to the question:") if nearest else None,
            bullets(nearest) if nearest else None,
            None if is_own_page else html.p(about),
            details("How to load them, for whoever runs this service", bullets(commands))
            if commands
            else None,
        ],
        class_="wh-inset wh-empty",
    )


def _age_of_newest(context: Context, indicator: Indicator, rows: Sequence[dict[str, Any]]) -> str | None:
    """The newest period shown, where its figures are old; None where they are not."""
    held = [row for row in rows if row["value"] is not None]
    if not held:
        return None
    newest = max(held, key=lambda row: Period.parse(row["period"]).sort_key)
    age = age_of(indicator, newest, context.today())
    return (
        f"The newest figures shown are of {sentences.aged_period(age, newest['period'])}"
        if age.is_old
        else None
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
    releases = context.releases_behind(rows)
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
        for release in releases
    ]
    # rows without a value or an interval say nothing about how intervals are made
    methods = sorted({row["interval_method"] for row in rows if row["lower_ci_95"] is not None})
    return section(
        title,
        paragraph(indicator.definition),
        facts(
            [
                ("Numerator", indicator.numerator),
                ("Denominator", indicator.denominator),
                (
                    term("confidence-interval", "Interval", place=f"method-{indicator.id}"),
                    sentences.interval_method_words(methods),
                ),
                ("How old", _age_of_newest(context, indicator, rows)),
                ("Source", html.ul(sources, class_="wh-list") if sources else "No release is loaded"),
                ("Glossary terms", words_used(used, place=f"used-{indicator.id}") or None),
                ("Limitations", html.ul([html.li(caveat) for caveat in indicator.caveats], class_="wh-list"))
                if indicator.caveats
                else ("Limitations", None),
            ]
        ),
        paragraph(link(f"Definition of “{indicator.short_title}” in full", f"/indicators/{indicator.id}")),
        paragraph(_report(context, indicator, rows, releases)),
        level=level,
    )


def _report(
    context: Context,
    indicator: Indicator,
    rows: Sequence[Mapping[str, Any]],
    releases: Sequence[Mapping[str, Any]],
) -> Component:
    """Report a problem with these figures, with the period and the release where there is one alone."""
    periods = {row["period"] for row in rows}
    return report_problem(
        context.settings.contact,
        indicator,
        period=periods.pop() if len(periods) == 1 else None,
        release=Release.of(releases[0]) if len(releases) == 1 else None,
        words="Report a problem with these figures",
    )
