"""Checks that need the store, the catalogue or the register: each gives the value, or raises BadRequest in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel

from dashboard.address.keys import KEYS
from dashboard.address.view import Problem, View, clipped, read_view, search_of
from dashboard.api.problems import BadRequest
from dashboard.queries.observations import chosen_periods, known_periods
from geodata.groups import BadGroup, code_of, is_group
from geodata.register import Area, UnknownArea

if TYPE_CHECKING:
    from dashboard.address.context import Context

GROUPS = ("sex", "age", "breakdown")
_MOST_PERIODS = 60  # that an error lists


def known_indicator(context: Context, indicator_id: str) -> str:
    """The id of an indicator of the catalogue."""
    if indicator_id not in context.catalogue:
        raise BadRequest(
            404, "indicator", indicator_id, f"no indicator {clipped(indicator_id)!r}", context.catalogue
        )
    return indicator_id


def known_code(context: Context, code: str, name: str = "area", group_name: str = "") -> str:
    """The code of an area of the register, in capital letters; of a group its members sorted, with its name."""
    try:
        return code_of(code, context.register, group_name)[0]
    except BadGroup as error:
        raise BadRequest(400, name, code, str(error)) from error
    except UnknownArea as error:
        unknown = str(error) if is_group(code) else code
        raise BadRequest(404, name, unknown, f"no area has the code {clipped(unknown)!r}") from error


def known_codes(
    context: Context, codes: Iterable[str], name: str = "area", group_name: str = ""
) -> tuple[str, ...]:
    """Codes of areas of the register, each once."""
    return tuple(dict.fromkeys(known_code(context, code, name, group_name) for code in codes))


def known_area(context: Context, code: str, name: str = "area", group_name: str = "") -> Area:
    """One area of the register; several codes are refused."""
    if "," in code:
        raise BadRequest(400, name, code, f"{name} names {code.count(',') + 1} areas; give one")
    return context.register.area(known_code(context, code, name, group_name))


def known_view(context: Context, question: BaseModel) -> View:
    """The view of a page with the same choices; what a page refuses is refused here with the same words."""
    given = question.model_dump(exclude={"format", "groups"}, exclude_none=True)
    found = read_view(context, search_of(given))
    if isinstance(found, Problem):
        raise BadRequest(found.status, found.parameter, found.value, found.words, found.known)
    return found


def known_type(context: Context, area_type: str, name: str = "area_type") -> str:
    """The id of an area type."""
    if area_type not in context.register.area_types:
        raise BadRequest(
            400, name, area_type, f"no area type {clipped(area_type)!r}", context.register.area_types
        )
    return area_type


def known_groups(context: Context, indicator_ids: Sequence[str], name: str, texts: Sequence[str]) -> None:
    """Sexes, ages or breakdowns of which each is one that any of the indicators has."""
    known = sorted({row[name] for key in indicator_ids for row in context.available(key)})
    # of an indicator that is not loaded only the words for sexes are known
    allowed = known or KEYS[name].choices
    for text in texts:
        if allowed and text not in allowed:
            who = indicator_ids[0] if len(indicator_ids) == 1 else "none of the indicators"
            words = f"{who} has no {name} {clipped(text)!r}" if len(indicator_ids) == 1 else ""
            raise BadRequest(400, name, text, words or f"{who} has {name} {clipped(text)!r}", allowed)


def known_period(context: Context, indicator_ids: Sequence[str], text: str) -> None:
    """A period that can be understood, and that one of the indicators has where any of them is loaded."""
    if text in ("latest", "all"):
        return
    known = sorted({iso for key in indicator_ids for iso in known_periods(context, key)})
    try:
        found = chosen_periods(text, known)
    except ValueError as error:
        raise BadRequest(400, "period", text, clipped(str(error), 400), ("latest", "all")) from error
    if known and not found and ".." not in text:
        who = indicator_ids[0] if len(indicator_ids) == 1 else "none of the indicators"
        words = "has no figures" if len(indicator_ids) == 1 else "has figures"
        raise BadRequest(404, "period", text, f"{who} {words} for {clipped(text)}", known[-_MOST_PERIODS:])


def known_day(text: str | None, today: date, name: str = "on") -> date:
    """A day, today where none is given."""
    if text is None:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(
            400, name, text, f"{name} {clipped(text)!r} is no day; give one such as 2022-07-01"
        ) from error
