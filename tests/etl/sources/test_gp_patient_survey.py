"""GP Patient Survey: one answer of a very wide file, by level."""

from __future__ import annotations

import pytest

from etl.sources.base import BadFile

SOURCE = "gp_patient_survey"
NAME = "GPPS_2025_{}_data_(weighted)_(csv)_PUBLIC.csv"


def test_shares_of_every_level(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["2025"])
    assert rows_of(parsed.measurements, "area_code", "value", "status", "row") == [
        ("E92000001", 0.551234567, "ok", 2),
        ("E40000011", 0.5625, "ok", 2),
        ("E40000003", None, "suppressed", 3),
        ("E54000060", 0.575, "ok", 2),
        ("E54000048", 0.5875, "ok", 3),
    ]
    columns = ("measure", "period", "age")
    assert set(rows_of(parsed.measurements, *columns)) == {
        ("long_term_condition.share", "2025-01-01/P3M", "16+")
    }
    assert parsed.rows_in == 6
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("icb: code of no area of the register at the time", 1, ("QZ9",))
    ]


def test_one_level_alone_can_be_read(copied, editions, parse) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE, NAME.format("ICS")))["2025"])
    assert (parsed.rows_in, len(parsed.measurements)) == (3, 2)


def test_a_national_file_has_one_row(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / NAME.format("National")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]), encoding="utf-8")
    with pytest.raises(BadFile, match="row 3: expected one row, of England; this may be a file of another"):
        parse(SOURCE, editions(SOURCE, folder)["2025"])


def test_a_share_that_is_none_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / NAME.format("ICS")
    path.write_text(path.read_text(encoding="utf-8").replace("0.575", "57.5%"), encoding="utf-8")
    with pytest.raises(BadFile, match=r"row 2: column 'healthltcondition_1.pct': '57.5%': expected a number"):
        parse(SOURCE, editions(SOURCE, folder)["2025"])
