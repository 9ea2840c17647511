"""Refresh: which sources are loaded, how fresh they are, what went wrong last, and how to load more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import kit, wording
from dashboard.context import Context
from dashboard.routing import Asked, Page

Component = Any

SHORT_DIGEST = 12  # characters of a sha256
DERIVED = "derived"
BOUNDARIES = "ons_geography"
MOST_NOTED = 40

_ORIGINS = {
    "publisher": "From the publisher’s files",
    "starter": "Starter edition, shipped with this service",
    "illustrative": "Illustrative, not real",
    "derived": "Worked out here from other releases",
}
_OUTCOMES = {
    "published": "Figures were published",
    "unchanged": "Nothing new: the files had not changed",
    "failed": "Failed",
    "quarantined": "Held back for someone to look at",
    "dry_run": "Tried out; nothing was changed",
}
_COMMANDS = (
    ("Load all sources from a folder of publishers’ files", "python -m etl refresh --from FOLDER"),
    ("Load one source only", "python -m etl refresh SOURCE --from FOLDER"),
    ("See what would change, and change nothing", "python -m etl refresh SOURCE --from FOLDER --dry-run"),
    (
        "Accept a release that was held back",
        'python -m etl refresh SOURCE --from FOLDER --accept "why it is right"',
    ),
    ("Load the starter edition that is shipped with this service", "python -m etl starter load"),
    ("See this page in a terminal", "python -m etl status"),
)


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The summary, the problems first, then every source."""
    states = source_states(context)
    loaded = [state for state in states if state["releases"]]
    broken = [state for state in states if state["outcome"] in ("failed", "quarantined")]
    parts: list[Component] = [kit.heading("What is loaded", *_lead(states, loaded, broken))]
    if any(state["illustrative"] for state in loaded):
        names = wording.listed(_name(state) for state in loaded if state["illustrative"])
        parts.append(
            kit.warning(
                html.Strong("Some figures are illustrative. "),
                f"They are made up to show how a page works: {names}. The first real release of a source removes them.",
            )
        )
    if broken:
        parts.append(
            kit.section(
                "Needs someone’s attention",
                kit.bullets(
                    [
                        html.A(_name(state), href=f"#{state['source_id']}", className="wh-link"),
                        f": {_OUTCOMES[state['outcome']].lower()}",
                    ]
                    for state in broken
                ),
            )
        )
    parts.append(kit.section("Summary", _summary(states), id="summary"))
    parts.append(
        kit.section("Source by source", *[_source(context, state) for state in states], id="by-source")
    )
    parts.append(_boundaries(context))
    parts.append(_how_to())
    return parts


def _lead(
    states: Sequence[dict[str, Any]], loaded: Sequence[dict[str, Any]], broken: Sequence[dict[str, Any]]
) -> list[str]:
    if not loaded:
        return ["No figures are loaded yet. How to load them is at the end of this page."]
    newest = max((state["loaded_at"] for state in loaded if state["loaded_at"]), default=None)
    words = f"{len(loaded)} of {len(states)} sources are loaded; figures last changed on {wording.date_words(newest)}."
    if broken:
        words += (
            f" {wording.counted(len(broken), 'source')} could not be refreshed last time: "
            "the figures from before are still shown."
        )
    return [words]


def source_states(context: Context) -> list[dict[str, Any]]:
    """Every source: the rows of ``Store.source_status`` with ``indicators`` (ids), ``publications``, ``loaded_at``;
    then the sources of the catalogue's routes that never ran, with ``outcome`` None and no releases.
    """

    def build() -> list[dict[str, Any]]:
        by_source: dict[str, dict[str, list[str]]] = {}
        for indicator in context.catalogue.values():
            for route in indicator.routes:
                entry = by_source.setdefault(route.source, {"indicators": [], "publications": []})
                for key, value in (("indicators", indicator.id), ("publications", route.publication)):
                    if value not in entry[key]:
                        entry[key].append(value)
        states = []
        for state in context.store.source_status():
            known = by_source.pop(state["source_id"], {"indicators": [], "publications": []})
            loaded_at = max((release["loaded_at"] for release in state["releases"]), default=None)
            states.append({**state, **known, "loaded_at": loaded_at})
        for source_id, known in by_source.items():
            states.append(
                {
                    "source_id": source_id,
                    "outcome": None,
                    "message": "",
                    "started_at": None,
                    "finished_at": None,
                    "details": {},
                    "published_at": None,
                    "releases": [],
                    "rows": 0,
                    "published_on": None,
                    "illustrative": False,
                    "loaded_at": None,
                    **known,
                }
            )
        return states

    # not cached: a failed run changes the page without a new publication
    return build()


