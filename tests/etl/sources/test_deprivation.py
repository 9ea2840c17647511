"""Indices of Deprivation: one id for a domain that two editions name differently."""

from __future__ import annotations

from datetime import date

import pytest

from etl.sources.base import BadFile, ReleaseChanged

SOURCE = "deprivation"


def test_rows_of_2019(copied, editions, parse, rows_of) -> None:
    edition = editions(SOURCE, copied(SOURCE))["2019"]
    assert edition.published_on == date(2019, 9, 26)
    parsed = parse(SOURCE, edition)
    assert parsed.rows_in == 2
    employment = parsed.measurements[parsed.measurements["measure"].str.startswith("employment-deprivation")]
    assert rows_of(employment, "measure", "area_code", "period", "value", "row") == [
        ("employment-deprivation.average_rank", "E06000018", "2019-01-01/P1Y", 20_001.5, 2),
        ("employment-deprivation.rank_average_rank", "E06000018", "2019-01-01/P1Y", 12.0, 2),
        ("employment-deprivation.average_score", "E06000018", "2019-01-01/P1Y", 0.151, 2),
        ("employment-deprivation.rank_average_score", "E06000018", "2019-01-01/P1Y", 11.0, 2),
        ("employment-deprivation.proportion_bottom_decile", "E06000018", "2019-01-01/P1Y", 0.2101, 2),
        ("employment-deprivation.rank_proportion_bottom_decile", "E06000018", "2019-01-01/P1Y", 13.0, 2),
    ]
    assert "education-skills-and-training-deprivation.average_score" in set(parsed.measurements["measure"])


def test_2025_gives_the_same_measure(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["2025"])
    score = parsed.measurements[parsed.measurements["measure"] == "employment-deprivation.average_score"]
    assert rows_of(score, "area_code", "period", "value") == [("E06000063", "2025-01-01/P1Y", 0.161)]


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


@pytest.mark.shared
def test_the_real_files(shared, editions, parse, register) -> None:
    found = editions(SOURCE, shared / "publications")
    assert list(found) == ["2019", "2025"]
    old, new = parse(SOURCE, found["2019"]), parse(SOURCE, found["2025"])
    assert (old.rows_in, old.rows_set_aside, len(old.measurements)) == (3170, 0, 19_020)
    assert (new.rows_in, new.rows_set_aside, len(new.measurements)) == (2960, 0, 17_760)
    assert set(old.measurements["area_code"]) == register.codes("ltla", 2019)
    assert set(new.measurements["area_code"]) == register.codes("ltla", 2024)
    assert set(old.measurements["measure"]) == set(new.measurements["measure"])
    score = old.measurements.set_index(["area_code", "measure"])["value"]
    assert score["E06000001", "employment-deprivation.average_score"] == 0.185
