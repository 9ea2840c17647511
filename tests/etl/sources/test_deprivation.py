"""Indices of Deprivation: one id for a domain that two editions name differently, in the workbook and its copies."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from pandas.testing import assert_frame_equal
from source_samples import deprivation_workbook, file_10, samples_of

from etl.sources import SOURCES
from etl.sources.base import BadFile, LiveSource, Problems, ReleaseChanged
from etl.sources.deprivation import SHEETS, SUMMARIES

SOURCE = "deprivation"
CODES = ("E06000001", "E06000018")


def put(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


def changed(content: bytes, change: Callable[[Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_rows_of_2019(copied, editions, parse, rows_of) -> None:
    edition = editions(SOURCE, copied(SOURCE))["2019"]
    assert edition.published_on == date(2019, 9, 26)
    parsed = parse(SOURCE, edition)
    assert parsed.rows_in == 2
    employment = parsed.measurements[parsed.measurements["measure"].str.startswith("employment-deprivation")]
    assert rows_of(employment, "measure", "area_code", "period", "value", "row") == [
        ("employment-deprivation-2019.average_rank", "E06000018", "2019-01-01/P1Y", 20_001.5, 2),
        ("employment-deprivation-2019.rank_average_rank", "E06000018", "2019-01-01/P1Y", 12.0, 2),
        ("employment-deprivation-2019.average_score", "E06000018", "2019-01-01/P1Y", 0.151, 2),
        ("employment-deprivation-2019.rank_average_score", "E06000018", "2019-01-01/P1Y", 11.0, 2),
        ("employment-deprivation-2019.proportion_bottom_decile", "E06000018", "2019-01-01/P1Y", 0.2101, 2),
        ("employment-deprivation-2019.rank_proportion_bottom_decile", "E06000018", "2019-01-01/P1Y", 13.0, 2),
    ]
    assert "education-skills-and-training-deprivation-2019.average_score" in set(
        parsed.measurements["measure"]
    )


def test_2025_is_a_measure_of_its_own(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["2025"])
    score = parsed.measurements[parsed.measurements["measure"] == "employment-deprivation.average_score"]
    assert rows_of(score, "area_code", "period", "value") == [("E06000063", "2025-01-01/P1Y", 0.161)]


def test_boards_have_an_edition_of_their_own(tmp_path: Path, editions, parse, rows_of) -> None:
    sample = next(release for release in samples_of("deprivation") if release.edition == "2025-icb")
    folder = put(tmp_path / "in", sample.name, sample.content)
    edition = editions(SOURCE, folder)["2025-icb"]
    assert edition.published_on == date(2025, 10, 30)
    parsed = parse(SOURCE, edition)
    score = parsed.measurements[parsed.measurements["measure"] == "employment-deprivation.average_score"]
    assert rows_of(score, "area_code", "period", "value", "row")[:2] == [
        ("E54000060", "2025-01-01/P1Y", 0.171, 2),
        ("E54000062", "2025-01-01/P1Y", 0.171, 3),
    ]
    assert (parsed.rows_in, len(parsed.measurements)) == (16, 16 * 8 * 6)
    text = sample.content.decode()
    put(folder, sample.name, text.replace("E54000060", "E54999999").encode())
    with pytest.raises(BadFile, match="row 2: column 'icb24_code': 'E54999999': expected a GSS code"):
        parse(SOURCE, editions(SOURCE, folder)["2025-icb"])
    put(folder, sample.name, text.replace("employment_average_score", "score").encode())
    with pytest.raises(ReleaseChanged, match="column 'employment_average_score' gone"):
        parse(SOURCE, editions(SOURCE, folder)["2025-icb"])


def test_what_cannot_be_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / "iod2019_lad.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("average_score", "mean_score", 1), encoding="utf-8")
    with pytest.raises(ReleaseChanged, match=r"column 'average_score' gone; found .*mean_score"):
        parse(SOURCE, editions(SOURCE, folder)["2019"])
    path.write_text(text.replace(",13,2019", ",13,2015"), encoding="utf-8")
    with pytest.raises(BadFile, match="row 2: column 'year': '2015': expected 2019, as in the file's name"):
        parse(SOURCE, editions(SOURCE, folder)["2019"])
    path.write_text(text.replace("E06000018", "E06000999", 1), encoding="utf-8")
    with pytest.raises(BadFile, match="row 2: column 'lad19cd': 'E06000999'"):
        parse(SOURCE, editions(SOURCE, folder)["2019"])


# --- the publisher's workbook -------------------------------------------------------------------------------


def test_the_workbook_of_2025_gives_six_summaries_of_ten_domains(
    tmp_path: Path, editions, parse, rows_of
) -> None:
    folder = put(tmp_path / "in", file_10(2025, "v2"), deprivation_workbook(2025, 2024, CODES))
    edition = editions(SOURCE, folder)["2025"]
    assert edition.published_on == date(2025, 10, 30)
    parsed = parse(SOURCE, edition)
    assert (parsed.rows_in, parsed.set_aside, len(parsed.measurements)) == (20, [], 120)
    health = parsed.measurements[
        parsed.measurements["measure"].str.startswith("health-deprivation-and-disability.")
        & (parsed.measurements["area_code"] == "E06000018")
    ]
    assert rows_of(health, "measure", "period", "value", "row") == [
        ("health-deprivation-and-disability.average_rank", "2025-01-01/P1Y", 20_002.5, 3),
        ("health-deprivation-and-disability.rank_average_rank", "2025-01-01/P1Y", 13.0, 3),
        ("health-deprivation-and-disability.average_score", "2025-01-01/P1Y", 0.152, 3),
        ("health-deprivation-and-disability.rank_average_score", "2025-01-01/P1Y", 12.0, 3),
        ("health-deprivation-and-disability.proportion_bottom_decile", "2025-01-01/P1Y", 0.2101, 3),
        ("health-deprivation-and-disability.rank_proportion_bottom_decile", "2025-01-01/P1Y", 13.0, 3),
    ]


def test_a_figure_is_the_same_in_the_workbook_and_in_its_copy(
    copied, tmp_path: Path, editions, parse
) -> None:
    copy = parse(SOURCE, editions(SOURCE, copied(SOURCE, "iod2019_lad.csv"))["2019"]).measurements
    folder = put(tmp_path / "in", file_10(2019), deprivation_workbook(2019, 2019, ("E06000018",)))
    whole = parse(SOURCE, editions(SOURCE, folder)["2019"]).measurements
    figures = [
        {(row["measure"], row["area_code"], row["period"]): row["value"] for _, row in frame.iterrows()}
        for frame in (copy, whole)
    ]
    employment = {key: value for key, value in figures[0].items() if key[0].startswith("employment")}
    assert len(employment) == 6
    assert employment.items() <= figures[1].items()


def test_the_workbook_goes_before_its_copy_and_its_last_version_before_others(
    copied, tmp_path: Path, editions
) -> None:
    folder = copied(SOURCE)
    for name in (file_10(2025), file_10(2025, "v2"), file_10(2025).replace("__.", "_.")):
        put(folder, name, b"workbook")
    put(folder, file_10(2025, "v3").replace("lower", "upper"), b"another workbook")
    found = editions(SOURCE, folder)
    read = {year: edition.files[0].path.name for year, edition in found.items()}
    assert read == {"2019": "iod2019_lad.csv", "2025": file_10(2025, "v2")}
    assert [file.role for file in found["2019"].files] == ["figures"]
    assert {file.path.name for file in found["2025"].files if file.role == "superseded"} == {
        "iod2025_lad.csv",
        file_10(2025),
        file_10(2025).replace("__.", "_."),
    }


def test_a_file_that_another_takes_the_place_of_is_reported(copied, tmp_path: Path, editions, parse) -> None:
    folder = copied(SOURCE, "iod2019_lad.csv")
    put(folder, file_10(2019), deprivation_workbook(2019, 2019, ("E06000018",)))
    assert parse(SOURCE, editions(SOURCE, folder)["2019"]).warnings == [
        f"iod2019_lad.csv: not read, since {file_10(2019)} gives the same figures as last published"
    ]


def renamed(book: Workbook) -> None:
    book["Crime"]["E1"] = "Crime - Mean score "


def without_codes(book: Workbook) -> None:
    book["Crime"]["A1"] = "Council"


def twice(book: Workbook) -> None:
    book["IMD"]["I1"] = "IMD - Average score"


def marked(book: Workbook) -> None:
    book["Living"]["E3"] = "[z]"


def emptied(book: Workbook) -> None:
    book["Living"]["E3"] = None


def of_nowhere(book: Workbook) -> None:
    book["IDAOPI"]["A2"] = "E06000999"


@pytest.mark.parametrize(
    ("change", "problem", "words"),
    [
        (lambda book: book.remove(book["Barriers"]), ReleaseChanged, r"sheet 'Barriers' gone; found \['Notes', 'IMD'"),
        (renamed, ReleaseChanged, r"xlsx, sheet Crime: column 'Average score' gone; found .*'Crime - Mean score'"),
        (without_codes, ReleaseChanged, r"column 'Local Authority District code \(2025\)' gone; found \['Council'"),
        (lambda book: book["Crime"].delete_rows(1, 9), ReleaseChanged, r"'Average rank', .* gone; found \[\]"),
        (twice, BadFile, r"sheet IMD: row 1: column 'Average score': expected each column once"),
        (marked, BadFile, r"row 3: column 'Living, average score': '\[z\]': expected a number"),
        (emptied, BadFile, r"row 3: column 'Living, average score': '': expected a number"),
        (of_nowhere, BadFile, r"row 2: column 'IDAOPI, Local Authority District code \(2024\)': 'E06000999'"),
    ],
)  # fmt: skip
def test_a_workbook_that_cannot_be_is_named(
    tmp_path: Path,
    editions,
    parse,
    change: Callable[[Workbook], object],
    problem: type[Exception],
    words: str,
) -> None:
    content = changed(deprivation_workbook(2025, 2024, CODES), change)
    folder = put(tmp_path / "in", file_10(2025, "v2"), content)
    with pytest.raises(problem, match=words):
        parse(SOURCE, editions(SOURCE, folder)["2025"])


def test_a_note_below_the_table_is_reported(tmp_path: Path, editions, parse) -> None:
    content = changed(
        deprivation_workbook(2025, 2024, CODES), lambda book: book["Crime"].append(["Crown copyright"])
    )
    parsed = parse(SOURCE, editions(SOURCE, put(tmp_path / "in", file_10(2025), content))["2025"])
    assert (parsed.rows_in, len(parsed.measurements)) == (21, 120)
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("a note below the table", 1, ("Crown copyright",))
    ]


# --- fetching -----------------------------------------------------------------------------------------------

MEDIA = "https://assets.publishing.service.gov.uk/media"
PAGES = {
    year: f"https://www.gov.uk/api/content/government/statistics/english-indices-of-deprivation-{year}"
    for year in (2019, 2025)
}


def page(*urls: str) -> bytes:
    """A page of GOV.UK as data, with attachments at these addresses."""
    return json.dumps(
        {"details": {"attachments": [{"title": "A file", "url": url} for url in urls]}}
    ).encode()


def test_the_last_version_of_each_edition_is_fetched(fake_downloads, editions, parse) -> None:
    old, new = f"{MEDIA}/5d8b/{file_10(2019)}", f"{MEDIA}/6917/{file_10(2025, 'v2')}"
    others = [
        f"{MEDIA}/68ff/{file_10(2025).replace('__.', '_.')}",
        f"{MEDIA}/6917/{file_10(2025, 'v2').replace('10', '11').replace('lower', 'upper')}",
        f"https://example.org/{file_10(2025, 'v9')}",
        "/government/statistics/english-indices-of-deprivation-2025/statistical-release",
    ]
    downloads = fake_downloads(
        {
            PAGES[2019]: page(old),
            PAGES[2025]: page(*others, new),
            old: deprivation_workbook(2019, 2019, CODES),
            new: deprivation_workbook(2025, 2024, CODES),
        }
    )
    assert isinstance(SOURCES[SOURCE], LiveSource)
    SOURCES[SOURCE].fetch(downloads, date(2026, 5, 1))
    assert downloads.calls == [
        ("read", PAGES[2019], ("application/json",), None),
        ("save", old, ("application/vnd.", "application/octet-stream"), None),
        ("read", PAGES[2025], ("application/json",), None),
        ("save", new, ("application/vnd.", "application/octet-stream"), None),
    ]
    found = editions(SOURCE, downloads.folder)
    assert {year: len(parse(SOURCE, edition).measurements) for year, edition in found.items()} == {
        "2019": 120,
        "2025": 120,
    }


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (page(f"{MEDIA}/1/File_7.csv"), r"no attachment named like File_10_-_IoD2019_.*; found \['File_7.csv'\]"),
        (page(), r"no attachment named like .*; found \[\]"),
        (b'{"details": {}}', r"no list of attachments \(KeyError: 'attachments'\); expected details.attachments"),
        (b'{"details": {"attachments": [1]}}', r"no list of attachments \(TypeError"),
        (b"[]", r"no list of attachments \(TypeError"),
        (b"<html>", r"no list of attachments \(JSONDecodeError"),
    ],
)  # fmt: skip
def test_a_page_without_the_workbook_is_named_with_what_it_has(
    fake_downloads, answer: bytes, words: str
) -> None:
    downloads = fake_downloads(lambda url: answer)
    with pytest.raises(Problems, match=rf"deprivation-2019: {words}.*--from"):
        SOURCES[SOURCE].fetch(downloads, date(2026, 5, 1))
    assert downloads.saved == []


def test_an_edition_that_is_not_there_is_a_note(fake_downloads) -> None:
    downloads = fake_downloads(lambda url: page(f"{MEDIA}/1/{file_10(2025)}"))
    SOURCES[SOURCE].fetch(downloads, date(2026, 5, 1))
    assert downloads.saved == [file_10(2025)]
    [words] = downloads.notes
    assert words.startswith("Indices of Deprivation 2019: not fetched: ")
    assert "no attachment named like File_10_-_IoD2019_" in words


# --- real files ---------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_real_files(shared, editions, parse, register) -> None:
    found = editions(SOURCE, shared / "publications")
    assert list(found) == ["2019", "2025", "2025-icb"]
    boards = parse(SOURCE, found["2025-icb"])
    assert (boards.rows_in, boards.rows_set_aside, len(boards.measurements)) == (42, 0, 42 * 8 * 6)
    assert set(boards.measurements["area_code"]) == register.codes("icb", 2024)
    by_board = boards.measurements.set_index(["area_code", "measure"])["value"]
    assert by_board["E54000008", "employment-deprivation.average_score"] == 0.168
    old, new = parse(SOURCE, found["2019"]), parse(SOURCE, found["2025"])
    assert (old.rows_in, old.rows_set_aside, len(old.measurements)) == (3170, 0, 19_020)
    assert (new.rows_in, new.rows_set_aside, len(new.measurements)) == (2960, 0, 17_760)
    assert set(old.measurements["area_code"]) == register.codes("ltla", 2019)
    assert set(new.measurements["area_code"]) == register.codes("ltla", 2024)
    assert set(old.measurements["measure"].str.replace("-2019.", ".", regex=False)) == set(
        new.measurements["measure"]
    )
    score = old.measurements.set_index(["area_code", "measure"])["value"]
    assert score["E06000001", "employment-deprivation-2019.average_score"] == 0.185


@pytest.mark.shared
def test_a_workbook_of_the_real_figures_gives_what_their_copy_gives(
    shared: Path, tmp_path: Path, editions, parse
) -> None:
    copy = parse(SOURCE, editions(SOURCE, shared / "publications")["2025"]).measurements
    domains = {domain: [] for domain in SHEETS.values()}
    wide = copy.assign(
        domain=copy["measure"].str.rpartition(".")[0], summary=copy["measure"].str.rpartition(".")[2]
    ).pivot(index=["domain", "area_code"], columns="summary", values="value")
    for (domain, code), figures in wide.iterrows():
        domains[domain].append([code, code, *figures[list(SUMMARIES)]])

    def fill(book: Workbook) -> None:
        for name, domain in SHEETS.items():
            for line in domains[domain]:
                book[name].append(line)

    folder = put(tmp_path / "in", file_10(2025, "v2"), changed(deprivation_workbook(2025, 2024, ()), fill))
    whole = parse(SOURCE, editions(SOURCE, folder)["2025"])
    assert whole.rows_in == 2960
    key = ["measure", "area_code", "period", "value"]
    assert_frame_equal(
        whole.measurements[key].sort_values(key, ignore_index=True),
        copy[key].sort_values(key, ignore_index=True),
    )