def _name(state: dict[str, Any]) -> str:
    """What people call a source: the words that its publications share in the catalogue, else its id in words."""
    if state["source_id"] == DERIVED:
        return "Figures worked out from two others"
    publications = [str(one) for one in state["publications"]]
    if not publications:
        publications = list(dict.fromkeys(str(release["publication"]) for release in state["releases"]))
    if len(publications) == 1:
        return publications[0]
    return _common_words(publications) or state["source_id"].replace("_", " ").capitalize()


def _common_words(names: Sequence[str]) -> str:
    """The words that all the names begin or end with, where that is enough to know a source by."""
    for step in (1, -1):
        split = [name.replace(",", " ,").split()[::step] for name in names]
        shared: list[str] = []
        for column in zip(*split, strict=False):
            if len(set(column)) > 1:
                break
            shared.append(column[0])
        words = " ".join(shared[::step]).replace(" ,", ",").strip(" ,(–-:")
        if len(words) > 8:
            return words[:1].upper() + words[1:]
    return ""


def _summary(states: Sequence[dict[str, Any]]) -> Component:
    rows = []
    for state in states:
        publishers = wording.listed(dict.fromkeys(release["publisher"] for release in state["releases"]))
        rows.append(
            [
                _name(state),
                publishers or "Not known before it is loaded",
                "Illustrative" if state["illustrative"] else "Real" if state["releases"] else "Not loaded",
                {"t": wording.number(state["rows"]), "s": state["rows"]},
                {"t": _date_or(state["published_on"], state), "s": state["published_on"] or ""},
                {"t": _date_or(state["loaded_at"], state), "s": state["loaded_at"] or ""},
                _outcome_words(state),
            ]
        )
    columns: list[str | dict[str, Any]] = [
        "Source",
        "Publisher",
        "Figures",
        {"label": "Rows", "kind": "number"},
        "Newest publication",
        "Loaded",
        "Last run",
    ]
    return kit.table("Sources: what is loaded and how fresh", columns, rows, id="sources", hide_caption=True)


def _date_or(value: str | None, state: dict[str, Any]) -> str:
    return wording.date_words(value) if state["releases"] else "–"


def _outcome_words(state: dict[str, Any]) -> str:
    if state["outcome"] is None:
        if not state["releases"]:
            return "Never run"
        return "Made whenever what it rests on changes" if state["source_id"] == DERIVED else "Not known"
    return _OUTCOMES.get(state["outcome"], state["outcome"])


def _source(context: Context, state: dict[str, Any]) -> Component:
    parts: list[Component] = [html.H3(_name(state), className="wh-h3")]
    if state["outcome"] in ("failed", "quarantined"):
        parts.append(_problem(state))
    details = state["details"] if isinstance(state["details"], dict) else {}
    pairs: list[tuple[str, Component]] = [
        ("Name for commands", html.Code(state["source_id"])),
        ("Last run", _last_run(state)),
        ("How often it is published", details.get("cadence")),
        (
            "Indicators",
            html.Span(
                _joined(
                    kit.link(context.catalogue[one].short_title, f"/indicators/{one}")
                    for one in state["indicators"]
                )
            )
            if state["indicators"]
            else None,
        ),
    ]
    parts.append(kit.facts((name, value) for name, value in pairs if value is not None))
    if state["releases"]:
        parts.append(_releases(state))
        parts.append(_files(context, state))
        parts.append(_noted(context, state))
    else:
        parts.append(
            html.P(
                f"No release is loaded, so its figures are not shown anywhere. It is read from: "
                f"{wording.listed(state['publications'])}."
                if state["publications"]
                else "No release is loaded."
            )
        )
        if state["source_id"] != DERIVED:
            parts.append(
                html.Code(f"python -m etl refresh {state['source_id']} --from FOLDER", className="wh-command")
            )
    return html.Section(parts, id=state["source_id"], className="wh-entry")


