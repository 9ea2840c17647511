"""What a source fetches: whole in its folder under a plain name, with where it came from and without any key."""

from __future__ import annotations

import io
import logging
import traceback
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
import respx
from raw_server import RawServer, answer

from etl.fetching.downloads import FetchedFile, FolderDownloads
from etl.fetching.failures import FetchFailed
from etl.fetching.http import Fetcher
from etl.fetching.snapshots import FetchedOnce, Snapshots
from etl.sources.base import Downloads

URL = "https://example.org/figures.csv"
KEY = "s3cret+/="


@pytest.fixture
def downloads(tmp_path: Path) -> Iterator[FolderDownloads]:
    with Fetcher(sleep=lambda seconds: None, private_hosts=["127.0.0.1"]) as fetcher:
        yield FolderDownloads(tmp_path / "fetched", fetcher, {"STATXPLORE_API_KEY": KEY, "NOT_SET": ""})


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(f"folder/{name}.csv", content)
    return made.getvalue()


def names(downloads: FolderDownloads) -> list[str]:
    return sorted(path.name for path in downloads.folder.iterdir())


@respx.mock
def test_a_file_is_saved_with_where_it_came_from(downloads: FolderDownloads) -> None:
    respx.get(URL).respond(200, content=b"a,b\n1,2\n", content_type="text/csv; charset=utf-8")
    given: Downloads = downloads
    path = given.save("2024.csv", URL, content_types=("text/csv",), published_on=date(2025, 5, 1))
    assert path == downloads.folder / "2024.csv"
    assert path.read_bytes() == b"a,b\n1,2\n"
    assert downloads.facts == {"2024.csv": FetchedFile("2024.csv", URL, date(2025, 5, 1))}


@respx.mock
def test_a_page_is_read_and_not_kept(downloads: FolderDownloads) -> None:
    respx.get(URL).respond(200, content=b"[]", content_type="application/json")
    assert downloads.read(URL, content_types=("application/json",)) == b"[]"
    assert downloads.facts == {} and not downloads.folder.exists()


@respx.mock
def test_a_query_is_posted(downloads: FolderDownloads) -> None:
    asked = respx.post(URL).respond(200, content=b"{}")
    downloads.save("cube.json", URL, body=b'{"database": 1}', headers={"APIKey": KEY})
    (call,) = asked.calls
    assert (call.request.content, call.request.headers["APIKey"]) == (b'{"database": 1}', KEY)


@respx.mock
def test_the_files_of_a_zip_lie_beside_it_with_its_address(downloads: FolderDownloads) -> None:
    respx.get(URL).respond(200, content=zipped(first=b"1", second=b"2"))
    downloads.save("all.ZIP", URL, published_on=date(2025, 5, 1))
    assert names(downloads) == ["all.ZIP", "first.csv", "second.csv"]
    assert {name: (fact.url, fact.published_on) for name, fact in downloads.facts.items()} == dict.fromkeys(
        ("all.ZIP", "first.csv", "second.csv"), (URL, date(2025, 5, 1))
    )


@respx.mock
def test_a_bad_zip_leaves_nothing(downloads: FolderDownloads) -> None:
    respx.get(URL).respond(200, content=zipped(first=b"1", second=b"2")[:-4])
    with pytest.raises(
        FetchFailed, match=r"figures\.csv: all\.zip: File is not a zip file; expected a whole"
    ):
        downloads.save("all.zip", URL)
    assert names(downloads) == [] and downloads.facts == {}


def test_a_body_cut_short_is_no_file(downloads: FolderDownloads) -> None:
    with RawServer([answer(b"a,b\n1,2\n")[:-1]] * 4) as server:
        with pytest.raises(FetchFailed, match=r"RemoteProtocolError: .*; tried 4 times"):
            downloads.save("2024.csv", server.url)
        assert len(server.requests) == 4
    assert names(downloads) == [] and downloads.facts == {}


@respx.mock
def test_two_files_never_share_a_name(downloads: FolderDownloads) -> None:
    respx.get(URL).respond(200, content=b"x")
    downloads.save("2024.csv", URL)
    with pytest.raises(FetchFailed, match=r"2024\.csv was fetched already; expected another name"):
        downloads.save("2024.csv", f"{URL}?page=2")


@pytest.mark.parametrize("name", ["../2024.csv", "/tmp/2024.csv", "a/b.csv", ".hidden", "", "a\x00b"])
def test_a_name_that_leads_elsewhere_is_refused(downloads: FolderDownloads, name: str) -> None:
    with pytest.raises(FetchFailed, match="is no plain file name; expected one without a path"):
        downloads.save(name, URL)


