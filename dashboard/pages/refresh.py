"""Refresh: which sources are loaded, how fresh they are, what went wrong last, and how to load more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.components import html

Component = Any

SHORT_DIGEST = 12  # characters of a sha256
DERIVED = "derived"
BOUNDARIES = "ons_geography"
MOST_NOTED = 40

MOST_RELEASES = 3  # of a source that stand open
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
    ("Fetch every source that can be fetched from its publisher", "python -m etl refresh"),
    ("Fetch only what is due, by the publishers’ calendars", "python -m etl refresh --due"),
    ("Run all the time, and fetch what is due", "python -m etl schedule"),
    ("Load all sources from a folder of publishers’ files", "python -m etl refresh --from FOLDER"),
    ("Load one source only", "python -m etl refresh SOURCE --from FOLDER"),
    ("See what would change, and change nothing", "python -m etl diff SOURCE --from FOLDER"),
    ("Accept a release that was held back", 'python -m etl refresh SOURCE --accept "why it is right"'),
    ("Go back to the release before", 'python -m etl rollback SOURCE --reason "what is wrong"'),
    ("Load the starter edition that is shipped with this service", "python -m etl starter load"),
    ("See this page in a terminal", "python -m etl status"),
)


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The summary, the problems first, then every source."""
    states = source_states(context)
    loaded = [state for state in states if state["releases"]]
    broken = [state for state in states if state["outcome"] in ("failed", "quarantined")]
    parts: list[Component] = [ui.heading("What is loaded", *_lead(states, loaded, broken))]
    if any(state["illustrative"] for state in loaded):
        names = [_name(state) for state in loaded if state["illustrative"]]
        parts.append(
            ui.warning(
                html.strong("Some figures are illustrative. "),
                "They are made up to show how a page works. The first real release of a source removes them.",
                ui.details(f"From {sentences.counted(len(names), 'source')}", ui.bullets(names)),
            )
        )
    if broken:
        parts.append(
            ui.section(
                "Needs someone’s attention",
                ui.bullets(
                    [
                        html.a(_name(state), href=f"#{state['source_id']}", class_="wh-link"),
                        f": {_OUTCOMES[state['outcome']].lower()}",
                    ]
                    for state in broken
                ),
            )
        )
    parts.append(ui.section("Summary", _summary(states), id="summary"))
    parts.append(
        ui.section("Source by source", *[_source(context, state) for state in states], id="by-source")
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
    words = f"{len(loaded)} of {len(states)} sources are loaded; figures last changed on {sentences.date_words(newest)}."
    if broken:
        words += (
            f" {sentences.counted(len(broken), 'source')} could not be refreshed last time: "
            "the figures from before are still shown."
        )
    return [words]


def source_states(context: Context) -> list[dict[str, Any]]:
    """Every source that the jobs know, in load order, then any other that is loaded, run or named by the catalogue.

    The rows of ``Store.source_status`` with ``indicators`` (ids), ``publications``, ``loaded_at``, ``source`` (the row
    of ``Store.sources``, None where the jobs do not know it), and ``last_expected_on`` and ``next_expected_on``
    (dates, None where nothing is expected). One that never ran has ``outcome`` None and no releases.
    """
    by_source: dict[str, dict[str, list[str]]] = {}
    for indicator in context.catalogue.values():
        for route in indicator.routes:
            entry = by_source.setdefault(route.source, {"indicators": [], "publications": []})
            for key, value in (("indicators", indicator.id), ("publications", route.publication)):
                if value not in entry[key]:
                    entry[key].append(value)
    known = {row["source_id"]: row for row in context.store.sources()}
    ran = {row["source_id"]: row for row in context.store.source_status()}
    states = []
    # not cached: a failed run changes the page without a new publication
    for source_id in dict.fromkeys((*known, *ran, *by_source)):
        state = ran.get(source_id, {**_NEVER_RAN, "source_id": source_id})
        calendar = known[source_id]["calendar"] if source_id in known else None
        today = context.today()
        states.append(
            {
                **state,
                **by_source.get(source_id, {"indicators": [], "publications": []}),
                "loaded_at": max((release["loaded_at"] for release in state["releases"]), default=None),
                "source": known.get(source_id),
                "last_expected_on": None if calendar is None else calendar.last_until(today),
                "next_expected_on": None if calendar is None else calendar.next_after(today),
            }
        )
    return states


_NEVER_RAN: dict[str, Any] = {
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
}


def _name(state: dict[str, Any]) -> str:
    """What people call a source: its title, the words its publications share in the catalogue, or its id in words."""
    if state["source_id"] == DERIVED:
        return "Figures worked out from others"
    if state["source"] is not None:
        return str(state["source"]["title"])
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
        rows.append(
            [
                {"t": _name(state), "h": f"#{state['source_id']}"},
                "Illustrative" if state["illustrative"] else "Real" if state["releases"] else "Not loaded",
                {"t": sentences.number(state["rows"]), "s": state["rows"]},
                {
                    "t": sentences.date_words(state["published_on"]) if state["releases"] else "–",
                    "s": state["published_on"] or "",
                },
                _expected_cell(state, "last_expected_on"),
                _expected_cell(state, "next_expected_on"),
                _outcome_words(state) + _changed_words(state),
            ]
        )
    columns: list[str | dict[str, Any]] = [
        "Source",
        {"label": "Figures", "hide": True},
        {"label": "Rows", "kind": "number", "hide": True},
        {"label": "Newest publication", "hide": True},
        {"label": "Last expected", "hide": True},
        "Next expected",
        "Last run",
    ]
    return ui.table("Sources: what is loaded and how fresh", columns, rows, id="sources", hide_caption=True)


def _expected_cell(state: dict[str, Any], name: str) -> dict[str, str]:
    day = state[name]
    return {
        "t": "–" if day is None else sentences.date_words(day),
        "s": "" if day is None else day.isoformat(),
    }


def _outcome_words(state: dict[str, Any]) -> str:
    if state["outcome"] is None:
        if not state["releases"]:
            return "Never run"
        return "Made whenever what it rests on changes" if state["source_id"] == DERIVED else "Not known"
    return _OUTCOMES.get(state["outcome"], state["outcome"])


def _changed_words(state: dict[str, Any]) -> str:
    """``: 78 added and 3 revised`` after a run that published; nothing after one that compared nothing."""
    difference = state["details"].get("diff")
    if state["outcome"] != "published" or not difference:
        return ""
    return f": {_totals_words(difference['totals'])}"


def _totals_words(totals: dict[str, int]) -> str:
    told = [
        f"{sentences.number(totals[kind])} {kind}" for kind in ("added", "revised", "removed") if totals[kind]
    ]
    return sentences.listed(told) if told else "no figure changed"


def _source(context: Context, state: dict[str, Any]) -> Component:
    parts: list[Component] = [html.h3(_name(state), class_="wh-h3")]
    if state["outcome"] in ("failed", "quarantined"):
        parts.append(_problem(state))
    elif state["details"].get("refused"):
        parts.append(_kept_out(state))
    # twenty sources one below the other would be a page that nobody reads to its end
    parts.append(ui.details(_folded_words(state), *_everything(context, state)))
    return html.section(parts, id=state["source_id"], class_="wh-entry")


def _folded_words(state: dict[str, Any]) -> str:
    """What a source's folded part holds, with its size."""
    if not state["releases"]:
        return "Not loaded: what it gives, and how to load it"
    releases = sentences.counted(len(state["releases"]), "release")
    return f"{sentences.counted(state['rows'], 'row')} in {releases}: dates, files and what changed"


def _everything(context: Context, state: dict[str, Any]) -> list[Component]:
    """All that is known of a source but its problems, which stand open."""
    run = next(iter(context.store.history(state["source_id"], 1, "published")), None)
    parts = [ui.facts(_about(context, state, run))]
    if state["releases"]:
        parts.append(_releases(state))
        parts.append(_files(context, state))
        details = run["details"] if run else {}
        return [
            *parts,
            _changes(context, state, run),
            _cross_checks(context, state, details),
            _noted(details),
        ]
    parts.append(
        html.p(
            f"No release is loaded, so its figures are not shown anywhere. It is read from: "
            f"{sentences.listed(state['publications'])}."
            if state["publications"]
            else "No release is loaded."
        )
    )
    if state["source_id"] != DERIVED:
        parts.append(html.code(_how_to_load(state), class_="wh-command"))
    return parts


def _how_to_load(state: dict[str, Any]) -> str:
    command = f"python -m etl refresh {state['source_id']}"
    return command if state["source"] is not None and state["source"]["live"] else f"{command} --from FOLDER"


def _about(
    context: Context, state: dict[str, Any], run: dict[str, Any] | None
) -> list[tuple[str, Component]]:
    """Facts of a source: who publishes it, when figures are expected, what the last run came to."""
    source = state["source"]
    pairs: list[tuple[str, Component]] = [("Name for commands", html.code(state["source_id"]))]
    if source is not None:
        pairs += [
            ("Publisher", source["publisher"]),
            ("How often it is published", source["cadence"]),
            ("Expected", _expected_words(state)),
            (
                "How it comes here",
                "It can be fetched from its publisher, or read from a folder"
                if source["live"]
                else "It is read from a folder of the publisher’s files",
            ),
        ]
    pairs.append(("Last run", _last_run(state)))
    back = run["details"].get("rolled_back") if run else None
    if run and back:
        pairs.append(
            ("Rolled back", f"{instant_words(run['finished_at'])}, to the release before: {back['reason']}")
        )
    if state["indicators"]:
        links = (
            ui.link(context.catalogue[one].short_title, f"/indicators/{one}") for one in state["indicators"]
        )
        pairs.append(("Indicators", html.span(_joined(links))))
    return pairs


def _expected_words(state: dict[str, Any]) -> str:
    if state["next_expected_on"] is None:
        return "No date is known; see how often it is published"
    last, following = (sentences.date_words(state[name]) for name in ("last_expected_on", "next_expected_on"))
    return f"Last on {last}, next on {following}"


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
    return f"{sentences.date_words(at[:10])} at {clock} (UTC)" if clock else sentences.date_words(at[:10])


def _problem(state: dict[str, Any]) -> Component:
    source_id = state["source_id"]
    if state["outcome"] == "failed":
        words = "The last refresh failed. Nothing was changed: the figures from before are still shown."
        if not state["releases"]:
            words = "The last refresh failed, and nothing is loaded from this source."
        to_do = [
            html.p(["When the file (or the fault) is mended, run it again: ", html.code(_how_to_load(state))])
        ]
    else:
        words = (
            "The last refresh found a change that looks too large, and held it back. The figures from before are still shown. "
            "If the change is right, accept it with a reason."
        )
        to_do = [
            html.p("What to do:"),
            ui.bullets(
                [
                    "Look at what changed, below or at the publisher’s.",
                    [
                        "If it is right: ",
                        html.code(f'python -m etl refresh {source_id} --accept "why it is right"'),
                    ],
                    "If it is wrong: leave it. The next file of the publisher’s is held against the figures shown now.",
                ]
            ),
        ]
    return ui.warning(
        html.p(words),
        html.p("What the job says: file, row or column, value, what was expected, and the mend:"),
        html.pre(state["message"] or "It left no message.", class_="wh-message"),
        *to_do,
    )


def _kept_out(state: dict[str, Any]) -> Component:
    """An edition that someone sent away, and that the publisher still gives."""
    return ui.inset(
        html.p("Kept out, since someone rolled it back:"),
        html.pre(state["message"], class_="wh-message"),
    )


def _changes(context: Context, state: dict[str, Any], run: dict[str, Any] | None) -> Component:
    """What the last publication of a source changed, by indicator."""
    difference = run["details"].get("diff") if run else None
    if run is None or not difference:
        return html.div()
    kinds = ("added", "revised", "removed", "unchanged")
    rows = [
        [
            _short_title(context, indicator_id),
            *({"t": sentences.number(counts.get(kind, 0)), "s": counts.get(kind, 0)} for kind in kinds),
        ]
        for indicator_id, counts in difference["indicators"].items()
    ]
    columns: list[str | dict[str, Any]] = [
        "Indicator",
        *({"label": kind.capitalize(), "kind": "number"} for kind in kinds),
    ]
    return ui.details(
        f"What changed on {sentences.date_words(run['finished_at'][:10])}: {_totals_words(difference['totals'])}",
        ui.table(
            f"Figures changed by the last publication of {_name(state)}", columns, rows, id=f"changes-{state['source_id']}",
            hide_caption=True, sort=False,
        ),
    )  # fmt: skip


def _short_title(context: Context, indicator_id: str) -> str:
    known = context.catalogue.get(indicator_id)
    return indicator_id if known is None else known.short_title


def _cross_checks(context: Context, state: dict[str, Any], details: dict[str, Any]) -> Component:
    """What the figures were held against, the checks that found a difference first."""
    checks = [one for one in details.get("cross_checks") or () if one["compared"]]
    if not checks:
        return html.div()
    checks.sort(key=lambda one: -one["apart"])
    rows = [
        [
            _short_title(context, one["indicator_id"]),
            one["against"][:1].upper() + one["against"][1:],
            {"t": sentences.number(one["compared"]), "s": one["compared"]},
            {"t": sentences.number(one["apart"]), "s": one["apart"]},
            _example(context, one["examples"]),
        ]
        for one in checks
    ]
    columns: list[str | dict[str, Any]] = [
        "Indicator",
        "Held against",
        {"label": "Compared", "kind": "number"},
        {"label": "Differ beyond rounding", "kind": "number"},
        {"label": "Such as", "hide": True},
    ]
    apart = sum(one["apart"] for one in checks)
    return ui.details(
        f"Cross-checks: {sentences.number(apart)} of {sentences.number(sum(one['compared'] for one in checks))} differ",
        ui.paragraph("A difference is told, and changes no figure: what the publisher gives is shown."),
        ui.table(
            f"What the figures of {_name(state)} were held against", columns, rows,
            id=f"checks-{state['source_id']}", hide_caption=True,
        ),
    )  # fmt: skip


def _example(context: Context, examples: Sequence[dict[str, Any]]) -> str:
    if not examples:
        return ""
    one = examples[0]
    code = one["area_code"]
    name = context.register.area(code).name if code in context.register else code
    return f"{name}, {sentences.period_words(one['period'])}: {one['ours']:,.10g} here, {one['theirs']:,.10g} there"


def _releases(state: dict[str, Any]) -> Component:
    rows = [
        [
            release["publication"],
            release["publisher"],
            release["edition"],
            _ORIGINS.get(release["origin"], release["origin"]),
            {"t": sentences.date_words(release["published_on"]), "s": release["published_on"] or ""},
            {"t": sentences.date_words(release["loaded_at"]), "s": release["loaded_at"]},
            {"t": sentences.number(release["rows"]), "s": release["rows"]},
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
    table = ui.table(
        f"Releases loaded from {_name(state)}",
        columns,
        rows,
        id=f"releases-{state['source_id']}",
        hide_caption=True,
        sort=False,
    )
    # a source with many releases would push the next one out of sight
    return ui.details(f"{len(rows)} releases are loaded", table) if len(rows) > MOST_RELEASES else table


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
                            "t": sentences.date_words((file["retrieved_at"] or "")[:10]),
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
        return html.div()
    columns: list[str | dict[str, Any]] = [
        "File",
        "Edition",
        "sha256 (first part)",
        {"label": "Size", "kind": "number"},
        "Retrieved",
        "Address",
    ]
    inputs_only = all(row[0].startswith("Release of ") for row in rows)
    return ui.details(
        f"Made from {sentences.counted(len(rows), 'release')}"
        if inputs_only
        else f"{sentences.counted(len(rows), 'file')} behind these releases",
        ui.table(
            f"Files behind {_name(state)}",
            columns,
            rows,
            id=f"files-{state['source_id']}",
            hide_caption=True,
            sort=False,
        ),
    )


def _noted(found: dict[str, Any]) -> Component:
    """Warnings of the run that published last, what it put right, and the rows it left out on purpose."""
    warnings = [str(one) for one in found.get("warnings") or ()]
    aside = [
        f"{one['edition']}: {sentences.counted(one['rows'], 'row')} left out: {one['reason']}"
        + (
            f" (such as {'; '.join(str(example) for example in one['examples'][:3])})"
            if one.get("examples")
            else ""
        )
        for one in found.get("set_aside") or ()
    ]
    mended = [
        f"{one['edition']}: {one['measure']}, {one['area_code']}, {one['period']}: the publisher gives {one['expect']}; "
        f"here {one.get('value', one.get('status'))}. {one['reason']}"
        for one in found.get("corrections") or ()
    ]
    parts: list[Component] = []
    for title, lines in (
        ("Warnings", warnings),
        ("Corrections of the publisher’s figures", mended),
        ("Rows left out on purpose", aside),
    ):
        if lines:
            more = (
                [f"And {sentences.number(len(lines) - MOST_NOTED)} more"] if len(lines) > MOST_NOTED else []
            )
            parts += [html.h4(title, class_="wh-h3"), ui.bullets([*lines[:MOST_NOTED], *more])]
    if not parts:
        return html.div()
    return ui.details(
        f"What the run that published it noted ({sentences.counted(len(warnings) + len(mended) + len(aside), 'note')})",
        *parts,
    )


def size_words(size: int) -> str:
    """``812 bytes``, ``14 KB``, ``3.2 MB``."""
    if size < 1000:
        return sentences.counted(size, "byte")
    if size < 1_000_000:
        return f"{sentences.number(size / 1000)} KB"
    return f"{sentences.number(size / 1_000_000, 1)} MB"


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
        return ui.section(
            "Official boundaries",
            ui.paragraph(
                "None are loaded, so maps show every area as a hexagon. Load them from a folder of the boundary files of "
                "the Office for National Statistics:"
            ),
            html.code(f"python -m etl refresh {BOUNDARIES} --from FOLDER", class_="wh-command"),
            id="boundaries",
        )
    return ui.section(
        "Official boundaries",
        ui.paragraph("Maps can show these. Contains OS data © Crown copyright and database right."),
        ui.table(
            "Official boundaries that are loaded",
            ["Type of area", "Areas as they stood in", "File", "sha256 (first part)"],
            rows,
            id="boundaries-table",
            hide_caption=True,
        ),
        id="boundaries",
    )


def _how_to() -> Component:
    return ui.section(
        "How to refresh",
        ui.paragraph(
            "Refreshing is done on the machine that runs this service, by a command; this page only shows the result. Where the "
            "machine has no way out to the publishers, download their files to a folder first. Each source is checked whole before anything is changed: a file that cannot "
            "be trusted stops that source alone, with an error that says which row or column is wrong."
        ),
        *[
            part
            for words, command in _COMMANDS
            for part in (html.p(words, class_="wh-close"), html.code(command, class_="wh-command"))
        ],
        id="how-to",
    )


PAGE = Page(
    path="/refresh",
    name="refresh",
    title="What is loaded",
    layout=layout,
    nav="Refresh",
    takes_view=False,
    order=110,
    steady=False,  # the log of runs changes without a publication
    description="Every source with its releases, dates, files and problems, and how to refresh it.",
)
