"""The probe against played publishers that are right, moved, renamed and broken: each is called what it is, and
nothing is published."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import respx
from source_samples import NHS_MONTHLY, SITES, nhs_pages, site, zipped

from etl.cli.probe import as_facts, lines_of
from etl.fetching.heads import HEAD
from etl.fetching.http import Fetcher
from etl.pipeline.probe import SourceReport, probe
from etl.sources import BOUNDARY_SOURCES, SOURCES
from geodata.register import Register, load_register
from indicators.catalogue import Indicator, load_catalogue

KEY = "a key that nobody may see"
EVERY_SOURCE = {**SOURCES, **BOUNDARY_SOURCES}
Publisher = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def indicators() -> dict[str, Indicator]:
    return load_catalogue()


@pytest.fixture
def probed(
    register: Register, indicators: dict[str, Indicator]
) -> Iterator[Callable[[str, Publisher], SourceReport]]:
    """The report of a source whose publisher is played; also that no key is in it and that it can be shown."""

    def of(source_id: str, publisher: Publisher, **secrets: str) -> SourceReport:
        with (
            respx.mock(assert_all_called=False) as router,
            Fetcher(sleep=lambda seconds: None) as fetcher,
        ):
            router.route().mock(side_effect=publisher)
            report = probe(
                EVERY_SOURCE[source_id],
                fetcher=fetcher,
                secrets=secrets or {"STATXPLORE_API_KEY": KEY},
                register=register,
                catalogue=indicators,
                today=date(2026, 8, 20),
            )
        shown = "\n".join(lines_of(report)) + json.dumps(
            as_facts([report], datetime(2026, 8, 20, tzinfo=UTC))
        )
        assert KEY not in shown
        assert "unexpected" not in shown, shown
        return report

    yield of


def answered(publisher: Publisher, change: Callable[[httpx.Request, bytes], bytes]) -> Publisher:
    """The same publisher with the content of its answers changed."""

    def answer(request: httpx.Request) -> httpx.Response:
        good = publisher(request)
        kind = {"Content-Type": good.headers.get("content-type", "text/csv")}
        return httpx.Response(good.status_code, content=change(request, good.content), headers=kind)

    return answer


def gone(request: httpx.Request) -> httpx.Response:
    return httpx.Response(404)


def down(request: httpx.Request) -> httpx.Response:
    return httpx.Response(503)


def apology(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, html="<html>Sorry, the service is being fixed</html>")


# --- right --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("source_id", SITES)
def test_a_publisher_that_is_right(source_id: str, probed) -> None:
    report = probed(source_id, SITES[source_id]())
    told = [words for words in report.problems if "employment advisers" not in words and "9002" not in words]
    # the played publishers are small: they have one of what a real one has many
    assert report.verdict == "right" or source_id in ("nhs_talking_therapies", "ons_geography"), (
        report.problems
    )
    assert told == [] or source_id == "ons_geography"
    assert report.asked and report.files and report.editions
    assert {asked.came_from for asked in report.asked} == {""}
    assert all(edition.problem == "" for edition in report.editions)


def test_a_source_without_addresses_has_nothing_to_ask(probed) -> None:
    report = probed("nomis_aps_t01", gone)
    assert (report.verdict, report.asked) == ("nothing to ask", [])


def test_a_key_that_is_not_set_is_no_fault_of_the_publisher(probed) -> None:
    report = probed("dwp_stat_xplore", gone, OTHER="x")
    assert report.verdict == "no key"
    assert "STATXPLORE_API_KEY is not set" in report.problems[0]


def test_labels_and_columns_are_told(probed) -> None:
    report = probed("dwp_stat_xplore", SITES["dwp_stat_xplore"]())
    assert report.verdict == "right"
    [regimes] = [file for file in report.files if "regime-region-1" in file.name]
    assert any(
        "Searching for work, Planning for work, Preparing for work" in words for words in regimes.columns
    )
    assert {asked.verb for asked in report.asked} == {"GET", "POST"}
    # the months, areas and authorities of four databases, the values of two fields, and a piece of each table
    assert len(report.asked) == 4 * 3 + 2 * 2 + 6
    mhsds = probed("mhsds", SITES["mhsds"]())
    assert "PRIMARY_LEVEL" in mhsds.files[0].columns
    assert "MHS116" in mhsds.editions[0].seen


# --- moved --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source_id", SITES)
def test_a_publisher_that_has_moved(source_id: str, probed) -> None:
    report = probed(source_id, gone)
    assert report.verdict == "moved", report.problems
    assert all("the server answered 404" in words for words in report.problems)
    assert report.editions == []


def test_one_address_that_is_gone_hides_no_other(probed) -> None:
    good = SITES["nomis_aps"]()
    report = probed("nomis_aps", lambda request: gone(request) if request.url.params.get("variable") == "45" else good(request))  # fmt: skip
    assert report.verdict == "moved"
    assert len([asked for asked in report.asked if asked.problem]) == 1
    assert "variable 45: not fetched" in report.problems[0]
    assert any(asked.name == "nomis-aps-44-p01.csv" for asked in report.asked)


def test_a_redirection_is_told_and_is_no_fault(probed) -> None:
    good = SITES["ons_sdg"]()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "new.example.org":
            return good(request)
        return httpx.Response(301, headers={"Location": "https://new.example.org/figures.csv"})

    report = probed("ons_sdg", answer)
    assert report.verdict == "right", report.problems
    assert report.asked[0].came_from == "https://new.example.org/figures.csv"


# --- renamed ------------------------------------------------------------------------------------------------


def renaming(before: bytes, after: bytes) -> Callable[[httpx.Request, bytes], bytes]:
    return lambda request, content: content.replace(before, after)


@pytest.mark.parametrize(
    ("source_id", "before", "after", "words"),
    [
        ("mhsds", b"PRIMARY_LEVEL,", b"LEVEL_ONE,", "column 'PRIMARY_LEVEL' gone; found"),
        ("mhsds", b"MHSDS%20Data_MarPrf_2024.csv", b"Mental_health_2024.csv", "no link to a file named like"),
        ("ascof", b"ONS Code", b"GSS", "column 'ONS Code' gone; found"),
        ("fit_notes", b"Registered patients", b"List size", "column 'Registered patients' gone; found"),
        ("fingertips", b"Time period Sortable", b"Sortable", "gone; found"),
        ("nomis_aps", b"OBS_STATUS_NAME", b"STATUS", "column 'OBS_STATUS_NAME' gone; found"),
        ("dwp_stat_xplore", b"Searching for work", b"Intensive", "no value of str:field:UC_sanc_rates"),
        (
            "dwp_stat_xplore",
            b"LA_TO_REGION",
            b"LA_AND_REGION",
            "no value set of areas ending in LA_TO_REGION",
        ),
        ("ons_geography", b"RGN23CD", b"RGN25CD", "column 'RGN23CD' gone; found"),
        ("gp_patient_survey", b"ad_icscode", b"ics", "gone; found"),
        ("ons_sdg", b"Disability status", b"Disability", "column 'Disability status' gone; found"),
    ],
)
def test_a_name_that_has_changed(source_id: str, before: bytes, after: bytes, words: str, probed) -> None:
    good = SITES[source_id]()
    content = good_contents(good)
    if content is not None and not any(before in part for part in content):
        pytest.skip(f"the played publisher does not write {before!r}")
    report = probed(source_id, answered(good, renaming(before, after)))
    assert report.verdict == "renamed", report.problems
    assert any(words in problem for problem in report.problems), report.problems


def good_contents(publisher: Publisher) -> list[bytes] | None:
    """What a publisher of known addresses serves, None for one that answers by rule."""
    for cell in publisher.__closure__ or ():
        if isinstance(cell.cell_contents, dict) and all(
            isinstance(part, bytes) for part in cell.cell_contents.values()
        ):
            return list(cell.cell_contents.values())
    return None


def test_files_that_no_source_knows_are_told(probed) -> None:
    page = nhs_pages(
        NHS_MONTHLY, {"may-2026": {"nhstalkingtherapies_month_may_2026_activity_x.csv": b"a,b\n1,2\n"}}
    )

    def answer(request: httpx.Request) -> httpx.Response:
        return site(page)(request) if str(request.url) in page else gone(request)

    report = probed("nhs_talking_therapies", answer)
    assert report.verdict in ("renamed", "moved", "broken")
    assert any("gone; found ['a', 'b']" in words for words in report.problems)


# --- broken -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source_id", SITES)
def test_a_publisher_that_is_down(source_id: str, probed) -> None:
    report = probed(source_id, down)
    assert report.verdict == "broken", report.problems
    assert all("the server answered 503; tried 4 times" in words for words in report.problems)


@pytest.mark.parametrize("source_id", ["nomis_aps", "fingertips", "dwp_stat_xplore", "ons_local_indicators"])
def test_an_apology_is_no_answer(source_id: str, probed) -> None:
    report = probed(source_id, apology)
    assert report.verdict == "broken", report.problems
    assert any("content type 'text/html" in words for words in report.problems)


def test_a_zip_that_is_none(probed) -> None:
    report = probed("qof", SITES["qof"](b"no zip at all"))  # type: ignore[call-arg]
    assert report.verdict == "broken"
    assert any("expected a whole zip" in words for words in report.problems)


def test_a_rate_that_cannot_be_right_is_broken(probed) -> None:
    """England's sanction rate over all regimes: a definition that is not the published one."""

    def change(request: httpx.Request, content: bytes) -> bytes:
        if request.method != "POST" or b"REGIME" not in request.content:
            return content
        return re.sub(rb"\b5\.0\b", b"15.0", content)

    report = probed("dwp_stat_xplore", answered(SITES["dwp_stat_xplore"](), change))
    assert report.verdict == "broken"
    assert any("near the published rate of Great Britain" in words for words in report.problems)


