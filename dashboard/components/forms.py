"""Controls: each carries ``data-state-key``, and ``assets/state.js`` writes what is chosen into the address.

The address is the state, so no callback is needed for a control.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.answers.age import age_of_period
from dashboard.components import html
from dashboard.sentences.catalogue import NO_FIGURES_YET
from indicators.catalogue import Indicator, the

Component = Any
Options = Iterable[tuple[str, str] | tuple[str, Sequence[tuple[str, str]]]]

Listed = tuple[tuple[str, str | tuple[tuple[str, str], ...]], ...]
_LONG = 40  # options


def find_area_form(
    label: str, hint: str, text: str, action: str, id: str = "find-area", **attributes: str
) -> Component:
    """Find an area by postcode, place, name or code; without scripts ``action`` gives the page that lists what was found.

    ``assets/find.js`` shows matches as you type in every form with ``data-find-form``. ``id`` is that of the box: a page
    with several boxes gives each its own.
    """
    return html.form(
        [
            html.label(label, for_=id, class_="wh-label wh-find-title"),
            html.div(
                [
                    html.input_(
                        id=id,
                        type="text",
                        name="q",
                        autocomplete="off",
                        autocapitalize="none",
                        spellcheck="false",
                        enterkeyhint="search",
                        class_="wh-find-box",
                        aria_describedby=f"{id}-hint",
                        value=text,
                    ),
                    html.button([_LENS, html.span("Find")], type="submit", class_="wh-button wh-find-button"),
                ],
                class_="wh-find-row",
                data_find_place="yes",
            ),
            html.span(hint, id=f"{id}-hint", class_="wh-find-hint"),
        ],
        method="get",
        action=action,
        role="search",
        class_="wh-find",
        data_find_form="yes",
        **attributes,
    )


def find_in_header(*, hidden: bool = False) -> Component:
    """The box that stands in the header of every page: a postcode, a place or an area.

    ``hidden`` on home, which has the same box as its first control; ``assets/shell.js`` shows it on the next page.
    """
    words = "Postcode, town or council"
    return html.form(
        [
            html.label(words, for_="find-in-header", class_="wh-visually-hidden"),
            html.input_(
                id="find-in-header",
                type="search",
                name="q",
                autocomplete="off",
                placeholder=words,
                class_="wh-header-box",
            ),
            html.button(
                [_LENS, html.span("Find", class_="wh-visually-hidden")],
                type="submit",
                class_="wh-header-find",
            ),
        ],
        method="get",
        action="/areas",
        role="search",
        class_="wh-header-search",
        hidden=hidden,
        data_find_form="yes",
        aria_label="Find your area",
    )


_LENS = html.trusted(
    '<svg aria-hidden="true" focusable="false" viewBox="0 0 20 20" width="20" height="20">'
    '<circle cx="8.5" cy="8.5" r="5.5" fill="none" stroke="currentColor" stroke-width="2.2"/>'
    '<path d="M12.8 12.8L18 18" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/></svg>'
)


def select(
    key: str,
    label: str,
    options: Options,
    value: str | None,
    hint: str | None = None,
    disabled: bool = False,
    default: str | None = None,
    without: Collection[str] = (),
) -> Component:
    """A labelled select whose choice is written into the address under ``key``.

    ``options`` are (value, words), or (group's words, [(value, words), …]) for a group.
    ``key`` may also be ``add-area``: the choice is then added to the list under ``area``.
    ``default`` is what holds when the address leaves the key out; give it on pages with ``own_search``,
    so that the control follows Back without being sent again.
    ``without`` are values that are left out of the options, such as areas that are chosen already.
    """
    name = f"choose-{key}"
    described = {"aria_describedby": f"{name}-hint"} if hint else {}
    return html.div(
        [
            html.label(label, for_=name, class_="wh-label"),
            html.span(hint, id=f"{name}-hint", class_="wh-hint") if hint else None,
            html.select(
                html.trusted(_options_text(options, value, without)),
                id=name,
                class_="wh-select",
                name=key,
                disabled="disabled" if disabled else None,
                data_state_key=key,
                data_default=default,
                **described,
            ),
        ],
        class_="wh-field",
    )


def _options_text(options: Options, chosen: str | None, without: Collection[str]) -> str:
    """The options as markup, with the chosen one marked: written once for each list, since lists are long and few."""
    listed = tuple((value, words if isinstance(words, str) else tuple(words)) for value, words in options)
    # a short list is written sooner than it is found again
    is_long = len(listed) >= _LONG or any(not isinstance(words, str) for _, words in listed)
    text = _long_options(listed) if is_long else _unmarked_options(listed)
    for value in without:
        text = re.sub(rf'<option value="{re.escape(value)}">[^<]*</option>', "", text)
    if without:
        text = re.sub("<optgroup[^>]*></optgroup>", "", text)
    mark = f'<option value="{html.escape(chosen or "")}"'
    return text.replace(f"{mark}>", f'{mark} selected="selected">', 1)


@lru_cache(maxsize=32)
def _long_options(options: Listed) -> str:
    return _unmarked_options(options)


def _unmarked_options(options: Listed) -> str:
    return "".join(
        _option(value, words)
        if isinstance(words, str)
        else html.optgroup([html.trusted(_option(*option)) for option in words], label=value)
        for value, words in options
    )


def _option(value: str, words: str) -> str:
    return f'<option value="{html.escape(value)}">{html.escape(words)}</option>'


def controls(
    *fields: Component,
    more: Iterable[Component] = (),
    download: Component = None,
    label: str = "Choose what is shown",
) -> Component:
    """The control row of a page. Works as a plain form before scripts run.

    fields    the three main ones at most, side by side
    more      those in the drawer "More options", which opens below the row
    download  what stands at the end of the row

    On a phone one button, "Change", opens all of them (``assets/shell.js``).
    """
    folded = [field for field in more if field is not None]
    return html.form(
        [
            html.button(
                # assets/shell.js writes what is chosen beside the word
                [html.strong("Change"), " ", html.span(class_="wh-chosen")],
                type="button",
                class_="wh-button wh-button-secondary wh-change",
                aria_expanded="false",
            ),
            html.div(
                [
                    *[field for field in fields if field is not None],
                    html.details(
                        [
                            html.summary("More options", class_="wh-button wh-button-secondary"),
                            html.div(folded, class_="wh-drawer-fields"),
                        ],
                        class_="wh-drawer",
                    )
                    if folded
                    else None,
                    download,
                ],
                class_="wh-controls-row",
            ),
            html.button("Show", type="submit", class_="wh-button wh-needs-no-script"),
        ],
        class_="wh-controls",
        method="get",
        **{"aria-label": label, "data-state-form": "yes"},
    )


def indicator_select(context: Context, view: View) -> Component:
    """Choose an indicator: grouped by theme; those without figures come last and say so, as illustrative ones do."""
    groups = by_theme(
        (
            indicator,
            indicator.id in context.all_available(),
            context.is_only_illustrative(indicator.id),
        )
        for indicator in context.catalogue.values()
    )
    return select(
        "indicator", "Indicator", groups, view.indicator_id, default=the(context.catalogue, "headline").id
    )


def by_theme(indicators: Iterable[tuple[Indicator, bool, bool]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of options of (indicator, whether it has figures, whether they are all illustrative), for ``select``.

    Real figures come first, by theme; then illustrative ones, then indicators without figures.
    """
    themes: dict[str, list[tuple[str, str]]] = {}
    illustrative: list[tuple[str, str]] = []
    waiting: list[tuple[str, str]] = []
    for indicator, has_figures, is_illustrative in indicators:
        if not has_figures:
            waiting.append((indicator.id, f"{indicator.short_title} ({NO_FIGURES_YET})"))
        elif is_illustrative:
            illustrative.append((indicator.id, indicator.short_title + sentences.ILLUSTRATIVE))
        else:
            themes.setdefault(indicator.theme, []).append((indicator.id, indicator.short_title))
    last = {"Illustrative figures, not real": illustrative, "No figures yet": waiting}
    return [*themes.items(), *((words, some) for words, some in last.items() if some)]


def area_type_select(context: Context, view: View) -> Component:
    """Choose a type of area: those this indicator has figures for (and the one in the address)."""
    types = context.register.area_types
    here = {row["area_type"] for row in context.available(view.indicator_id)} | {view.area_type}
    return select(
        "area_type",
        "Areas",
        [(key, types[key].plural) for key in types if key in here],
        view.area_type,
    )


def period_select(context: Context, view: View) -> Component:
    """Choose a period, newest first; the newest one says so where its figures are old."""
    newest = view.latest or (view.periods[-1] if view.periods else "")
    labels = {iso: sentences.period_words(iso) for iso in reversed(view.periods)}
    if newest:
        age = age_of_period(context.catalogue[view.indicator_id], newest, context.today())
        labels[newest] = sentences.aged_period(age, newest)
    options = list(labels.items()) or [("", "No figures")]
    return select("period", "Period", options, view.period or "", disabled=not view.periods, default=newest)


def people_select(context: Context, view: View) -> Component | None:
    """Choose the people: everyone, women or men, an age, a group. None where there is only one choice.

    Sex, age and group are one choice because publishers give one at a time.
    """
    here = [row for row in context.available(view.indicator_id) if row["area_type"] == view.area_type]
    if len(here) < 2:
        return None
    groups: dict[str, list[tuple[str, str]]] = {"": [], "Sex": [], "Age": []}
    ages = {row["age"] for row in here}
    for row in sorted(here, key=lambda row: (row["breakdown"], _age_order(row["age"]), row["sex"])):
        value = "~".join((row["sex"], row["age"], row["breakdown"]))
        if row["breakdown"] != "all":
            category = row["breakdown"].partition(": ")[0]
            heading_words = f"{category[:1].upper()}{category[1:]}"
            groups.setdefault(heading_words, []).append(
                (value, sentences.breakdown_group_words(row["breakdown"]))
            )
        elif row["sex"] != "persons":
            groups["Sex"].append((value, sentences.sex_words(row["sex"])))
        elif len(ages) > 1 and row["age"] != "all":
            words = sentences.age_words(row["age"])
            groups["Age"].append((value, f"{words[:1].upper()}{words[1:]}"))
        else:
            groups[""].append((value, sentences.sex_words("persons")))
    options: list[Any] = [*groups.pop(""), *((words, inner) for words, inner in groups.items() if inner)]
    return select("people", "People", options, "~".join((view.sex, view.age, view.breakdown)))


def _age_order(age: str) -> tuple[bool, int, str]:
    digits = "".join(character for character in age.split("-")[0] if character.isdigit())
    return (age != "all", int(digits or 0), age)
