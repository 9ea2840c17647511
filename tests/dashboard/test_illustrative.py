"""Illustrative figures: never judged, coloured, ranked, sorted, trended or summed where they are shown; nowhere by default.

One store: the starter edition as a fresh install loads it, and the same with the illustrative releases of
``WORKHEALTH_ILLUSTRATIVE=on`` beside it. Each test walks over every page, picture, file and API answer that can hold
one, and writes down everything that is wrong before it fails.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from openpyxl import load_workbook

from app import create_app
from dashboard import sentences
from dashboard.exports.pack import gather
from dashboard.exports.pack_html import pack_html
from dashboard.exports.workbook import workbook
from indicators.settings import load_settings

from .reading import main_of

pytestmark = pytest.mark.slow  # the starter edition is loaded twice, and walked over

ROOT = Path(__file__).resolve().parents[2]
SHADINGS = ("benchmark", "quintile", "continuous", "trend", "change")
JUDGED_WORDS = ("better", "similar", "worse", "higher", "lower")
JUDGED_LOOKS = re.compile(rf'(wh-compared|wh-tag|wh-rug|class="tag)[- "](much-)?({"|".join(JUDGED_WORDS)})\b')
COLOURS = re.compile(
    "#(00703C|FFDD00|D4351C|5694CA|003078|E4DDFF|CBBEF4|AA90EC|8B60E2|6B33C3)", re.IGNORECASE
)
SAID = (
    sentences.ILLUSTRATIVE,
    sentences.ILLUSTRATIVE_FIRST,
    sentences.ILLUSTRATIVE_LEAD,
    "Illustrative figures. ",
)
AREAS = (
    "E92000001",
    "E06000018",
    "E12000004",
    "E54000010",
    "E37000001",
    "E47000009",
    "E10000024",
    "E38000228",
)
"""England, a unitary authority, a region, an ICB, a LEP, a combined authority, a county, a CCG or sub-ICB location."""


class Shown(NamedTuple):
    """An indicator for a type of area of which every figure is illustrative, with one of its areas."""

    indicator_id: str
    area_type: str
    area_code: str

    @property
    def query(self) -> str:
        return urlencode({"indicator": self.indicator_id, "area_type": self.area_type})


@dataclass
class Walk:
    """A visitor of the service, and what is wrong with what it was shown."""

    app: Any
    wrong: list[str] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        self.client = self.app.server.test_client()
        self.context = self.app.context

    def get(self, address: str) -> str:
        """The text at an address; empty where there is nothing for these choices."""
        self.asked += 1
        answer = self.client.get(address)
        if answer.status_code == 404:
            return ""
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return str(answer.get_data(as_text=True))

    def rows(self, address: str) -> list[dict[str, str]]:
        """The rows of a CSV."""
        return list(csv.DictReader(io.StringIO(self.get(address).lstrip("\ufeff"))))

    def check(self, is_right: bool, address: str, words: str) -> None:
        if not is_right:
            self.wrong.append(f"{address}: {words}")

    def fail_where_wrong(self) -> None:
        assert not self.wrong, "\n".join([f"{len(self.wrong)} of {self.asked} answers:", *self.wrong[:40]])


def load_starter(folder: Path, switch: str) -> str:
    environment = {
        **os.environ,
        "WORKHEALTH_DATA_DIR": str(folder),
        "WORKHEALTH_DATABASE_URL": "",
        "WORKHEALTH_ILLUSTRATIVE": switch,
    }
    if switch == "by default":
        del environment["WORKHEALTH_ILLUSTRATIVE"]
    done = subprocess.run(
        [sys.executable, "-m", "etl", "starter", "load"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1500,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def walk_of(folder: Path, switch: str) -> Walk:
    return Walk(create_app(load_settings(data_dir=folder, database_url="", illustrative=switch)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("illustrative")
    load_starter(made, "by default")
    return made


@pytest.fixture(scope="module")
def fresh(folder: Path) -> Walk:
    """A fresh install; everything that a test asks of it is asked before the switch is turned on."""
    return walk_of(folder, "off")


@pytest.fixture(scope="module")
def switched_on(fresh: Walk, folder: Path) -> Walk:
    """The same store with the switch on."""
    told = load_starter(folder, "on")
    assert "published    mhsds" in told, told
    return walk_of(folder, "on")


@pytest.fixture
def walk(switched_on: Walk) -> Iterator[Walk]:
    switched_on.wrong.clear()
    yield switched_on
    switched_on.fail_where_wrong()


def shown_of(walk: Walk) -> list[Shown]:
    """Every indicator and type of area that has illustrative figures alone."""
    found = []
    for indicator_id, rows in walk.context.all_available().items():
        for area_type in dict.fromkeys(row["area_type"] for row in rows):
            here = [row for row in rows if row["area_type"] == area_type]
            if all(row["illustrative"] for row in here):
                store = walk.context.store
                first = store.observations(indicator_id=indicator_id, area_type=area_type)[0]
                found.append(Shown(indicator_id, area_type, first["area_code"]))
    return found


def words_of(written: str) -> str:
    """The text of some HTML; by signs alone, since thousands of pages are looked at."""
    plain = re.sub(r"<(script|style|select).*?</\1>", " ", written, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def parts_of(written: str, tag: str) -> list[str]:
    """The elements of a tag, as they are written; none of them stands inside another."""
    return re.findall(rf"<{tag}\b.*?</{tag}>", written, re.S)


def classes_in(written: str) -> str:
    return " ".join(re.findall(r'class="([^"]*)"', written))


def figures_in(document: str) -> list[dict[str, Any]]:
    """The plotly figures that stand in a page."""
    return [
        json.loads(text)
        for text in re.findall(
            r'<script type="application/json" data-figure="[^"]+">(.*?)</script>', document, re.S
        )
    ]


def leads_of(document: str) -> str:
    """The words of the answer at the top of a page."""
    return " ".join(
        words_of(part)
        for part in re.findall(r'<p(?: id="map-lead")? class="wh-lead">.*?</p>', document, re.S)
    )


# ---- the switch off ----------------------------------------------------------------------------------


def test_a_fresh_install_shows_no_illustrative_figure_anywhere(fresh: Walk) -> None:
    context = fresh.context
    assert not any(row["illustrative"] for row in context.store.releases(hidden=True))
    assert context.store.problems() == []
    addresses = [
        "/",
        "/overview",
        "/conditions",
        "/goal",
        "/data",
        "/refresh",
        "/indicators",
        "/map",
        "/compare",
    ]
    for area_code in AREAS:
        if area_code in context.register:
            addresses += [
                f"/areas/{area_code}", f"/overview?area={area_code}", f"/conditions?area={area_code}",
                f"/csv/areas/{area_code}", f"/csv/overview?area={area_code}", f"/csv/conditions?area={area_code}",
            ]  # fmt: skip
    for indicator_id in context.catalogue:
        for page in ("map", "compare", "trends", "relate"):
            addresses.append(f"/{page}?indicator={indicator_id}")
        addresses += [
            f"/indicators/{indicator_id}",
            f"/data/{indicator_id}.csv",
            f"/api/v1/observations?indicator={indicator_id}",
        ]
    for address in addresses:
        text = fresh.get(address)
        if address.startswith(("/csv", "/data/", "/api")):
            # the API says of each indicator and release that it is none
            said_not = text.replace('"illustrative":false', "")
            fresh.check("illustrative" not in said_not, address, "holds the word illustrative")
        else:
            words = words_of(main_of(text)) if text else ""
            said = [phrase for phrase in SAID if phrase.strip() in words]
            fresh.check(not said, address, f"says {said}")
    for area_code in ("E06000018", "E54000010"):
        pack = gather(context, context.register.area(area_code), "http://localhost")
        fresh.check(not pack.illustrative, area_code, "its pack holds an illustrative figure")
    fresh.fail_where_wrong()


def test_an_indicator_without_figures_says_what_is_missing_and_leads_to_real_evidence(fresh: Walk) -> None:
    context = fresh.context
    waiting = [indicator for name, indicator in context.catalogue.items() if not context.available(name)]
    assert len(waiting) > 10
    for indicator in waiting:
        for page in ("map", "compare", "trends", "relate"):
            address = f"/{page}?indicator={indicator.id}"
            document = fresh.get(address)
            words = words_of(main_of(document))
            fresh.check(
                f"There are no figures yet for “{indicator.short_title}”." in words,
                address,
                "does not say so",
            )
            fresh.check("python -m etl refresh " in words, address, "names no command")
            fresh.check(not figures_in(document), address, "draws an empty picture")
            # last in the menu, and marked
            menu = document[document.index('id="choose-indicator"') :].split("</select>")[0]
            group = menu.split('<optgroup label="No figures yet">')
            fresh.check(len(group) == 2, address, "the menu has no last group")
            fresh.check(f'value="{indicator.id}"' in group[-1], address, "not last in the menu")
            fresh.check("(no figures yet)" in group[-1], address, "not marked in the menu")
        drawn = json.loads(fresh.get(f"/map/drawing?to={quote(f'?indicator={indicator.id}')}"))
        fresh.check(drawn["map"] is None, indicator.id, "the map is drawn")
        fresh.check(
            "There are no figures yet" in fresh.get(f"/indicators/{indicator.id}"), indicator.id, "definition"
        )
        for name in indicator.nearest_evidence:
            if context.available(name):
                link = re.search(
                    rf'href="(/(?:map|trends)\?indicator={name})"',
                    fresh.get(f"/map?indicator={indicator.id}"),
                )
                fresh.check(link is not None, indicator.id, f"no link to {name}")
                if link:
                    there = words_of(main_of(fresh.get(link.group(1))))
                    fresh.check("There are no figures yet" not in there, link.group(1), "is empty too")
    fresh.fail_where_wrong()


# ---- the switch on -----------------------------------------------------------------------------------


def test_a_map_hatches_every_illustrative_area_whatever_its_shading(walk: Walk) -> None:
    found = shown_of(walk)
    assert len(found) > 20
    for shown in found:
        for shading in SHADINGS:
            search = f"?{shown.query}&shading={shading}&area={shown.area_code}"
            address = f"/map/drawing?to={quote(search)}"
            drawn = json.loads(walk.get(address))["map"]
            page = walk.get(f"/map{search}")
            walk.check(
                leads_of(page) == sentences.ILLUSTRATIVE_LEAD,
                f"/map{search}",
                f"leads with {leads_of(page)!r}",
            )
            walk.check(
                "(illustrative, not real)" in words_of(page), f"/map{search}", "its title has not the word"
            )
            walk.check(not JUDGED_LOOKS.search(main_of(page)), f"/map{search}", "judges an area")
            if drawn is None:
                continue
            walk.check(
                drawn["illustrative"] is True and "illustrative" in drawn["title"], address, "not marked"
            )
            looks = {drawn["classes"][int(place)]["key"] for place in drawn["k"] or drawn["c"]}
            walk.check(looks <= {"illustrative", "missing"}, address, f"colours {looks}")
            compared = {drawn["compared"][int(place)]["key"] for place in drawn["c"]}
            walk.check(compared <= {"illustrative", "missing"}, address, f"compares {compared}")
            [look] = [shown for shown in drawn["classes"] if shown["key"] == "illustrative"]
            walk.check(
                (look["colour"], look["pattern"]) == ("#DADCDE", "grey"), address, "is not hatched in grey"
            )
        walk.check(
            "Illustrative figures."
            in words_of(walk.get(f"/embed/map/map?{shown.query}") or "Illustrative figures."),
            shown.query,
            "the embedded map is not marked",
        )


def test_a_list_neither_sorts_nor_ranks_nor_judges(walk: Walk) -> None:
    for shown in shown_of(walk):
        for chart in ("values", "ranks", "funnel"):
            address = f"/compare?{shown.query}&chart={chart}&area={shown.area_code}"
            document = walk.get(address)
            page = main_of(document)
            lead = leads_of(page)
            walk.check(lead.startswith(sentences.ILLUSTRATIVE_LEAD), address, f"leads with {lead!r}")
            walk.check(not JUDGED_LOOKS.search(page), address, "judges an area")
            walk.check("Could rank" not in page, address, "ranks")
            walk.check(not figures_in(document), address, "draws a funnel")
            pictures = parts_of(page, "table")
            if len(pictures) > 1:
                rows = pictures[0]
                marks = set(re.findall(r'<use href="#wh-s-([^"]+)"', rows))
                walk.check(marks == {"illustrative"}, address, f"marks an area as {marks}")
                walk.check(">ILLUSTRATIVE<" in page, address, "has not the word across its picture")
                walk.check("illustrative" in words_of(parts_of(rows, "caption")[0]), address, "title")
                names = [words_of(name) for name in parts_of(rows.rpartition("<tbody>")[2], "th")]
                walk.check(names == sorted(names), address, f"is not in order of names: {names[:4]}")
                walk.check("var(--ink)" not in rows, address, "draws a benchmark")
            sorted_by = re.findall(r'data-s="([^"]+)"', page)
            walk.check(not any(sorted_by), address, f"can be sorted by {sorted_by[:3]}")


def test_figures_over_time_are_joined_to_nothing(walk: Walk) -> None:
    for shown in shown_of(walk):
        address = f"/trends?{shown.query}&area={shown.area_code}"
        document = walk.get(address)
        lead = leads_of(main_of(document))
        # England may have a real figure where the area has none
        real = {
            row["area_name"]
            for row in walk.context.store.observations(
                indicator_id=shown.indicator_id, area_type="england", period="all"
            )
            if row["status"] == "ok"
        }
        leads = {sentences.ILLUSTRATIVE_LEAD, *real}
        walk.check(any(lead.startswith(words) for words in leads), address, f"leads with {lead!r}")
        words = words_of(main_of(document))
        walk.check(
            not re.search(r": (increasing|decreasing|no significant change)", words), address, "has a trend"
        )
        for figure in figures_in(document):
            walk.check(all("lines" not in trace["mode"] for trace in figure["data"]
                           if not trace["name"].startswith(("Target", *real))), address, "joins figures")  # fmt: skip
            text = json.dumps(figure).replace("<br>", " ")
            walk.check(
                ">ILLUSTRATIVE<" in text and "(illustrative, not real)" in text, address, "is not marked"
            )
    trends = walk.context.store
    for shown in shown_of(walk):
        for row in trends.trends(indicator_id=shown.indicator_id, sex="persons", age="all").values():
            walk.check(row["direction"] == "not_calculated", shown.indicator_id, "the store has a trend")


def test_nothing_is_set_against_an_illustrative_indicator(walk: Walk) -> None:
    for shown in shown_of(walk):
        for address in (
            f"/relate?{shown.query}",
            f"/relate?indicator=employment-rate&area_type={shown.area_type}&with={shown.indicator_id}",
        ):
            document = walk.get(address)
            walk.check(not figures_in(document), address, "draws a scatter")
            walk.check("correlation" not in leads_of(document), address, "works a relation out")


def test_the_overview_hatches_its_cells_and_draws_no_course(walk: Walk) -> None:
    cells = sheets = 0
    for area_code in (code for code in AREAS if code in walk.context.register):
        address = f"/overview?area={area_code}"
        page = main_of(walk.get(address))
        titles = {
            indicator.short_title
            for name, indicator in walk.context.catalogue.items()
            if walk.context.is_only_illustrative(name)
        }
        walk.check("% of" not in leads_of(page), address, "leads with a figure")
        for cell in parts_of(page, "td"):
            words = words_of(cell)
            if "Illustrative" in words:
                cells += 1
                look = classes_in(cell)
                walk.check("wh-rug" not in look or "wh-rug-illustrative" in look, address, f"is {look}")
                walk.check("recent trend" not in words, address, "has an arrow")
        for picture in re.findall(r'<h3 class="wh-multiple-name">.*?</h3>', page, re.S):
            walk.check(words_of(picture) not in titles, address, f"draws {words_of(picture)} over time")
        sheet = walk.get(f"/picture/overview/grid.svg?area={area_code}")
        if ">Illustrative<" in sheet:
            sheets += 1
            walk.check(
                'fill="url(#illustrative)"' in sheet, address, "the picture of the grid is not hatched"
            )
            walk.check(
                "illustrative, not real" in sheet, address, "the title of the picture has not the word"
            )
    assert cells > 20 and sheets > 2


def test_profiles_conditions_and_packs_set_them_beside_nothing(walk: Walk) -> None:
    context, rows = walk.context, 0
    for area_code in (code for code in AREAS if code in context.register):
        document = main_of(walk.get(f"/areas/{area_code}"))
        for row in parts_of(document, "tr"):
            words = words_of(row)
            if "Illustrative, not a real figure" in words:
                rows += 1
                look = classes_in(row)
                walk.check(
                    not re.search(r"wh-tag-(better|worse|similar|higher|lower)|wh-drawn", look),
                    area_code,
                    words,
                )
                walk.check(
                    "ncreasing" not in words and "ecreasing" not in words, area_code, f"trend: {words}"
                )
        page = main_of(walk.get(f"/conditions?area={area_code}"))
        for svg in re.findall(r"data:image/svg[^>]*", page):
            walk.check("illustrative" not in svg.lower(), area_code, "a picture of conditions draws one")
        for row in parts_of(page, "tr"):
            words = words_of(row)
            if "(illustrative, not real)" in words:
                rows += 1
                walk.check(not re.search("Better|Worse|Similar|Higher|Lower", words), area_code, words)
        walk.check("illustrative" not in leads_of(page), area_code, "conditions lead with one")
        pack = gather(context, context.register.area(area_code), "http://localhost")
        walk.check(
            not any("illustrative" in words for words in pack.summary), area_code, "the pack leads with one"
        )
        for line in pack.lines:
            if line.illustrative:
                judged = (line.compared, line.england, line.spine, line.trend, line.grade)
                walk.check(
                    judged == ("not_compared", None, None, None, ""),
                    area_code,
                    f"{line.indicator.id}: {judged}",
                )
        written = pack_html(pack)
        for row in parts_of(written, "tr"):
            if "illustrative" in words_of(row):
                walk.check('class="tag' not in row, area_code, "the PDF judges one")
        if not pack.illustrative:
            continue
        walk.check("Do not quote them" in words_of(written), area_code, "the PDF does not say so")
        book = load_workbook(io.BytesIO(workbook(pack)))
        newest = book["Newest figures"]
        headings = [cell.value for cell in newest[4]]
        for cells in newest.iter_rows(min_row=5, values_only=True):
            found = dict(zip(headings, cells, strict=True))
            if "illustrative" in found["Indicator"]:
                # in England's own pack that column has the figure itself
                england = "[z]" if area_code == "E92000001" else found.get("England", "[z]")
                beside = (england, found.get("Compared with England", "[z]"))
                walk.check(
                    beside == ("[z]", "[z]"),
                    area_code,
                    f"the workbook sets {found['Indicator']} beside {beside}",
                )
    assert rows > 20


def test_files_and_the_api_mark_each_row_and_say_nothing_beside_it(walk: Walk) -> None:
    found = shown_of(walk)
    addresses = [f"/csv/{page}?{shown.query}" for shown in found for page in ("map", "compare", "relate")]
    addresses += [
        f"/csv/map?{shown.query}&shading={shading}" for shown in found for shading in ("trend", "change")
    ]
    addresses += [f"/csv/trends?{shown.query}&area={shown.area_code}" for shown in found]
    addresses += [f"/data/{name}.csv" for name in dict.fromkeys(shown.indicator_id for shown in found)]
    for area_code in (code for code in AREAS if code in walk.context.register):
        addresses += [
            f"/csv/areas/{area_code}",
            f"/csv/overview?area={area_code}",
            f"/csv/conditions?area={area_code}",
        ]
    seen = 0
    for address in addresses:
        for row in walk.rows(address):
            if row["status"] != "illustrative":
                continue
            seen += 1
            beside = [
                row.get(name, "")
                for name in ("compared_with", "benchmark_value", "comparison", "recent_trend", "change")
            ]
            walk.check(not any(beside), address, f"{row['area_code']}: {beside}")
            walk.check(row["status"] == "illustrative", address, row["status"])
    assert seen > 1000
    for shown in found:
        address = f"/api/v1/observations?{shown.query}"
        rows = json.loads(walk.get(address))["observations"]
        walk.check(
            bool(rows) and {row["status"] for row in rows} == {"illustrative"}, address, "rows are not marked"
        )
    for address in ("/api/v1/changes", "/"):
        walk.check("mhsds" not in walk.get(address), address, "an illustrative figure is news")


def test_the_share_that_is_not_known_stands_beside_net_movement_into_employment(walk: Walk) -> None:
    words = r"Net movement into work during treatment</a>.{0,400}Employment status not known at start or end for \d+% of finished"
    assert re.search(words, walk.get("/areas/E54000060/figures"), re.DOTALL)
    for page in ("map", "compare", "trends"):
        query = "indicator=talking-therapies-net-movement-into-employment&area_type=icb&area=E54000060"
        assert "Employment status not known at start or end for" in walk.get(f"/{page}?{query}")


def test_they_go_in_one_publication_when_the_switch_is_turned_off(switched_on: Walk, folder: Path) -> None:
    told = load_starter(folder, "off")
    assert "WORKHEALTH_ILLUSTRATIVE is off: the illustrative figures of " in told
    store = walk_of(folder, "off").context.store
    assert not any(row["illustrative"] for row in store.releases(hidden=True)) and store.problems() == []
    [run] = store.history("illustrative")
    assert run["outcome"] == "published" and len(run["details"]["releases_removed"]) >= 5
    assert load_starter(folder, "off") == ""
