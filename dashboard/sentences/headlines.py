"""The three main questions: what the best real figures say, whose they are, and what is lacking."""

from __future__ import annotations

from dashboard.answers.headlines import Answer, HeadlineAnswers, Place, Unsaid, WhyLacking
from dashboard.answers.profile import Row
from dashboard.sentences.age import age_sentences
from dashboard.sentences.areas import same_area_words, share_after, share_words
from dashboard.sentences.comparison import at_odds_words
from dashboard.sentences.counts import lower_first
from dashboard.sentences.figure import interval_words, short_value_words, value_words
from dashboard.sentences.periods import period_words, span_words
from dashboard.sentences.places import in_words
from dashboard.sentences.status import missing_words
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.catalogue.shown import AnswerTo, Headline

QUESTIONS: dict[Headline, str] = {
    "work_by_condition": "Who is in work, by health condition?",
    "placement_and_support": "Who gets Individual Placement and Support?",
    "talking_therapies": "What do talking therapies change for work?",
}
"""The three main questions as people ask them."""
WHY_LACKING: dict[WhyLacking, str] = {
    "not_loaded": "Not loaded",
    "not_published": "Not published for this area or any area around it",
}
"""Why a figure that would answer is not there."""
HEADING = "The three main questions"
_PLAIN = ("NHS ", "England", "United Kingdom")
_COUNCILS = ("ltla", "utla")


def place_words(place: Place, area: Area) -> str:
    """The area of a figure and what it is to the area asked about.

    ``Leeds``; ``NHS Leeds CCG (the same area as Leeds)``; ``NHS Black Country ICB (the same four districts)``;
    ``NHS West Yorkshire ICB (covers Leeds)``; ``England``.
    """
    name = place_name(place)
    match place.relation:
        case "own":
            return name if place.area.name == area.name else f"{name} (its name then)"
        case "same":
            return f"{name} ({same_area_words(place.share, place.parts, in_words(area))})"
        case "around":
            held = f"{share_words(place.share)} of " if share_after(place.share) else ""
            return f"{name} (covers {held}{in_words(area)})"
        case "country":
            return name


def place_name(place: Place) -> str:
    """The name of an area in a sentence, with its kind where the name does not tell: ``the West Midlands combined authority``."""
    return (
        in_words(place.area) if place.relation in ("own", "country") else kind_after(place.area, place.kind)
    )


def kind_after(area: Area, kind: str) -> str:
    """The name of an area with its kind, where the name does not tell it."""
    name = in_words(area)
    is_told = area.area_type in _COUNCILS or name.startswith(_PLAIN)
    return name if is_told else f"{name} {lower_first(kind)}"


def answer_name(indicator: Indicator, to: AnswerTo) -> str:
    """What the figure is called in an answer."""
    return to.label or indicator.short_title


def answer_sentence(answer: Answer, area: Area) -> str:
    """One figure: what, whose, of when, how much with its interval, compared with England, and how old."""
    return answer_name(answer.indicator, answer.to) + answer_rest(answer, area)


def answer_rest(answer: Answer, area: Area) -> str:
    """What follows the name of a figure: ``, Leeds, 2020/21: 5.1% (95% CI 4.0% to 6.2%), compared with 5.6% in England.``"""
    line, indicator = answer.line, answer.indicator
    row = line.row
    figures = _figures(indicator, row, answer.then.row if answer.then else None)
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    if between and answer.then is None:
        figures += f" (95% CI {between})"
    odds = f" Not compared: {words}." if (words := at_odds_words(line.at_odds, "England")) else ""
    return (
        f", {place_words(answer.place, area)}, {span_words(row['period'])}: {figures}{_england(answer)}."
        f"{age_sentences(line.age, row['period'])}{odds}"
    )


def _figures(indicator: Indicator, row: Row, then: Row | None) -> str:
    """One value, or two of which the second is shown after the first: ``4.06, then 3.04 points``."""
    if then is None:
        return value_words(row["value"], indicator)
    return f"{short_value_words(row['value'], indicator)}, then {value_words(then['value'], indicator)}"


def _england(answer: Answer) -> str:
    """England's figure, and whether this one may be compared with it."""
    if answer.england is None:
        return ""
    england = _figures(answer.indicator, answer.england, answer.england_then)
    match answer.line.compared:
        case "not_compared":
            return f". England: {england}"
        case "similar":
            return f", similar to {england} in England"
        case _:
            return f", compared with {england} in England"


def unsaid_sentence(unsaid: Unsaid) -> str:
    """What a nearer place has instead of a figure: ``NHS Bassetlaw CCG, 2020/21: Nothing submitted to the data set …``"""
    words = str(unsaid.row["note"] or f"{missing_words(unsaid.row['status'])}.")
    return f"{place_name(unsaid.place)}, {period_words(unsaid.row['period'])}: {words}"


def lacking_sentence(found: HeadlineAnswers) -> str:
    """What would answer and is not there, by reason; empty where nothing lacks."""
    parts = []
    for why, words in WHY_LACKING.items():
        names = [
            lower_first(answer_name(lack.indicator, lack.to)) for lack in found.lacking if lack.why == why
        ]
        if names:
            parts.append(f"{words}: {'; '.join(names)}.")
    return " ".join(parts)


def no_answer(found: HeadlineAnswers, area: Area) -> str:
    """Said where no real figure answers a question."""
    return f"No figures on this are loaded for {in_words(area)} or for an area around it."


def is_qualified(answer: Answer) -> bool:
    """Whether a figure may mislead without its note: one that is compared with nothing and has a note of its own."""
    return bool(answer.indicator.not_compared and answer.line.row["note"])


def notes_of(answer: Answer) -> list[str]:
    """What to know about one figure: its note, and why nothing is compared with it."""
    notes = [str(answer.line.row["note"] or ""), answer.indicator.not_compared or ""]
    return [words for words in notes if words]


def source_words(answer: Answer) -> str:
    """``Source: NHS England, NHS Mental Health Dashboard.``"""
    release = answer.release
    return f"Source: {release.publisher}, {release.publication}." if release else ""
