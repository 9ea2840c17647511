"""The PDF of a pack as it is printed: every column inside the page, no text over another, no page half empty."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pypdfium2
import pytest

from dashboard.address.context import Context
from dashboard.exports import apart, pack_html
from dashboard.exports.pack import Pack, gather
from dashboard.sentences import ledger

from .conftest import NOTTINGHAM

MILLIMETRE = 72 / 25.4
LEFT, RIGHT = 15 * MILLIMETRE, 195 * MILLIMETRE  # of what may be printed on, in points
BOTTOM = 18 * MILLIMETRE
AREAS = (NOTTINGHAM, "E12000004", "E92000001")
FULL_ENOUGH = 0.6  # of the height of a page, for all but the last


class Text(NamedTuple):
    """A run of text on a page, in points from its lower left corner."""

    words: str
    left: float
    right: float
    low: float


@cache
def printed(html: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(apart.pdf_of(html, seconds=60))
    except apart.NotMade as error:
        if "pdf" in os.environ.get("WORKHEALTH_REQUIRE", "").split(","):
            raise
        pytest.skip(str(error))


def texts(page: Any) -> Iterator[Text]:
    read = page.get_textpage()
    for number in range(read.count_rects()):
        left, low, right, high = read.get_rect(number)
        yield Text(read.get_text_bounded(left, low, right, high), left, right, low)


def crowded(pack: Pack) -> Pack:
    """A pack whose figures table has long cells in every column: many lines, an ended and old measure, long words."""
    long = replace(
        pack.main[0],
        indicator=pack.main[0].indicator.model_copy(
            update={
                "short_title": "Employment rate of Llanfairpwllgwyngyllgogerychwyrndrobwll",
                "ended": "2023-01-01/P1Y",
            }
        ),
    )
    return replace(pack, lines=[*pack.lines, *[long] * 30])


def documents(context: Context) -> Iterator[tuple[str, pypdfium2.PdfDocument]]:
    for area_code in AREAS:
        pack = gather(context, context.register.area(area_code), f"http://localhost/areas/{area_code}")
        yield pack.area.name, printed(pack_html.pack_html(pack))
        if pack.main:
            yield f"{pack.area.name}, crowded", printed(pack_html.pack_html(crowded(pack)))


@pytest.mark.parametrize(
    "widths", [pack_html.COMPARED_WIDTHS, pack_html.ALONE_WIDTHS, pack_html.LEDGER_WIDTHS]
)
def test_the_widths_of_each_table_add_up(widths: tuple[int, ...]) -> None:
    assert sum(widths) == 100


def test_every_text_is_inside_the_page(fuller: Context) -> None:
    for name, document in documents(fuller):
        for number, page in enumerate(document, 1):
            outside = [text for text in texts(page) if text.left < LEFT - 1 or text.right > RIGHT + 1]
            assert not outside, f"{name}, page {number}"


def test_every_column_of_the_tables_is_printed(fuller: Context) -> None:
    pack = gather(fuller, fuller.register.area(NOTTINGHAM), "http://localhost/areas/E06000018")
    document = printed(pack_html.pack_html(pack))
    words = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    for heading in (
        "Indicator",
        "Nottingham",
        "Compared with England",
        "Recent trend",
        "Period",
        *ledger.COLUMNS,
    ):
        assert heading in words
    # the last column of the figures, and a symbol before the words of the comparison
    assert "2023 (over 2 years old)" in words
    assert "■ Worse" in words.replace("■Worse", "■ Worse")


def test_no_text_lies_over_another(fuller: Context) -> None:
    for name, document in documents(fuller):
        for number, page in enumerate(document, 1):
            lines: dict[int, list[Text]] = {}
            for text in texts(page):
                lines.setdefault(round(text.low), []).append(text)
            for line in lines.values():
                line.sort(key=lambda text: text.left)
                for first, second in pairwise(line):
                    assert first.right <= second.left + 1, f"{name}, page {number}: {first} {second}"


def test_no_page_but_the_last_is_half_empty(fuller: Context) -> None:
    for name, document in documents(fuller):
        for number, page in enumerate(list(document)[:-1], 1):
            drawn = page.render(scale=0.5, grayscale=True).to_numpy()
            body = drawn[: round(drawn.shape[0] - BOTTOM * 0.5)]
            filled = np.flatnonzero((body < 200).reshape(body.shape[0], -1).any(axis=1)).max() / body.shape[0]
            assert filled >= FULL_ENOUGH, f"{name}, page {number}: {filled:.0%}"
