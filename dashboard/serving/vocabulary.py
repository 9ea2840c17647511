"""The words and rules that the browser shares with the server, served as one script that it keeps for good.

``window.workhealthVocabulary`` holds what ``vocabulary`` gives. The address of the script names its content, so it changes
only with a new version of the service.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import flask

from dashboard import sentences
from dashboard.address.keys import ALL_KEYS, Key
from dashboard.address.page import Page
from dashboard.address.root import at_root
from dashboard.figures import colours
from dashboard.sentences.places import NAME_ENDINGS, NAME_START
from dashboard.serving import static
from geodata.groups import MOST_MEMBERS
from geodata.register import Register


def vocabulary(register: Register, pages: Sequence[Page], rules: Iterable[str] = ()) -> dict[str, Any]:
    """What the scripts of ``assets/`` read, as JSON holds it.

    root         the path that the service runs under (``/work-health``); empty where it has a host of its own
    keys         of an address by name: ``forgets`` (keys that a new choice makes meaningless), ``most`` (values it may
                 hold, where several), ``carried`` (whether the navigation takes it along); each only where it says something
    mostInGroup  areas that may be put together as one group
    dark         light colour → dark colour of charts (``dashboard.figures.colours``)
    carriedTo    paths of the pages in the navigation that take those keys
    notPages     beginnings of paths that are no pages of the service's shell: a link there loads a document of its own
    statuses     why a value is missing, in words, by its status; ``no_row`` where the publisher has no row
    units        what stands before and after a number, by unit: ``sentences.UnitWords``
    comparisons  words of a comparison by key
    comparedWith the same with what an area is compared with, where ``{benchmark}`` stands
    illustrative what is said of an illustrative ``figure``, of several ``figures``, and stands ``across`` a picture of them
    areaTypes    name and plural of each type of area
    nameStart, nameEndings  what a short name of an area leaves out

    ``rules`` are the paths that the server answers (``/csv/<path:page>``).
    """
    return {
        "root": at_root("/").removesuffix("/"),
        "keys": {key.name: rule for key in ALL_KEYS if (rule := _rule_of(key))},
        "mostInGroup": MOST_MEMBERS,
        "carriedTo": [page.path for page in pages if page.nav and page.takes_view],
        "notPages": not_pages(pages, rules),
        "statuses": {
            **{status: sentences.missing_words(status) for status in sentences.STATUS_WORDS},
            "no_row": sentences.NO_ROW,
        },
        "dark": colours.DARK,
        "units": {unit: asdict(words) for unit, words in sentences.UNITS.items()},
        "comparisons": sentences.COMPARE_WORDS,
        "comparedWith": sentences.COMPARED_WITH,
        "illustrative": {
            "figure": sentences.STATUS_WORDS["illustrative"],
            "figures": sentences.ILLUSTRATIVE_FIRST,
            "across": sentences.ILLUSTRATIVE_ACROSS,
        },
        "nameStart": NAME_START,
        "nameEndings": NAME_ENDINGS,
        "areaTypes": {
            kind.area_type: {"name": kind.name, "plural": kind.plural}
            for kind in register.area_types.values()
        },
    }


def _rule_of(key: Key) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    if key.forgets:
        rule["forgets"] = key.forgets
    if key.most > 1:
        rule["most"] = key.most
    if key.is_carried:
        rule["carried"] = True
    return rule


def not_pages(pages: Sequence[Page], rules: Iterable[str]) -> list[str]:
    """Beginnings of the paths that are answered with something else than a page inside the service's shell.

    Below a page whose path takes no further parts are only files (``/data/`` below ``/data``). Dash's own addresses,
    which begin with ``/_``, are left out: no link leads there.
    """
    paths = {page.path for page in pages}
    with_parts = {page.path for page in pages if page.most_parts}
    found = {page.path for page in pages if page.is_frame}
    for rule in rules:
        first, _, below = rule.partition("<")[0].removeprefix("/").partition("/")
        if not first or first.startswith("_") or f"/{first}" in with_parts:
            continue
        is_folder = below or rule.startswith(f"/{first}/")
        if is_folder or f"/{first}" not in paths:
            found.add(f"/{first}/" if is_folder else f"/{first}")
    return sorted(found)


def register(server: flask.Flask, areas: Register, pages: Sequence[Page]) -> str:
    """Serve the vocabulary; returns the address of the script. Call it when all other routes are there."""
    content = vocabulary(areas, pages, [rule.rule for rule in server.url_map.iter_rules()])
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    body = f"window.workhealthVocabulary={text};"
    version = hashlib.sha256(body.encode()).hexdigest()[:12]

    @server.get(f"{static.VOCABULARY}<asked>.js")
    def vocabulary_script(asked: str) -> flask.Response:
        response = flask.Response(body, mimetype="text/javascript")
        # a page of the version before may still ask by its old name: it gets this one, and does not keep it
        response.headers["Cache-Control"] = static.FOR_GOOD if asked == version else "no-cache"
        return response

    return f"{static.VOCABULARY}{version}.js"