@respx.mock
@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"{URL}?geography=1,2&uid=s3cret%2B%2F%3D&measures=20100", f"{URL}?geography=1,2&measures=20100"),
        (f"{URL}?uid={KEY}", URL),
        ("https://example.org/s3cret%2B%2F%3D/figures.csv", "https://example.org/***/figures.csv"),
    ],
)
def test_no_key_is_shown(
    downloads: FolderDownloads, url: str, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    respx.route().mock(side_effect=[httpx.Response(200, content=b"x"), *[httpx.Response(500)] * 8])
    caplog.set_level(logging.INFO)
    downloads.save("2024.csv", url)
    assert downloads.facts["2024.csv"].url == shown
    for again in (lambda: downloads.save("2025.csv", url), lambda: downloads.read(url)):
        with pytest.raises(FetchFailed, match="the server answered 500; tried 4 times") as caught:
            again()
        assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(FetchFailed) as caught:
        downloads.save("2024.csv", url)
    assert "s3cret" not in str(caught.value)
    assert "HTTP Request" in caplog.text and "s3cret" not in caplog.text


# --- hosts that are asked once a release --------------------------------------------------------------------

NHS_FILE = "https://files.digital.nhs.uk/AC/3C964F/QOF2021.zip"


def fetched_into(folder: Path, fetcher: Fetcher, snapshots: Snapshots) -> FolderDownloads:
    return FolderDownloads(
        folder, fetcher, {}, FetchedOnce(snapshots, lambda: datetime(2026, 5, 1, tzinfo=UTC))
    )


@respx.mock
def test_a_file_of_files_digital_nhs_uk_is_asked_for_once_by_all_sources(tmp_path: Path) -> None:
    route = respx.get(NHS_FILE).respond(200, content=zipped(a=b"1", b=b"2"), content_type="application/zip")
    snapshots = Snapshots(tmp_path / "snapshots")
    with Fetcher(sleep=lambda seconds: None) as fetcher:
        for name in ("first", "second"):
            downloads = fetched_into(tmp_path / name, fetcher, snapshots)
            path = downloads.save("QOF2021.zip", NHS_FILE, published_on=date(2021, 9, 30))
            assert path == tmp_path / name / "QOF2021.zip"
            assert names(downloads) == ["QOF2021.zip", "a.csv", "b.csv"]
            assert downloads.facts["a.csv"] == FetchedFile("a.csv", NHS_FILE, date(2021, 9, 30))
    assert route.call_count == 1


@respx.mock
def test_a_new_release_has_a_new_address_and_is_asked_for(tmp_path: Path) -> None:
    later = NHS_FILE.replace("3C964F", "6F833F")
    old = respx.get(NHS_FILE).respond(200, content=zipped(a=b"1"), content_type="application/zip")
    new = respx.get(later).respond(200, content=zipped(a=b"9"), content_type="application/zip")
    snapshots = Snapshots(tmp_path / "snapshots")
    with Fetcher(sleep=lambda seconds: None) as fetcher:
        for name, url, content in (("1", NHS_FILE, b"1"), ("2", later, b"9"), ("3", NHS_FILE, b"1")):
            downloads = fetched_into(tmp_path / name, fetcher, snapshots)
            downloads.save("QOF2021.zip", url)
            assert (downloads.folder / "a.csv").read_bytes() == content
    assert (old.call_count, new.call_count) == (1, 1)


@respx.mock
def test_what_is_damaged_is_asked_for_again_and_other_hosts_always(tmp_path: Path) -> None:
    nhs = respx.get(NHS_FILE).respond(200, content=zipped(a=b"1"), content_type="application/zip")
    other = respx.get(URL).respond(200, content=b"a,b\n1,2\n", content_type="text/csv")
    snapshots = Snapshots(tmp_path / "snapshots")
    with Fetcher(sleep=lambda seconds: None) as fetcher:
        for name in ("first", "second"):
            downloads = fetched_into(tmp_path / name, fetcher, snapshots)
            downloads.save("QOF2021.zip", NHS_FILE)
            downloads.save("figures.csv", URL)
            [kept] = snapshots.folder.rglob("QOF2021.zip")
            kept.write_bytes(b"damaged")
    assert (nhs.call_count, other.call_count) == (2, 2)


@respx.mock
def test_a_zip_that_cannot_be_unpacked_is_not_kept(tmp_path: Path) -> None:
    route = respx.get(NHS_FILE).respond(200, content=b"no zip", content_type="application/zip")
    snapshots = Snapshots(tmp_path / "snapshots")
    with Fetcher(sleep=lambda seconds: None) as fetcher:
        for name in ("first", "second"):
            with pytest.raises(FetchFailed, match="expected a whole zip"):
                fetched_into(tmp_path / name, fetcher, snapshots).save("QOF2021.zip", NHS_FILE)
    assert route.call_count == 2
    assert not snapshots.folder.exists()


def test_a_note_holds_no_key(downloads: FolderDownloads) -> None:
    downloads.note(f"https://example.org/?key={KEY} was not there")
    assert downloads.notes == ["https://example.org/?key=*** was not there"]


@respx.mock
def test_a_server_may_be_given_longer_to_answer(downloads: FolderDownloads) -> None:
    route = respx.post(URL).respond(200, json={})
    downloads.save("a.json", URL, body=b"{}", read_seconds=300)
    downloads.save("b.json", URL, body=b"{}")
    asked = [call.request.extensions["timeout"]["read"] for call in route.calls]
    assert asked == [300, 60.0]
