"""Whole pictures to download: the spine chart, the grid and the small multiples, each as one SVG that stands alone."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard.address.context import Context
from dashboard.answers.profile import Spine
from dashboard.figures import colours, sheets
from dashboard.figures.sheets import Frame, SpineRow
from dashboard.sentences.grid import Cell, Column, Line
from dashboard.serving.application import build_app

from .conftest import NOTTINGHAM

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame("Bath & <b>Wells</b>", ["England is in the middle."], "Source: A & B.")
DRAWN = Spine(-0.5, -0.7, -0.3, -0.6, -0.2, 0.2, 0.5)


def words_of(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def parts(svg: str, name: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}{name}"))


def test_a_spine_sheet_holds_every_row_with_its_words() -> None:
    rows = [
        SpineRow("Rate <16", "66.1%", "62.0% to 70.2%", "76.0%", DRAWN, "worse", "Worse", "2023"),
        SpineRow("Pay & income", "£500", "", "No figure", None, "not_compared", "Not compared", "Apr 2025", "No picture"),
    ]  # fmt: skip
    svg = sheets.spine_sheet(FRAME, "Bath", [("Work & pay", rows)])
    words = words_of(svg)
    assert words[:2] == ["Bath & <b>Wells</b>", "England is in the middle."]
    # title, lead and the ten parts of the key stand before the table
    assert words[12:-1] == [
        "Indicator", "Bath", "England", "◄ Worse · England · Better ►", "Compared", "Period",
        "Work & pay",
        "Rate <16", "66.1%", "62.0% to 70.2%", "76.0%", "Worse", "2023",
        "Pay & income", "£500", "", "No figure", "Not compared", "Apr 2025", "No picture",
    ]  # fmt: skip
    assert words[-1] == "Source: A & B."
    assert parts(svg, "title")[0].text == "Bath & <b>Wells</b>"


def test_a_spine_sheet_draws_a_spine_only_where_there_is_one() -> None:
    with_spine = SpineRow("A", "1", "", "2", DRAWN, "worse", "Worse", "2023")
    without = SpineRow("A", "1", "", "2", None, "worse", "Worse", "2023", "No picture: too few areas")
    key_alone = len(parts(sheets.spine_sheet(FRAME, "Bath", [("T", [without])]), "rect"))
    # the box of the middle half and the square of “worse”
    assert len(parts(sheets.spine_sheet(FRAME, "Bath", [("T", [with_spine])]), "rect")) == key_alone + 2


def test_a_grid_sheet_has_value_arrow_and_word_in_every_cell() -> None:
    columns = [Column("E1", "England", "/areas/E1"), Column("E2", "Bath & Wells", "/areas/E2", "Region")]
    cells = (
        Cell("76.0%", direction="no_change"),
        Cell("66.1%", "Worse", "worse", "decreasing", "falling"),
    )
    lines = [
        Line("Rate", "/indicators/rate", "2023", cells),
        Line("Pay", "/indicators/pay", "Apr 2025", (Cell("", "No figure"), Cell("5", "Similar", "similar"))),
        Line(
            "IPS",
            "/indicators/ips",
            "2024/25",
            (Cell("7", "Illustrative", "illustrative", illustrative=True),) * 2,
        ),
    ]
    svg = sheets.grid_sheet(FRAME, columns, [("Work", lines)])
    # title, lead, five symbols and what has none stand before the grid
    assert words_of(svg)[8:-1] == [
        "Indicator", "England", "Bath & Wells", "Region", "Work",
        "Rate", "2023", "76.0% →", "66.1% ↓", "Worse",
        "Pay", "Apr 2025", "No figure", "5", "Similar",
        "IPS", "2024/25", "7", "Illustrative", "7", "Illustrative",
    ]  # fmt: skip
    # no comparison is a filled cell: it has its symbol, which the key has too
    filled = [rectangle.get("fill") for rectangle in parts(svg, "rect")]
    hatching = "url(#illustrative)"
    assert [fill for fill in filled if fill not in ("#FFFFFF", "#DADCDE")] == [
        colours.WORSE, colours.WORSE, hatching, hatching
    ]  # fmt: skip
    assert len(parts(svg, "circle")) == 2


def test_a_finished_picture_gets_its_title_and_its_source() -> None:
    small = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 280 130" width="280" height="130"><text>In it</text></svg>'
    svg = sheets.framed_picture(FRAME, small)
    assert words_of(svg) == ["Bath & <b>Wells</b>", "England is in the middle.", "In it", "Source: A & B."]
    whole = ElementTree.fromstring(svg)
    assert (whole.get("width"), whole.get("height")) == ("720", "252")  # 58 and 20 above, 130, 20 + 16 + 8 below
    with pytest.raises(ValueError, match="names no width and height"):
        sheets.framed_picture(FRAME, "<svg><text>In it</text></svg>")


def test_small_pictures_may_be_higher() -> None:
    svg = sheets.multiples_sheet(FRAME, [(str(number), "<svg/>") for number in range(4)], height=166)
    assert parts(svg, "g")[-1].get("transform") == "translate(0 258)"  # 166 + 40 for the name + 12 + 40


def test_small_pictures_stand_three_in_a_row_under_their_names() -> None:
    small = '<svg xmlns="http://www.w3.org/2000/svg" width="280" height="130"><path d="M0 0H9"/></svg>'
    svg = sheets.multiples_sheet(FRAME, [(f"Rate & {number}", small) for number in range(4)])
    assert [words for words in words_of(svg) if words.startswith("Rate")] == [
        f"Rate & {number}" for number in range(4)
    ]
    places = [group.get("transform") for group in parts(svg, "g")]
    assert places[-4:] == ["translate(0 40)", "translate(304 40)", "translate(608 40)", "translate(0 222)"]
    assert len(parts(svg, "path")) == 4


@pytest.fixture(scope="module")
def reader(fuller: Context) -> Any:
    return build_app(fuller).server.test_client()


@pytest.mark.parametrize(
    ("address", "file_name", "words"),
    [
        (
            f"/picture/areas/{NOTTINGHAM}/spine.svg",
            f"work-and-health-{NOTTINGHAM}-spine.svg",
            [
                "Nottingham compared with England: newest figure of each indicator, with its 95% confidence interval",
                "66.1%",
                "Worse",
            ],
        ),
        (
            f"/picture/overview/grid.svg?area={NOTTINGHAM}",
            f"overview-{NOTTINGHAM}-grid.svg",
            ["All indicators: Nottingham, latest figures compared with England", "Worse", "Similar area"],
        ),
        (
            f"/picture/overview/small-multiples.svg?area={NOTTINGHAM}",
            f"overview-{NOTTINGHAM}-small-multiples.svg",
            ["All indicators: Nottingham, over time", "Employment rate", "66.1%"],
        ),
    ],
    ids=["spine", "grid", "small multiples"],
)  # fmt: skip
def test_the_server_draws_a_whole_picture(
    reader: Any, address: str, file_name: str, words: list[str]
) -> None:
    answer = reader.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file_name}"'
    texts = words_of(answer.get_data(as_text=True))
    assert set(words) <= set(texts)
    foot = " ".join(texts[next(place for place, text in enumerate(texts) if text.startswith("Source")) :])
    assert re.search(r"[Pp]ublished \d{1,2} \w+ \d{4}\..* Open Government Licence v3\.0\.$", foot), foot


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/picture/areas/E92000001/spine.svg", "draws no such picture for these choices."),
        ("/picture/areas/spine.svg", "draws no such picture for these choices."),
        ("/picture/compare/spine.svg", "draws no such picture for these choices."),
        ("/picture/areas/E99999999/spine.svg", "E99999999"),
        ("/picture/nowhere/spine.svg", "There is no page"),
    ],
)
def test_where_there_is_no_picture_it_is_said(reader: Any, address: str, words: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == 404
    assert words in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "page", "chart"),
    [
        (f"/embed/overview/grid?area={NOTTINGHAM}", f"/overview?area={NOTTINGHAM}", "grid"),
        (f"/embed/overview/small-multiples?area={NOTTINGHAM}", f"/overview?area={NOTTINGHAM}", "small-multiples"),
    ],
)  # fmt: skip
def test_a_whole_picture_stands_in_a_frame_with_a_way_back(
    reader: Any, address: str, page: str, chart: str
) -> None:
    answer = reader.get(address)
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert f'id="{chart}-frame"' in text
    assert f'href="{page}"' in text
    offered = reader.get(page).get_data(as_text=True)
    assert f'data-embed="/embed/overview/{chart}?' in offered
    assert f'href="/picture/overview/{chart}.svg?' in offered


def test_the_spine_chart_stands_in_a_frame_with_a_way_back(reader: Any) -> None:
    text = reader.get(f"/embed/areas/{NOTTINGHAM}/spine").get_data(as_text=True)
    assert 'id="spine-frame"' in text
    assert f'href="/areas/{NOTTINGHAM}"' in text
    offered = reader.get(f"/areas/{NOTTINGHAM}").get_data(as_text=True)
    assert f'data-embed="/embed/areas/{NOTTINGHAM}/spine"' in offered
    assert f'href="/picture/areas/{NOTTINGHAM}/spine.svg"' in offered


def test_a_framed_picture_says_in_its_own_words_which_figures_are_illustrative(
    reader: Any, fuller: Context
) -> None:
    code = fuller.register.vintage("sub_icb", 2023)[0].area_code
    text = reader.get(f"/embed/overview/grid?area={code}").get_data(as_text=True)
    assert "Some of these figures are illustrative, not real." in text
    assert "These numbers were invented to show how the page works." not in text
    real = reader.get(f"/embed/areas/{NOTTINGHAM}/spine").get_data(as_text=True)
    assert "llustrative" not in real.split("<main")[1].split("</main>")[0]