# --- the beginning of a file --------------------------------------------------------------------------------


def test_only_the_beginning_of_a_large_file_is_read(probed) -> None:
    def longer(request: httpx.Request, content: bytes) -> bytes:
        if not request.url.path.endswith(".csv"):
            return content
        last = content.rstrip(b"\n").rsplit(b"\n", 1)[-1]
        return content + (last + b"\n") * 20_000

    report = probed("mhsds", answered(SITES["mhsds"](), longer))
    [asked] = [asked for asked in report.asked if asked.name.endswith(".csv")]
    assert HEAD <= asked.size < 2 * HEAD
    assert not asked.is_whole
    assert report.verdict == "right", report.problems


def ranged(publisher: Publisher, served: list[int]) -> Publisher:
    """The same publisher, who gives parts of files; ``served`` are the bytes of each part."""

    def answer(request: httpx.Request) -> httpx.Response:
        good = publisher(request)
        wanted = re.fullmatch(r"bytes=(-?\d+)(?:-(\d+))?", request.headers.get("Range", ""))
        if wanted is None:
            return good
        whole, first = good.content, int(wanted[1])
        first, last = (max(0, len(whole) + first), len(whole) - 1) if first < 0 else (first, int(wanted[2]))
        part = whole[first : last + 1]
        served.append(len(part))
        headers = {"Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(whole)}"}
        return httpx.Response(206, content=part, headers={**headers, "Content-Type": "application/zip"})

    return answer


