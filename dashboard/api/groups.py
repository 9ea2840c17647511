"""``/api/v1/groups`` and ``/api/v1/groups/<spec>``: how a group of areas is written, which ones there are, and who is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.address.root import at_root
from dashboard.api import questions
from dashboard.api.answering import answering
from dashboard.api.checking import known_area
from dashboard.api.listing import area_record
from dashboard.api.problems import BadRequest
from dashboard.queries.chosen_group import kinds_of_members
from dashboard.queries.geography import similar
from dashboard.sentences import likeness_words
from geodata.groups import LONGEST_NAME, MOST_MEMBERS, code_of, is_group, parse_group, plain_code

if TYPE_CHECKING:
    import flask

    from dashboard.address.context import Context
    from geodata.register import Area

FORM = "custom:CODE+CODE~Name"
EXAMPLE = "custom:E06000015+E06000018"
_HOW = (
    "A group begins with custom: and has the codes of its members with plus signs between them.",
    "Its name may follow after a tilde, percent-encoded, or stand in the parameter “name”.",
    "It may stand wherever a code of an area may, as in area=… of /api/v1/observations.",
    "Its members are of one type of area, and stood at one time. A member that lies in another one counts once.",
    "Its figures are summed from the counts of its members, with an interval and the share of people covered.",
)
_NAMED = {False: "ONS statistical nearest neighbours", True: "Similar NHS areas"}
"""What a list of similar areas is called, by whether it is worked out here."""


def register(server: flask.Flask, context: Context) -> None:
    """Add the routes to a server."""
    route = answering(server, context)

    @route("/api/v1/groups", questions.Groups)
    def groups(question: questions.Groups) -> dict[str, Any]:
        area = known_area(context, question.area, "area") if question.area else None
        named = _named(context, area)
        reason = f"{area.name} is in no list of similar areas." if area and not named else None
        types = context.register.area_types
        return {
            "form": FORM,
            "how": list(_HOW),
            "example": at_root(f"/api/v1/groups/{EXAMPLE}"),
            "most_members": MOST_MEMBERS,
            "longest_name": LONGEST_NAME,
            "member_types": [
                {"area_type": kind, "name": types[kind].name} for kind in kinds_of_members(context.register)
            ],
            "area": area_record(context, area) if area else None,
            "groups": named,
            "reason": reason,
        }

    @route("/api/v1/groups/<spec>", questions.Group)
    def group(question: questions.Group, spec: str) -> dict[str, Any]:
        if not is_group(spec):
            words = "a group begins with custom: and has codes with plus signs between them"
            raise BadRequest(400, "spec", spec, words, (EXAMPLE,))
        found = known_area(context, spec, "spec", question.name)
        # a group of one area is that area
        members = parse_group(found.area_code, context.register).codes if is_group(found.area_code) else ()
        _, notes = code_of(spec, context.register, question.name)
        return {
            "group": area_record(context, found),
            "members": [
                area_record(context, context.register.area(code)) for code in members or (found.area_code,)
            ],
            "notes": list(notes),
            "reason": None,
        }


def _named(context: Context, area: Area | None) -> list[dict[str, Any]]:
    """The lists of similar areas with the types of area that they are for; of an area the list that it has, with
    its members, the nearest first, and their code as a group."""
    types: dict[bool, list[str]] = {}
    for kind in context.register.area_types.values():
        if kind.has_similar:
            types.setdefault(kind.similar_here, []).append(kind.area_type)
    if area is not None:
        own = context.register.area_types[area.area_type]
        alike = similar(context.register, area.area_code)
        types = {own.similar_here: types[own.similar_here]} if alike else {}
    found = []
    for is_ours, kinds in types.items():
        alikeness, who = likeness_words(is_ours)
        members = similar(context.register, area.area_code) if area else ()
        code = plain_code(code_of(f"custom:{'+'.join(members)}", context.register)[0]) if members else None
        found.append(
            {
                "name": _NAMED[is_ours],
                "area_types": kinds,
                "note": f"The areas {alikeness}. {who}",
                "area_code": code,
                "members": [area_record(context, context.register.area(member)) for member in members],
            }
        )
    return found
