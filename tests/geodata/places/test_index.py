"""The index: how it is kept, the tables that it is made of, and what speaks against a broken one."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.places import Places
from geodata.places import index as module
from geodata.places.index import NoIndex, index_file, open_index
from geodata.places.likeness import Likeness, closeness, steps_between
from geodata.places.making import make_apart
from geodata.places.postcodes import readings
from geodata.places.spelling import spelled, telling
from geodata.places.tables import (
    COLUMNS,
    FOLDER,
    KINDS,
    BadPlaces,
    Share,
    read_places,
    read_sources,
    rows_of,
    shares_of,
    written,
)
from geodata.register import load_register

REGISTER = load_register()


# ---- tables --------------------------------------------------------------------------------------------


def test_the_tables_are_small_and_sound() -> None:
    size = sum(len(gzip.compress((FOLDER / name).read_bytes(), 9)) for name in COLUMNS)
    assert size < 400_000
    places = list(read_places())
    assert {place.kind for place in places} == set(KINDS)
    codes = {share.area_code for place in places for share in place.authorities}
    assert codes == {area.area_code for area in REGISTER.vintage("ltla", 2024)}
    # a name once in an authority
    named = [(spelled(place.name), place.authorities[0].area_code) for place in places]
    assert len(set(named)) == len(named) == 22919


def test_shares_of_every_postcode_add_up_to_one() -> None:
    rows = list(rows_of("postcodes.csv"))
    assert len({postcode for postcode, _ in rows}) == len(rows) == 9862
    for postcode, cell in rows:
        shares = shares_of(cell)
        assert round(sum(share.share or 0 for share in shares), 9) == 1, postcode
        assert [share.share for share in shares] == sorted((share.share for share in shares), reverse=True)
        assert [found.district + (found.sector or "")[len(found.district) :] for found in readings(postcode)][
            :1
        ] == [postcode]


def test_every_kind_of_fact_names_its_publisher_and_the_words_to_show() -> None:
    sources = read_sources()
    assert {kind for source in sources for kind in source.kinds} == {*KINDS, "postcode"}
    credits = " ".join(source.credit for source in sources)
    for words in (
        "Royal Mail data ©",
        "OS data ©",
        "House of Commons Library",
        "Office for National Statistics",
    ):
        assert words in credits
    assert all("Licence v3.0" in source.licence for source in sources)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    folder.mkdir()
    for name in COLUMNS:
        shutil.copy(FOLDER / name, folder)
    return folder


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("places.csv", "Oneham,castle,52,-1,,E06000018", "kind 'castle' is not one of"),
        ("places.csv", "Oneham,ward,fifty,-1,,E06000018", "could not convert"),
        ("places.csv", "Oneham,ward,52,-1,,", "no authority"),
        ("places.csv", "Oneham,ward,52,-1", "4 cells; expected 6"),
        ("places.csv", "Oneham,ward,52,-1,,E06999999", "E06999999: not a code of the register"),
        ("postcodes.csv", "ZZ1,E06999999", "E06999999: not a code of the register"),
    ],
)
def test_a_broken_row_is_named(tables: Path, name: str, line: str, message: str) -> None:
    with (tables / name).open("a", encoding="utf-8") as lines:
        lines.write(f"{line}\n")
    with pytest.raises(BadPlaces, match=message):
        open_index(REGISTER, None, tables)


def test_a_table_that_is_absent_or_has_other_columns_is_named(tables: Path) -> None:
    (tables / "places.csv").write_text("name,kind\n", encoding="utf-8")
    with pytest.raises(BadPlaces, match=r"places.csv row 1: columns \['name', 'kind'\]; expected"):
        list(read_places(tables))
    (tables / "places.csv").unlink()
    with pytest.raises(BadPlaces, match=r"python -m geodata places"):
        list(read_places(tables))


@given(
    st.lists(
        st.tuples(st.sampled_from(["E06000018", "E07000172"]), st.none() | st.floats(0.01, 1)), min_size=1
    )
)
def test_a_cell_of_shares_is_read_as_it_was_written(shares: list[tuple[str, float | None]]) -> None:
    cell = tuple(Share(code, share and float(f"{share:g}")) for code, share in shares)
    if len(cell) == 1 and cell[0].share is None:
        return  # a single code is all of it
    assert shares_of(written(cell)) == cell


# ---- the file ------------------------------------------------------------------------------------------


def test_the_file_is_made_once_and_others_are_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "places-0123456789ab.sqlite").touch()
    first = Places(REGISTER, tmp_path)
    assert first.find("Leeds")
    (made,) = tmp_path.iterdir()
    before = made.stat().st_mtime_ns
    monkeypatch.setattr(module, "fill", lambda *given: pytest.fail("made again"))
    assert Places(REGISTER, tmp_path).find("Leeds") == first.find("Leeds")
    assert made.stat().st_mtime_ns == before


def test_another_process_makes_the_file_where_it_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "places"
    make_apart(folder)
    assert [path.name for path in folder.iterdir()] == [index_file(folder).name]
    monkeypatch.setattr(module, "fill", lambda *given: pytest.fail("made here"))
    monkeypatch.setattr(subprocess, "run", lambda *given, **more: pytest.fail("made again"))
    places = Places(REGISTER, folder, prepare=make_apart)
    assert places.find("Leeds")[0].areas[0].area_code == "E08000035"


def test_a_process_that_takes_too_long_leaves_the_index_to_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: object, **more: object) -> None:
        raise subprocess.TimeoutExpired("python", 60)

    monkeypatch.setattr(subprocess, "run", slow)
    assert Places(REGISTER, tmp_path, prepare=make_apart).find("Leeds")


def test_a_changed_table_makes_another_file(tmp_path: Path, tables: Path) -> None:
    before = Places(REGISTER, tmp_path / "index", tables).find("Oneham")
    assert "Oneham" not in [match.name for match in before]
    with (tables / "places.csv").open("a", encoding="utf-8") as lines:
        lines.write("Oneham,ward,52,-1,,E06000018\n")
    (found,) = Places(REGISTER, tmp_path / "index", tables).find("Oneham")
    assert (found.name, found.areas) == ("Oneham", (Share("E06000018", 1.0),))


def test_where_no_file_can_be_written_the_search_works_all_the_same(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    places = Places(REGISTER, in_the_way / "places")
    assert places.find("Leeds")[0].areas[0].area_code == "E08000035"


def test_a_half_made_file_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: sqlite3.Connection, *more: object) -> None:
        connection.execute("CREATE TABLE name (id)")
        raise RuntimeError("killed")

    monkeypatch.setattr(module, "fill", fail)
    with pytest.raises(RuntimeError):
        open_index(REGISTER, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_damaged_is_named(tmp_path: Path) -> None:
    Places(REGISTER, tmp_path).find("Leeds")
    (made,) = tmp_path.iterdir()
    made.write_bytes(b"no database" * 1000)
    with pytest.raises(NoIndex, match=r"the index of places cannot be read .*; remove the files in "):
        Places(REGISTER, tmp_path).find("Leeds")


def test_a_full_disk_is_no_end_of_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(module, "_make_file", full)
    assert Places(REGISTER, tmp_path).find("Leeds")[0].areas[0].area_code == "E08000035"


def test_an_sqlite_without_trigrams_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TABLES", "CREATE VIRTUAL TABLE letters USING fts5(a, tokenize='runes');")
    with pytest.raises(NoIndex, match=r"needs SQLite 3\.34 or later with FTS5"):
        open_index(REGISTER, None)


# ---- spelling and likeness -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("St. Helen's & Haydock", "st helens and haydock"),
        ("Saint Hélène", "st helene"),
        ("  Chester-le-Street ", "chester le street"),
        ("(*)", ""),
    ],
)
def test_names_are_compared_without_what_does_not_matter(text: str, words: str) -> None:
    assert spelled(text) == words


def test_little_words_are_left_out_unless_there_are_no_others() -> None:
    assert telling("newcastle upon tyne") == ["newcastle", "tyne"]
    assert telling("the of") == ["the", "of"]


def slow_steps(typed: str, word: str) -> int:
    """The table of optimal string alignment, cell by cell."""
    cells = {(i, 0): i for i in range(len(typed) + 1)} | {(0, j): j for j in range(len(word) + 1)}
    for i in range(1, len(typed) + 1):
        for j in range(1, len(word) + 1):
            changed = cells[i - 1, j - 1] + (typed[i - 1] != word[j - 1])
            cells[i, j] = min(cells[i - 1, j] + 1, cells[i, j - 1] + 1, changed)
            if i > 1 and j > 1 and typed[i - 1] == word[j - 2] and typed[i - 2] == word[j - 1]:
                cells[i, j] = min(cells[i, j], cells[i - 2, j - 2] + 1)
    return cells[len(typed), len(word)]


@given(st.text("abcd", max_size=10), st.text("abcd", max_size=10))
def test_steps_are_those_of_the_table(typed: str, word: str) -> None:
    assert steps_between(typed, word) == slow_steps(typed, word)


def test_a_swap_is_likelier_than_another_letter() -> None:
    assert closeness("leeds", "leeds") == 1
    assert closeness("ledes", "leeds") > closeness("lexds", "leeds") > closeness("lx", "leeds")


def test_how_much_of_a_name_was_typed_counts() -> None:
    typed = Likeness(["lister"])
    assert typed.of("lister") == 1
    assert typed.of("lister") > typed.of("lister way") > typed.of("manningham and lister park")
    # a space put in or left out
    assert Likeness(["hebdenbridge"]).of("hebden bridge") == 1
