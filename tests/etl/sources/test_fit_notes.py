"""Fit notes: months summed to quarters, shares by diagnosis, and what is set aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.sources import SOURCES
from etl.sources.base import BadFile, ReleaseChanged

SOURCE = "fit_notes"
FILE = "gp-fit-note-eng-csv-fit-notes-sep-22.csv"
EDITION = "gp-fit-note-eng-csv-fit-notes-sep-22"


def test_quarters_are_the_sums_of_their_months(copied, editions, parse, rows_of) -> None:
    edition = editions(SOURCE, copied(SOURCE))[EDITION]
    assert edition.publication == "Fit Notes Issued by GP Practices, England, September 2022"
    parsed = parse(SOURCE, edition)
    assert rows_of(parsed.measurements, "measure", "area_code", "value", "status", "row") == [
        ("fit_notes.count", "E92000001", 2_700_006.0, "ok", 2),
        ("may_be_fit.count", "E92000001", 180_006.0, "ok", 5),
        ("mental_health.count", "E92000001", 600_006.0, "ok", 11),
        ("musculoskeletal.count", "E92000001", 300_006.0, "ok", 14),
        ("diagnosis_unknown.count", "E92000001", 900_006.0, "ok", 17),
        ("fit_notes.count", "E38000243", 60_006.0, "ok", 20),
        # August is hidden
        ("mental_health.count", "E38000243", None, "suppressed", 23),
        ("registered_patients.count", "E92000001", 60_000_003.0, "ok", 4),
        ("registered_patients.count", "E38000243", 1_100_003.0, "ok", 22),
    ]
    assert set(parsed.measurements["period"]) == {"2022-07-01/P3M"}
    assert parsed.rows_in == 29
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("organisation type is not an area", 1, ("Practice",)),
        ("counts by duration", 1, ("5 weeks to 12 weeks",)),
        ("diagnosis or type is not used", 4, ("All", "Neoplasms (C00-D48)")),
        ("code of no area of the register in the quarter", 1, ("UNKNOWN",)),
        ("month of a quarter that is not whole", 1, ("Oct-22",)),
    ]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("Jul-22,England", "July,England", "row 2: column 'Date': 'July': expected a month such as Apr-22"),
        ("Jul-22,England", "Juy-22,England", "row 2: column 'Date': 'Juy-22': expected a month"),
        (",900001,", ",many,", "row 2: column 'Count of fit notes': 'many': expected a number or one of"),
        (",60000001", ",all", "row 2: column 'Registered patients': 'all': expected a number or one of"),
        ("Aug-22,England,All,England,All,All,All", "Jul-22,England,All,England,All,All,All",
         "row 3: 'fit_notes.count of E92000001 in 2022-07-01/P1M': .*row 2 has it already"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named(
    copied, editions, parse, before: str, after: str, message: str
) -> None:
    folder = copied(SOURCE)
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadFile, match=message):
        parse(SOURCE, editions(SOURCE, folder)[EDITION])


def test_a_file_without_a_whole_quarter_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("Sep")), encoding="utf-8")
    with pytest.raises(BadFile, match="column 'Date': expected all three months of a quarter"):
        parse(SOURCE, editions(SOURCE, folder)[EDITION])


def test_months_may_be_written_in_other_ways(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    before = parse(SOURCE, editions(SOURCE, folder)[EDITION]).measurements
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Jul-22", "Jul22").replace("Aug-22", "August 2022"), encoding="utf-8")
    assert parse(SOURCE, editions(SOURCE, folder)[EDITION]).measurements.equals(before)


def test_later_quarters_go_first_and_episodes_are_not_read(tmp_path: Path, editions) -> None:
    for name in ("gp-fit-note-eng-csv-dec-23.csv", "gp-fit-note-eng-csv-sep-24.csv",
                 "gp-fit-note-eng-csv-ep-dur-sep-22.csv"):  # fmt: skip
        (tmp_path / name).write_text("anything", encoding="utf-8")
    assert list(editions(SOURCE, tmp_path)) == ["gp-fit-note-eng-csv-dec-23", "gp-fit-note-eng-csv-sep-24"]


def test_the_illustrative_file(editions, parse, register) -> None:
    bundled: Path = SOURCES[SOURCE].bundled  # type: ignore[attr-defined]
    [edition] = editions(SOURCE, bundled).values()
    assert (edition.illustrative, edition.precedence) == (True, -1)
    parsed = parse(SOURCE, edition)
    assert parsed.set_aside == []
    assert sorted(set(parsed.measurements["period"])) == [
        "2024-04-01/P3M",
        "2024-07-01/P3M",
        "2024-10-01/P3M",
    ]
    assert set(parsed.measurements["area_code"]) == (
        register.codes("sub_icb", 2024)
        | register.codes("icb", 2024)
        | register.codes("nhs_region", 2024)
        | {"E92000001"}
    )
    assert set(parsed.measurements["status"]) == {"ok"}
    # England is the sum of its ICBs
    notes = parsed.measurements.query("measure == 'fit_notes.count' and period == '2024-04-01/P3M'")
    boards = notes[notes["area_code"].isin(register.codes("icb", 2024))]
    assert boards["value"].sum() == notes.set_index("area_code")["value"]["E92000001"]


def test_a_csv_without_the_columns_is_named_and_stops_nothing(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    other = folder / "gp-fit-note-eng-csv-coverage-sep-22.csv"
    other.write_text("Date,ODS code,Practices taking part\nSep-22,A81001,1\n", encoding="utf-8")
    [edition] = editions(SOURCE, folder).values()
    assert [file.role for file in edition.files] == ["fit_notes", "other"]
    parsed = parse(SOURCE, edition)
    assert parsed.warnings == [
        "gp-fit-note-eng-csv-coverage-sep-22.csv: not read: it has not the columns asked for; found "
        "['Date', 'ODS code', 'Practices taking part']"
    ]
    assert len(parsed.measurements)


def test_where_no_csv_has_the_columns_each_is_refused_by_name(tmp_path: Path, editions, parse) -> None:
    path = tmp_path / "gp-fit-note-eng-csv-coverage-sep-22.csv"
    path.write_text("Date,ODS code,Practices taking part\nSep-22,A81001,1\n", encoding="utf-8")
    [edition] = editions(SOURCE, tmp_path).values()
    with pytest.raises(
        ReleaseChanged, match=r"coverage-sep-22.csv: column 'Organisation type', .* gone; found"
    ):
        parse(SOURCE, edition)
