"""Where an indicator stands in the dashboard and what is said of it: the keys of its TOML file, and their vocabulary.

Pages never name an indicator. They ask ``indicators.catalogue.roles`` for the holders of a role, the groups of
people, the questions of the home page; a file of the catalogue says where its indicator stands::

    terms = ["gap", "percentage-point"]          # glossary terms that explain it

    [[roles]]
    role = "needs"
    order = 20                                   # only for roles that several indicators hold

    [group]
    measure = "rate"
    condition = "learning_disability"

    said = "{value} of {people} in {place} were in work"  # after "In 2023, "

    [[questions]]
    order = 10
    page = "map"
    words = "How many people are in work where I live?"
    below = "Employment rate of people aged 16 to 64, by council."

    [[pledges]]
    label = "Double access by 2020/21"
    source = "Improving Lives (Cm 9526)"
    why = "Not assessed: no baseline data"

    [[answers]]                                  # to one of the three questions that the dashboard is for
    headline = "placement_and_support"
    order = 10                                   # its place among those that answer the question

Orders are numbers with gaps (10, 20, 30), so that an indicator can be put between two others.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from indicators.catalogue.strict import Strict, Text

SingleRole = Literal[
    "headline",
    "overall_rate",
    "recovery",
    "need_share",
    "net_movement",
    "goal",
    "out_of_work",
    "into_work",
]
"""Roles that exactly one indicator holds.

headline      opens where an address names no indicator, is said first of an area, and stands in examples
overall_rate  employment of everyone, which the rates of groups of people are set beside (conditions)
recovery      the service whose results are shown by sex, age, deprivation and ethnic group (conditions)
need_share    the share of people that services have to be planned for (conditions)
net_movement  people in work after a treatment less those before it (conditions)
goal          the count that the national goal is set for (home, goal, area pages)
out_of_work   the share who leave work in a year (goal)
into_work     the share who start work in a year (goal)
"""

ListRole = Literal["needs", "services", "chances", "set_against", "cards"]
"""Roles that several indicators hold, each with its order.

needs        how many people may need support (conditions)
services     the support that there is (conditions)
chances      what the count of the national goal leaves out: a rate, a gap, a rate (goal)
set_against  what another indicator is set against, the first that fits (relate)
cards        the key figures of an area: the first four that it has (area pages)
"""

Role = Literal[SingleRole, ListRole]
SINGLE_ROLES: tuple[SingleRole, ...] = get_args(SingleRole)
LIST_ROLES: tuple[ListRole, ...] = get_args(ListRole)

Measure = Literal["rate", "gap"]
Condition = Literal[
    "disabled",
    "long_term_condition",
    "musculoskeletal",
    "mental_health",
    "learning_disability",
    "secondary_mental_health",
]
PEOPLE: Mapping[Condition, str] = {
    "disabled": "Disabled people",
    "long_term_condition": "People with a long-term health condition",
    "musculoskeletal": "People with a bone, joint or muscle condition",
    "mental_health": "People with a mental health condition",
    "learning_disability": "Adults with a learning disability known to their council",
    "secondary_mental_health": "Adults in contact with secondary mental health services",
}
"""The groups of people by health condition in the order of the page, whether or not figures exist for them."""

Headline = Literal["work_by_condition", "placement_and_support", "talking_therapies"]
HEADLINES: tuple[Headline, ...] = get_args(Headline)
"""The three questions that the dashboard is for: employment by health condition, access to Individual Placement and
Support, and movement into work from talking therapies. Each is answered for every area by the best real figures."""

QuestionPage = Literal["map", "compare", "trends", "conditions"]
Order = Annotated[int, Field(ge=1)]


class Standing(Strict):
    """One role of an indicator; ``order`` is its place among the holders of a role that several hold.

    ``label`` is what its figure is called there, where the title is not enough: what is counted, and whom.
    """

    role: Role
    order: Order | None = None
    label: Text | None = None

    @model_validator(mode="after")
    def _only_lists_have_an_order(self) -> Self:
        if self.role in LIST_ROLES and self.order is None:
            raise ValueError(f"role {self.role!r} is held by several indicators and needs an order")
        if self.role in SINGLE_ROLES and self.order is not None:
            raise ValueError(f"role {self.role!r} is held by one indicator and takes no order")
        return self


class Group(Strict):
    """An employment rate or gap of a group of people with a health condition.

    Without ``condition`` it is a group that ``Condition`` does not foresee: it comes last, under its short title.
    """

    measure: Measure
    condition: Condition | None = None


_FILLED_IN = ("value", "number", "place", "people")


def _says_what_and_where(text: str) -> str:
    fields = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    unknown = sorted(set(fields) - set(_FILLED_IN))
    if unknown:
        raise ValueError(
            f"{', '.join(unknown)} cannot be filled in; use {{value}} or {{number}}, {{place}}, {{people}}"
        )
    if "place" not in fields:
        raise ValueError("must say {place}: the area that the sentence is about")
    if ("value" in fields) == ("number" in fields):
        raise ValueError("must say {value} (with its unit) or {number} (without), and only one of them")
    return text


Said = Annotated[Text, AfterValidator(_says_what_and_where)]
"""How a figure is said, as a clause without its period: ``{value} of {people} in {place} were in work``.

``{value}`` stands for the figure with its unit, ``{number}`` for the number where the clause says the unit, ``{place}``
for the area, ``{people}`` for whom the figure is about: people aged 16 to 64, women.
"""


class Question(Strict):
    """A question of the home page that the indicator answers, and the page that shows the answer."""

    order: Order
    page: QuestionPage
    words: Text
    below: Text
    """One plain sentence under the question."""


class Pledge(Strict):
    """A target in a document that no loaded figure can be judged by; the indicator's figure is the nearest there is."""

    label: Text
    source: Text
    why: Text
    """Why it cannot be judged."""


class Complement(Strict):
    """Another indicator that is another part of the same whole, so that one is high where the other is low.

    indicator  its id
    why        what the two are parts of, in a sentence
    """

    indicator: Text
    why: Text


class AnswerTo(Strict):
    """One of the three main questions that the indicator's figures answer, and its place among those that do.

    label      what the figure is called in the answer, where the short title is not enough
    breakdown  a group of people of whom the figure is shown, instead of everyone
    then       id of an indicator whose figure for the same area and period is shown after this one (the last score after
               the first); it needs a label that says so
    """

    headline: Headline
    order: Order
    label: Text | None = None
    breakdown: Text = "all"
    then: Text | None = None

    @model_validator(mode="after")
    def _two_figures_need_a_name(self) -> Self:
        if self.then is not None and self.label is None:
            raise ValueError("then needs label: what the two figures are called together")
        return self
