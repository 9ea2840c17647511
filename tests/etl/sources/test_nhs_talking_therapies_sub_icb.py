"""NHS Talking Therapies by sub-ICB location and month: a charity's tidy copy."""

from __future__ import annotations

import pytest

from etl.sources.base import BadFile, ReleaseChanged

SOURCE = "nhs_talking_therapies_sub_icb"
NAME = "england_sicb_iapt_jul2022_may2023.csv"


def test_rows_of_the_copy(copied, editions, parse, rows_of) -> None:
    edition = editions(SOURCE, copied(SOURCE))["jul2022_may2023"]
    assert "tidy copy of the British Red Cross" in edition.publication
    parsed = parse(SOURCE, edition)
    six, eighteen = (f"Percentage_AccessingServices{weeks}WeeksFinishedCourseTreatment" for weeks in (6, 18))
    assert rows_of(parsed.measurements, "measure", "area_code", "period", "value", "status", "row") == [
        ("Count_ReferralsReceived", "E38000243", "2022-07-01/P1M", 3_005.0, "ok", 2),
        ("Count_FinishedCourseTreatment", "E38000243", "2022-07-01/P1M", 1_505.0, "ok", 3),
        (six, "E38000243", "2022-07-01/P1M", 91.0, "ok", 4),
        (eighteen, "E38000243", "2022-07-01/P1M", 99.0, "ok", 5),
        ("Percentage_Recovery", "E38000243", "2022-07-01/P1M", 52.0, "ok", 6),
        ("Percentage_ReliableRecovery", "E38000243", "2022-07-01/P1M", 49.0, "ok", 7),
        ("Count_ReferralsReceived", "E38000062", "2022-07-01/P1M", 405.0, "ok", 9),
        ("Count_FinishedCourseTreatment", "E38000062", "2022-07-01/P1M", 205.0, "ok", 10),
        (six, "E38000062", "2022-07-01/P1M", 81.0, "ok", 11),
        (eighteen, "E38000062", "2022-07-01/P1M", None, "suppressed", 12),
        ("Percentage_Recovery", "E38000062", "2022-07-01/P1M", None, "suppressed", 13),
        ("Percentage_ReliableRecovery", "E38000062", "2022-07-01/P1M", None, "suppressed", 14),
    ]
    assert parsed.rows_in == 14
    assert [(group.reason, group.rows) for group in parsed.set_aside] == [
        ("measure 'Count_Deterioration' is not used (rows)", 2)
    ]
    assert "British Red Cross" in parsed.warnings[0]
    assert set(parsed.measurements["note"]) == {
        "NHS England's figure in a tidy copy of the British Red Cross, not the publisher's file."
    }


@pytest.mark.parametrize(
    ("before", "after", "error", "message"),
    [
        ('"3005"', '"many"', BadFile, "row 2: column 'value': 'many': expected a number"),
        ('"E38000243"', '"E38999999"', BadFile, "row 2: column 'sicbl22_code': 'E38999999'"),
        ('"July 2022"', '"Summer 2022"', BadFile, "row 2: column 'date': 'Summer 2022': expected a month"),
        ('"July 2022"', '"2022-07"', BadFile, "row 2: column 'date': '2022-07': expected a month"),
        ('"value"', '"number"', ReleaseChanged, "column 'value' gone"),
        ("Percentage_Recovery", "Percent_Recovery", ReleaseChanged, r"no row of \['Percentage_Recovery'\]"),
    ],
)
def test_what_cannot_be_is_named(
    copied, editions, parse, before: str, after: str, error: type[Exception], message: str
) -> None:
    folder = copied(SOURCE)
    text = (folder / NAME).read_text(encoding="utf-8")
    times = -1 if error is ReleaseChanged else 1
    (folder / NAME).write_text(text.replace(before, after, times), encoding="utf-8")
    with pytest.raises(error, match=message):
        parse(SOURCE, editions(SOURCE, folder)["jul2022_may2023"])


@pytest.mark.shared
def test_the_real_copy(shared, editions, parse) -> None:
    parsed = parse(SOURCE, editions(SOURCE, shared / "publications")["jul2022_may2023"])
    # 106 locations, 11 months, 11 measures, of which 6 are used
    assert (parsed.rows_in, len(parsed.measurements)) == (12_826, 106 * 11 * 6)
    figures = parsed.measurements.set_index(["measure", "area_code", "period"])["value"]
    assert figures["Count_ReferralsReceived", "E38000243", "2023-03-01/P1M"] == 3_770
    assert figures["Percentage_Recovery", "E38000243", "2023-03-01/P1M"] == 51
    # England's own figure of that month is 167,407
    assert figures["Count_ReferralsReceived"].xs("2023-03-01/P1M", level="period").sum() == 167_085