def _joined(parts: Any) -> list[Component]:
    items = list(parts)
    return [piece for i, item in enumerate(items) for piece in (["; ", item] if i else [item])]


def _last_run(state: dict[str, Any]) -> str:
    words = _outcome_words(state)
    if state["finished_at"]:
        words += f", {instant_words(state['finished_at'])}"
    if state["outcome"] in ("failed", "quarantined") and state["published_at"]:
        words += f". It last published on {instant_words(state['published_at'])}"
    return f"{words}."


def instant_words(at: str) -> str:
    """An instant of the store (ISO, UTC) as ``20 November 2026 at 10:05 (UTC)``."""
    clock = at[11:16]
    return f"{wording.date_words(at[:10])} at {clock} (UTC)" if clock else wording.date_words(at[:10])


def _problem(state: dict[str, Any]) -> Component:
    if state["outcome"] == "failed":
        words = "The last refresh failed. Nothing was changed: the figures from before are still shown."
        if not state["releases"]:
            words = "The last refresh failed, and nothing is loaded from this source."
    else:
        words = (
            "The last refresh found a change that looks too large, and held it back. The figures from before are still shown. "
            "If the change is right, accept it with a reason."
        )
    return kit.warning(
        html.P(words),
        html.P("What the job says: file, row or column, value, what was expected, and the mend:"),
        html.Pre(state["message"] or "It left no message.", className="wh-message"),
    )


def _releases(state: dict[str, Any]) -> Component:
    rows = [
        [
            release["publication"],
            release["publisher"],
            release["edition"],
            _ORIGINS.get(release["origin"], release["origin"]),
            {"t": wording.date_words(release["published_on"]), "s": release["published_on"] or ""},
            {"t": wording.date_words(release["loaded_at"]), "s": release["loaded_at"]},
            {"t": wording.number(release["rows"]), "s": release["rows"]},
            release["licence"],
        ]
        for release in state["releases"]
    ]
    columns: list[str | dict[str, Any]] = [
        "Publication",
        "Publisher",
        "Edition",
        "Where from",
        "Published",
        "Loaded",
        {"label": "Rows", "kind": "number"},
        "Licence",
    ]
    return kit.table(
        f"Releases loaded from {_name(state)}",
        columns,
        rows,
        id=f"releases-{state['source_id']}",
        hide_caption=True,
        sort=False,
    )


def _files(context: Context, state: dict[str, Any]) -> Component:
    """The publisher's files behind the releases, each with the beginning of its sha256."""

    def build() -> list[list[Any]]:
        rows = []
        for release in state["releases"]:
            whole = context.store.release(release["release_id"])
            for file in whole["files"]:
                rows.append(
                    [
                        file["file_name"],
                        release["edition"],
                        {"t": f"{file['sha256'][:SHORT_DIGEST]}…", "c": "wh-digest"},
                        {"t": size_words(file["size"]), "s": file["size"]},
                        {
                            "t": wording.date_words((file["retrieved_at"] or "")[:10]),
                            "s": file["retrieved_at"] or "",
                        },
                        file["url"] or "Not known",
                    ]
                )
            for one in whole["inputs"]:
                rows.append(
                    [f"Release of {one['publication']}", release["edition"], one["edition"], "", "", ""]
                )
        return rows

    rows = context.cached(("files", state["source_id"]), build)
    if not rows:
        return html.Div()
    columns: list[str | dict[str, Any]] = [
        "File",
        "Edition",
        "sha256 (first part)",
        {"label": "Size", "kind": "number"},
        "Retrieved",
        "Address",
    ]
    inputs_only = all(row[0].startswith("Release of ") for row in rows)
    return kit.details(
        f"Made from {wording.counted(len(rows), 'release')}"
        if inputs_only
        else f"{wording.counted(len(rows), 'file')} behind these releases",
        kit.table(
            f"Files behind {_name(state)}",
            columns,
            rows,
            id=f"files-{state['source_id']}",
            hide_caption=True,
            sort=False,
        ),
    )


