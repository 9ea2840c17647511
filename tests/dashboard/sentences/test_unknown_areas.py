"""Codes that the register of areas has not, in words."""

from __future__ import annotations

from dashboard.answers.unknown_areas import UnknownCode
from dashboard.sentences.unknown_areas import MOST_NAMED, unknown_words


def codes(many: int) -> list[UnknownCode]:
    return [UnknownCode(f"QZ{place}", place + 1, "NHS England") for place in range(many)]


def test_one_code_is_named_with_its_rows() -> None:
    assert unknown_words(codes(1)) == (
        "Not shown: QZ0 (1 row of NHS England’s files). This code looks like an area that is not yet in our list "
        "of areas, so its figures are missing here."
    )


def test_several_codes() -> None:
    assert unknown_words(codes(2)) == (
        "Not shown: QZ0 (1 row of NHS England’s files) and QZ1 (2 rows of NHS England’s files). These codes look like areas "
        "that are not yet in our list of areas, so their figures are missing here."
    )


def test_of_many_codes_the_rest_are_counted() -> None:
    assert "more" not in unknown_words(codes(MOST_NAMED))
    assert " and 1 more. These codes" in unknown_words(codes(MOST_NAMED + 1))


def test_nothing_is_said_where_every_code_is_known() -> None:
    assert unknown_words([]) == ""
