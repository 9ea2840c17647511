"""``/api/v1/changes`` (JSON) and the Atom feeds: ``/feeds/all.atom``, ``/feeds/areas/<code>.atom``,
``/feeds/groups/<group>.atom`` and ``/feeds/indicators/<id>.atom``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

import flask

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.keys import SERVICE
from dashboard.address.root import at_root, root_of
from dashboard.address.view import clipped
from dashboard.api import questions
from dashboard.api.answering import answering
from dashboard.api.checking import known_area, known_indicator
from dashboard.api.problems import BadRequest
from dashboard.queries.changes import (
    ALL_FEED,
    all_change_groups,
    area_change_groups,
    area_feed,
    change_rows,
    group_feed,
    group_of,
    indicator_change_groups,
    indicator_feed,
    members_change_groups,
)
from geodata.faults import UnknownArea
from geodata.groups import is_group, parse_group
from indicators.plain_text import without_control_characters

ATOM = "http://www.w3.org/2005/Atom"
FURTHEST = 100_000
ENTRIES = 50


def register(server: flask.Flask, context: Context) -> None:
    """Add the routes to a server."""
    route = answering(server, context)

    @route("/api/v1/changes", questions.Changes, "changes")
    def changes(question: questions.Changes) -> dict[str, Any]:
        return _changes(context, question)

    @route("/feeds/areas/<area_code>.atom")
    def area(area_code: str) -> flask.Response:
        code = area_code.upper()
        if code not in context.register or is_group(code):  # a group of the reader's own has no feed
            raise BadRequest(404, "area", area_code, f"no area has the code {clipped(area_code)!r}")
        groups = area_change_groups(context, code, ENTRIES)
        name = context.register.area(code).name
        return _feed(context, groups, f"{name}: what is new", area_feed(code).href, f"/areas/{code}")

    @route(ALL_FEED.href)
    def everything() -> flask.Response:
        return _feed(
            context, all_change_groups(context, ENTRIES), f"{SERVICE}: what is new", ALL_FEED.href, "/"
        )

    @route("/feeds/groups/<group_code>.atom")
    def group(group_code: str) -> flask.Response:
        try:
            found = parse_group(group_code, context.register)
            rows = members_change_groups(context, group_code, ENTRIES)
        except UnknownArea as error:
            raise BadRequest(404, "group", group_code, clipped(str(error), 200)) from error
        code = f"custom:{'+'.join(found.codes)}"
        name = found.name or sentences.counted(len(found.codes), "area")
        return _feed(context, rows, f"{name}: what is new", group_feed(code).href, f"/areas/{code}")

    @route("/feeds/indicators/<indicator_id>.atom")
    def indicator(indicator_id: str) -> flask.Response:
        if indicator_id not in context.catalogue:
            raise BadRequest(
                404, "indicator", indicator_id, f"no indicator {clipped(indicator_id)!r}", context.catalogue
            )
        groups = indicator_change_groups(context, indicator_id, ENTRIES)
        title = context.catalogue[indicator_id].short_title
        href = indicator_feed(indicator_id).href
        return _feed(context, groups, f"{title}: what is new", href, f"/indicators/{indicator_id}")


def _changes(context: Context, question: questions.Changes) -> dict[str, Any]:
    since = _instant(question.since)
    area_code = known_area(context, question.area).area_code if question.area else None
    indicator_id = known_indicator(context, question.indicator) if question.indicator else None
    limit, offset = question.limit, question.offset
    rows = change_rows(
        context, since=since, area_code=area_code, indicator_id=indicator_id, limit=limit + 1, offset=offset
    )
    following = None
    if len(rows) > limit and offset + limit <= FURTHEST:
        asked = {"since": since, "area": area_code, "indicator": indicator_id}
        kept = {name: text for name, text in asked.items() if text is not None}
        query = urlencode({**kept, "limit": limit, "offset": offset + limit})
        following = at_root(f"/api/v1/changes?{query}")
    reason = None if rows else _nothing(context, since, area_code, indicator_id, offset)
    return {
        "changes": [_change(context, row) for row in rows[:limit]],
        "next": following,
        "reason": reason,
    }


def _nothing(
    context: Context, since: str | None, area_code: str | None, indicator_id: str | None, offset: int
) -> str:
    """Why there are no changes, in words."""
    if offset:
        return f"There are at most {offset:,} changes, and offset passes over {offset:,}."
    area = context.register.area(area_code) if area_code else None
    return sentences.no_changes_words(area, context.catalogue.get(indicator_id or ""), since)


def _change(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    code = row["area_code"]
    return {
        "changed_at": row["changed_at"],
        "kind": row["kind"],
        "indicator": row["indicator_id"],
        "area_code": code,
        "area_name": context.register.area(code).name if code in context.register else None,
        "area_type": row["area_type"],
        **{name: row[name] for name in ("period", "sex", "age", "breakdown", "figures")},
        **{name: row[name] for name in ("old_value", "old_status", "new_value", "new_status")},
        "publication": row["publication"],
        "release": row["release_id"],
        # null where it was the publisher who changed the figure
        "cause": row["cause"].kind if row["cause"] else None,
        "reason": row["cause"].reason if row["cause"] else None,
    }


def _instant(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        # a plus sign that was not escaped arrives as a space
        moment = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError as error:
        words = "since is no date or instant; give one such as 2026-01-31 or 2026-01-31T09:30:00Z"
        raise BadRequest(400, "since", given, words) from error
    if len(given) <= 10:
        return moment.date().isoformat()
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).isoformat(timespec="milliseconds")
    except OverflowError as error:
        raise BadRequest(400, "since", given, "since is out of the range of dates") from error


def _feed(context: Context, groups: list[dict[str, Any]], title: str, own: str, page: str) -> flask.Response:
    """An Atom feed (RFC 4287) of rows of ``Store.change_groups``; ids do not depend on the address it is asked at."""
    root = root_of(context)
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")

    def add(
        parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
    ) -> ElementTree.Element:
        # a store may hold texts from before they were refused
        plain = {key: without_control_characters(words) for key, words in attributes.items()}
        made = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", plain)
        made.text = None if text is None else without_control_characters(text)
        return made

    loaded = [release["loaded_at"] for release in context.releases().values()]
    # where nothing has changed yet, the feed is as old as what is loaded
    quiet = max(loaded, default=f"{context.today().isoformat()}T00:00:00Z")
    add(feed, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, own)}")
    add(feed, "title", title)
    add(feed, "updated", groups[0]["changed_at"] if groups else quiet)
    add(add(feed, "author"), "name", SERVICE)
    add(feed, "link", rel="self", type="application/atom+xml", href=root + own)
    add(feed, "link", rel="alternate", type="text/html", href=root + page)
    for group in groups:
        entry = add(feed, "entry")
        identity = f"{own} {group['changed_at']} {group['kind']} {group['indicator_id']}"
        if group["cause"]:
            # what was corrected here stands apart from what the publisher changed at the same time
            identity += f" {group['cause'].kind} {group['cause'].reason}"
        add(entry, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, identity)}")
        words = sentences.change_words(group_of(group), context.catalogue.get(group["indicator_id"]))
        add(entry, "title", words)
        add(entry, "updated", group["changed_at"])
        add(entry, "link", rel="alternate", type="text/html", href=root + page)
        add(entry, "category", term=group["kind"])
        add(entry, "summary", _summary(group), type="text")
    text = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return flask.Response(text, mimetype="application/atom+xml")


def _summary(group: dict[str, Any]) -> str:
    words = sentences.counted(group["figures"], "figure")
    if not group["publication"]:
        return f"{words}."
    others = group["publications"] - 1
    more = f" and {sentences.counted(others, 'other publication')}" if others else ""
    return f"{words} from {group['publication']}{more}."
