"""The shape of measurements: what a parser may leave out, and what is taken out of its texts."""

from __future__ import annotations

from etl.frames import measurements

ROW = {"measure": "rate", "area_code": "E06000018", "period": "2021-01-01/P1Y", "value": 1.0}


def test_control_characters_are_taken_out_of_what_people_read() -> None:
    frame = measurements.from_rows(
        [
            {
                **ROW,
                "note": "bell \u0007, tab\tand line\nend",
                "age": "16\u000b-64",
                "breakdown": "a: \ufffeb",
            },
            {**ROW, "note": "plain"},
        ]
    )
    assert frame["note"].tolist() == ["bell , tab\tand line\nend", "plain"]
    assert frame["age"].tolist() == ["16-64", "all"]
    assert frame["breakdown"].tolist() == ["a: b", "all"]
