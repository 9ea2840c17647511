"""Employment status at start and end of treatment: figures from the large cells of a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.sources import SOURCES
from etl.sources.base import BadFile, ReleaseChanged

SOURCE = "nhs_talking_therapies_employment"
FILE = "psych-ther-ann-rep-csv-2021-22-employment-status.csv"


def test_figures_of_a_table(copied, editions, parse, rows_of) -> None:
    edition = editions(SOURCE, copied(SOURCE))["2021-22"]
    assert not edition.illustrative
    parsed = parse(SOURCE, edition)
    assert set(parsed.measurements["period"]) == {"2021-04-01/P1Y"}
    # by hand from the table: 30+8+6+4+2+1+1 moved in, 10+2+8+2+1+0+2 moved out
    unknown = "Employment status not known at start or end for {}% of finished courses."
    hidden = "A cell that is needed is hidden by the publisher"
    assert rows_of(parsed.measurements, "measure", "area_code", "value", "status", "note") == [
        ("finished_course_treatment.count", "E92000001", 1000.0, "ok", ""),
        ("finished_known_both.count", "E92000001", 792.0, "ok", ""),
        ("status_unknown.count", "E92000001", 208.0, "ok", ""),
        ("employed_at_start.count", "E92000001", 495.0, "ok", ""),
        ("not_employed_at_start.count", "E92000001", 297.0, "ok", ""),
        ("employed_at_end.count", "E92000001", 522.0, "ok", ""),
        ("stayed_in_employment.count", "E92000001", 470.0, "ok", ""),
        ("moved_into_employment.count", "E92000001", 52.0, "ok", unknown.format(21)),
        ("moved_out_of_employment.count", "E92000001", 25.0, "ok", unknown.format(21)),
        ("finished_course_treatment.count", "E38000243", 100.0, "ok", ""),
        ("finished_known_both.count", "E38000243", 80.0, "ok", ""),
        ("status_unknown.count", "E38000243", 20.0, "ok", ""),
        ("employed_at_start.count", "E38000243", 50.0, "ok", ""),
        ("not_employed_at_start.count", "E38000243", 30.0, "ok", ""),
        ("employed_at_end.count", "E38000243", None, "suppressed", hidden),
        ("stayed_in_employment.count", "E38000243", 45.0, "ok", ""),
        ("moved_into_employment.count", "E38000243", None, "suppressed", hidden),
        ("moved_out_of_employment.count", "E38000243", 5.0, "ok", unknown.format(20)),
    ]
    # England has seven starting statuses that its total holds already, the CCG one
    assert (parsed.rows_in, parsed.rows_set_aside, parsed.rows_used) == (16, 2 + 8, 6)


def test_without_a_total_row_the_statuses_are_summed(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if ",Total,All," not in line), encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)["2021-22"])
    england = parsed.measurements.query("area_code == 'E92000001'").set_index("measure")["value"]
    assert england["finished_known_both.count"] == 792
    assert england["moved_into_employment.count"] == 52
    local = parsed.measurements.query("area_code == 'E38000243'").set_index("measure")["status"]
    assert local["moved_into_employment.count"] == "suppressed"


def test_rounding_below_zero_is_not_a_number(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Employed,All,110,55,45", "Employed,All,110,55,55"), encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)["2021-22"])
    moved = parsed.measurements.query(
        "area_code == 'E38000243' and measure == 'moved_out_of_employment.count'"
    ).iloc[0]
    assert moved["value"] != moved["value"]
    assert moved["status"] == "unreliable"
    assert moved["note"] == "Too few people: the publisher's rounding makes the difference negative"


def test_rounding_beyond_those_who_could_move_is_not_a_number(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    # at the end 80 − 0 in work, 45 of them from the start: 35 moved in, of 30 who were not in work
    text = text.replace("Total,All,200,100,55", "Total,All,200,100,80")
    path.write_text(text.replace("Invalid,All,20,10,*", "Invalid,All,20,10,0"), encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)["2021-22"])
    moved = parsed.measurements.query(
        "area_code == 'E38000243' and measure == 'moved_into_employment.count'"
    ).iloc[0]
    assert moved["value"] != moved["value"]
    assert (moved["status"], moved["note"]) == (
        "unreliable",
        "Too few people: the publisher's rounding makes more move than there were",
    )


def test_england_that_does_not_add_up_is_a_warning(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Retired,All,70,35,1", "Retired,All,70,36,1"), encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)["2021-22"])
    assert parsed.warnings[1:] == [
        f"{FILE}: England: starting statuses add up to 1,001, the total says 1,000"
    ]


@pytest.mark.parametrize(
    ("before", "after", "error", "message"),
    [
        ("Count_EmploymentStatusEndTreatment_Employed", "Employed_at_end", ReleaseChanged,
         "column 'Count_EmploymentStatusEndTreatment_Employed' gone; found .*Employed_at_end"),
        ("Employment status at start of treatment", "Employment", ReleaseChanged,
         r"no row of an area with VariableType .*found \['Employment'\]"),
        ("Retired,All,70", "On a break,All,70", BadFile,
         "row 10: column 'VariableA': 'On a break': expected a known starting status"),
        ("Retired,All,70", "Employed,All,70", BadFile,
         "row 10: column 'VariableA': 'Employed': expected each starting status once, and row 3"),
        ("Employed,All,1100,550", "Employed,All,1100,many", BadFile,
         "row 3: column 'Count_FinishedCourseTreatment': 'many'"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_named(
    copied, editions, parse, before: str, after: str, error: type[Exception], message: str
) -> None:
    folder = copied(SOURCE)
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(error, match=message):
        parse(SOURCE, editions(SOURCE, folder)["2021-22"])


def test_the_illustrative_files(editions, parse, register) -> None:
    bundled: Path = SOURCES[SOURCE].bundled  # type: ignore[attr-defined]
    found = editions(SOURCE, bundled)
    assert list(found) == ["2021-22-illustrative", "2022-23-illustrative"]
    assert all(edition.illustrative and edition.precedence == -1 for edition in found.values())
    first = parse(SOURCE, found["2021-22-illustrative"])
    assert [kind.reason for kind in first.set_aside] == [
        "starting status that the row of the total holds already"
    ]
    assert first.rows_in == first.rows_used + first.rows_set_aside
    moved = first.measurements[first.measurements["measure"] == "moved_into_employment.count"]
    assert set(moved["area_code"]) == (
        register.codes("ccg", 2021)
        | register.codes("stp", 2021)
        | register.codes("nhs_region", 2021)
        | {"E92000001"}
    )
    assert set(moved["status"]) == {"ok"}
    # England's flows add up to the change in employment
    england = first.measurements.query("area_code == 'E92000001'").set_index("measure")["value"]
    assert england["moved_into_employment.count"] - england["moved_out_of_employment.count"] == (
        england["employed_at_end.count"] - england["employed_at_start.count"]
    )
    second = parse(SOURCE, found["2022-23-illustrative"])
    assert register.codes("icb", 2022) <= set(second.measurements["area_code"])