def archive_with(large: int) -> bytes:
    """The zip of a year of QOF with a file of that many bytes, which is not packed, before the others."""
    files = qof_files()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as opened:
        opened.writestr("ACHIEVEMENT_2425.csv", b"PRACTICE_CODE,VALUE\n" + b"A81001,1\n" * (large // 9))
        for name, content in files.items():
            opened.writestr(name, content)
    return made.getvalue()


def qof_files() -> dict[str, bytes]:
    from source_samples import samples_of

    (sample,) = samples_of("qof")
    return dict(sample.files)


@pytest.mark.parametrize("gives_parts", [True, False])
def test_the_files_of_a_zip_are_named_and_begun(gives_parts: bool, probed) -> None:
    served: list[int] = []
    whole = archive_with(5_000_000)
    good: Any = SITES["qof"](whole)  # type: ignore[call-arg]
    report = probed("qof", ranged(good, served) if gives_parts else good)
    assert report.verdict == "right", report.problems
    [asked] = [asked for asked in report.asked if asked.name.endswith(".zip")]
    assert asked.names == ("ACHIEVEMENT_2425.csv", *qof_files())
    assert not asked.is_whole
    assert asked.came_from == ""
    if gives_parts:
        assert asked.size == sum(served) < len(whole) / 4
    else:
        assert asked.size == len(whole)
    [edition] = report.editions
    assert edition.seen == ("DEP.list_size", "DEP.register")


def test_a_small_zip_is_read_whole(probed) -> None:
    served: list[int] = []
    report = probed("qof", ranged(SITES["qof"](zipped(qof_files())), served))  # type: ignore[call-arg]
    assert report.verdict == "right", report.problems
    assert len(served) == 1
