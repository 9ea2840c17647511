"""Why there are no figures: what pages, files and the API say where a question finds none."""

from __future__ import annotations

from dashboard.answers.absence import Absence
from dashboard.answers.areas import Fate
from dashboard.sentences.areas import share_after
from dashboard.sentences.catalogue import command_of, missing_source_words
from dashboard.sentences.counts import listed, lower_first, with_article
from dashboard.sentences.periods import date_words, period_words
from dashboard.sentences.places import area_types_words, in_words
from geodata.register import Area, AreaType
from indicators.catalogue import Indicator


def reason(absence: Absence) -> str:
    """The whole reason as running text, with what there is instead: for files and for programs."""
    return " ".join([lead(absence), *_more(absence)])


def lead(absence: Absence) -> str:
    """The reason in one sentence, which pages put before their links."""
    name = f"“{absence.indicator.short_title}”"
    kind = absence.area_type
    by = _by(kind) if kind else ""
    match absence.why:
        case "indicator":
            return nothing_yet(absence.indicator)
        case "area_type":
            return f"{name} is not published{by}."
        case "group":
            return f"{name} has no figures for this group of people{by}."
        case "kind":
            assert kind is not None
            names = listed(in_words(area) for area in absence.areas)
            if len(absence.areas) == 1:
                return f"{_sentence(names)} is not {_one_of(kind)}."
            return f"None of these areas is {_one_of(kind)}: {names}."
        case "areas":
            names = listed((in_words(area) for area in absence.areas), "or")
            return f"There are no figures of {name} for {names}{_in_period(absence)}."
        case "parent":
            assert absence.parent is not None
            these = f"these {lower_first(kind.plural)}" if kind else "the areas with figures"
            return f"None of {these} lies in {in_words(absence.parent)}."
        case "period":
            return f"{name} has no figures{by}{_in_period(absence)}."


def nothing_yet(indicator: Indicator) -> str:
    """Of an indicator of which nothing is loaded."""
    return f"There are no figures yet for “{indicator.short_title}”."


def _more(absence: Absence) -> list[str]:
    """What there is instead, or what loads it."""
    match absence.why:
        case "indicator":
            would = absence.missing
            words = [would.indicator.without_figures] if would.indicator.without_figures else []
            sources = [f"{missing_source_words(source)}{command_of(source)}." for source in would.sources]
            return [*words, *(["They would come from:"] if sources else []), *sources]
        case "area_type":
            return [f"It has figures for {area_types_words(kind.plural for kind in absence.area_types)}."]
        case "areas":
            newest = absence.newest
            dated = [f"The newest figure is for {period_words(newest)}."] if newest else []
            return [*dated, *(fate_words(area, fate) for area, fate in absence.fates)]
        case "period" if absence.first and absence.newest:
            first, last = period_words(absence.first), period_words(absence.newest)
            return [f"There are figures for {first if first == last else f'{first} to {last}'}."]
    return []


def fate_words(area: Area, fate: Fate) -> str:
    """``Aylesbury Vale ended on 31 March 2020. On 1 April 2020 it became part of Buckinghamshire.``"""
    ended = f" on {date_words(fate.ended_on)}" if fate.ended_on else ""
    words = [f"{_sentence(in_words(area))} ended{ended}."]
    for day, successors in fate.became:
        heirs = listed(f"{in_words(found.area)}{share_after(found.share)}" for found in successors)
        words.append(f"On {date_words(day)} it became part of {heirs}.")
    if fate.today:
        words.append(f"Today it lies in {listed(in_words(heir) for heir in fate.today)}.")
    return " ".join(words)


def _is_one_place(kind: AreaType) -> bool:
    """Whether the type is a single place, which is called by its name: England, the United Kingdom."""
    return area_types_words([kind.name]) != lower_first(kind.name)


def _by(kind: AreaType) -> str:
    return f" for {area_types_words([kind.name])}" if _is_one_place(kind) else f" by {lower_first(kind.name)}"


def _one_of(kind: AreaType) -> str:
    words = area_types_words([kind.name])
    return words if _is_one_place(kind) else with_article(words)


def _in_period(absence: Absence) -> str:
    return f" for {period_words(absence.period)}" if absence.period else ""


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