def _noted(context: Context, state: dict[str, Any]) -> Component:
    """Warnings of the run that published last, and the rows that it left out on purpose, with the reasons."""
    runs = context.store.history(state["source_id"], limit=20)
    run = next((one for one in runs if one["outcome"] == "published"), None)
    found = run["details"] if run else {}
    warnings = [str(one) for one in found.get("warnings") or ()]
    aside = [
        f"{one['edition']}: {wording.counted(one['rows'], 'row')} left out: {one['reason']}"
        + (
            f" (such as {'; '.join(str(example) for example in one['examples'][:3])})"
            if one.get("examples")
            else ""
        )
        for one in found.get("set_aside") or ()
    ]
    parts: list[Component] = []
    for title, lines in (("Warnings", warnings), ("Rows left out on purpose", aside)):
        if lines:
            more = [f"And {wording.number(len(lines) - MOST_NOTED)} more"] if len(lines) > MOST_NOTED else []
            parts += [html.H4(title, className="wh-h3"), kit.bullets([*lines[:MOST_NOTED], *more])]
    if not parts:
        return html.Div()
    return kit.details(
        f"What the run that published it noted ({wording.counted(len(warnings) + len(aside), 'note')})",
        *parts,
    )


def size_words(size: int) -> str:
    """``812 bytes``, ``14 KB``, ``3.2 MB``."""
    if size < 1000:
        return wording.counted(size, "byte")
    if size < 1_000_000:
        return f"{wording.number(size / 1000)} KB"
    return f"{wording.number(size / 1_000_000, 1)} MB"


def _boundaries(context: Context) -> Component:
    """Which official boundaries the map can draw; without them it draws hexagons."""
    types = context.register.area_types
    rows = [
        [
            types[one["area_type"]].plural,
            {"t": str(one["vintage"]), "s": one["vintage"]},
            one["file_name"],
            {"t": f"{one['sha256'][:SHORT_DIGEST]}…", "c": "wh-digest"},
        ]
        for one in context.store.boundaries()
    ]
    if not rows:
        return kit.section(
            "Official boundaries",
            kit.paragraph(
                "None are loaded, so maps show every area as a hexagon. Load them from a folder of the boundary files of "
                "the Office for National Statistics:"
            ),
            html.Code(f"python -m etl refresh {BOUNDARIES} --from FOLDER", className="wh-command"),
            id="boundaries",
        )
    return kit.section(
        "Official boundaries",
        kit.paragraph("Maps can show these. Contains OS data © Crown copyright and database right."),
        kit.table(
            "Official boundaries that are loaded",
            ["Type of area", "Areas as they stood in", "File", "sha256 (first part)"],
            rows,
            id="boundaries-table",
            hide_caption=True,
        ),
        id="boundaries",
    )


def _how_to() -> Component:
    return kit.section(
        "How to refresh",
        kit.paragraph(
            "Refreshing is done on the machine that runs this service, by a command; this page only shows the result. Download the "
            "publishers’ files to a folder first. Each source is checked whole before anything is changed: a file that cannot "
            "be trusted stops that source alone, with an error that says which row or column is wrong."
        ),
        *[
            part
            for words, command in _COMMANDS
            for part in (html.P(words, className="wh-close"), html.Code(command, className="wh-command"))
        ],
        id="how-to",
    )


PAGE = Page(
    path="/refresh",
    name="refresh",
    title="What is loaded",
    layout=layout,
    nav="Refresh",
    description="Every source with its releases, dates, files and problems, and how to refresh it.",
)
