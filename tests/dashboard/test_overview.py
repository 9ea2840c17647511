"""/overview: all indicators for a few areas; one question to the store, one comparison, words in every cell."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.address.cache import Cache
from dashboard.address.context import Context
from dashboard.address.page import Asked
from dashboard.address.view import View, read_view
from dashboard.answers.comparison import Against
from dashboard.answers.grid import Grid, GridLine
from dashboard.components.grid import grid_table
from dashboard.components.html import text_of
from dashboard.pages import overview
from dashboard.queries import comparison, geography
from dashboard.queries import grid as queries
from dashboard.queries.grid import areas_of, courses, grid
from dashboard.sentences import grid as sentences
from dashboard.sentences.grid import Cell, Column, GridText, Line
from dashboard.serving.application import build_app
from indicators.store import Store, UnknownIndicator

from .reading import find, table_of, words_of

ENGLAND = "E92000001"
NOTTINGHAM = "E06000018"
BUCKINGHAMSHIRE = "E06000060"
EAST_MIDLANDS = "E12000004"


def of(context: Context, search: str) -> Grid:
    view = read_view(context, search)
    assert isinstance(view, View)
    return grid(context, view)


def page(context: Context, search: str) -> str:
    view = read_view(context, search)
    assert isinstance(view, View)
    return text_of(list(overview.layout(context, Asked("/overview", (), view, search))))


def words(html: str) -> str:
    return words_of(html)


def test_an_area_stands_beside_england_its_region_and_areas_like_it(fuller: Context) -> None:
    found = of(fuller, f"?area={NOTTINGHAM}")
    assert found.areas.codes[:3] == (ENGLAND, NOTTINGHAM, EAST_MIDLANDS)
    assert found.areas.codes[3:] == fuller.register.similar(NOTTINGHAM)[:8]
    assert [column.role for column in found.areas.columns] == ["", "", "region", *["similar"] * 8]
    assert [column.role for column in sentences.grid_text(found).columns][2:4] == ["Region", "Similar area"]


def test_an_area_without_areas_like_it_stands_beside_those_of_its_region(fuller: Context) -> None:
    # the partnership of Derby and Nottingham: its districts say in which region it lies
    found = of(fuller, "?area=E37000045")
    assert found.areas.codes[2] == EAST_MIDLANDS
    kinds = {fuller.register.area(code).area_type for code in found.areas.codes[3:]}
    assert kinds == {"lep"}
    assert {column.role for column in found.areas.columns[3:]} == {""}
    text = words(page(fuller, "?area=E37000045"))
    assert re.search(
        r"Shown with its region and \d other areas of the same type\. Add an area to choose", text
    )


def test_a_country_stands_beside_england_alone(fuller: Context) -> None:
    assert of(fuller, "?area=K02000001").areas.codes == (ENGLAND, "K02000001")
    assert "Shown with" not in page(fuller, "?area=K02000001")


def test_the_answer_comes_first_in_words(fuller: Context) -> None:
    text = words(page(fuller, f"?area={NOTTINGHAM}"))
    assert "All indicators: Nottingham" in text
    assert re.search(
        r"3 indicators\. Of 4 figures compared with England’s: 3 worse and 1 (lower|higher)\.", text
    )
    assert "Shown with its region and 8 similar areas." in text
    assert text.index("compared with England’s:") < text.index("The grid") < text.index("All figures")
    assert text.index("All figures") < text.index("Sources and method")


def test_the_page_is_a_tab_of_explore_that_keeps_the_view(fuller: Context) -> None:
    [current] = re.findall(r'<a [^>]*aria-current="page"[^>]*>[^<]*</a>', page(fuller, f"?area={NOTTINGHAM}"))
    assert f'href="/overview?indicator=employment-rate&amp;area={NOTTINGHAM}"' in current
    assert current.endswith(">All indicators</a>")


def test_a_cell_has_value_word_and_the_class_of_its_comparison(fuller: Context) -> None:
    text = page(fuller, f"?area={NOTTINGHAM}")
    assert (
        '<td data-a="Nottingham" class="wh-rug-own wh-rug-worse">66.1%<span class="wh-visually-hidden"> Worse</span></td>'
    ) in text
    # headings lead to areas, rows to definitions
    assert f'<a class="wh-link" href="/areas/{EAST_MIDLANDS}">East Midlands</a>' in text
    assert '<th scope="row"><a class="wh-link" href="/indicators/employment-rate">Employment rate</a>' in text


def test_a_row_says_period_age_and_the_unit_that_no_value_says(fuller: Context) -> None:
    rows = page(fuller, f"?area={NOTTINGHAM}").split("<tr")
    [rate] = [row for row in rows if ">Employment rate</a>" in row]
    assert '<span class="wh-age wh-age-old">2023 (over 2 years old)</span>' in rate
    assert "wh-rug-unit" not in rate
    [women] = [row for row in rows if ">Healthy life expectancy (women)</a>" in row]
    assert '<span class="wh-rug-unit">years</span>' in women
    assert '<span class="wh-age">' in women


def test_the_first_row_stands_open_on_a_phone_and_the_others_open_on_request(fuller: Context) -> None:
    text = page(fuller, f"?area={NOTTINGHAM}")
    assert text.count("<tr class=wh-open>") == 1
    openers = re.findall(
        r'aria-expanded="(\w+)"><span class="wh-visually-hidden">(\d+) other areas: ([^<]+)<', text
    )
    assert [is_open for is_open, _, _ in openers] == ["true", *["false"] * (len(openers) - 1)]
    # England, Nottingham and nine beside them
    assert {count for _, count, _ in openers} == {"9"}
    assert "Employment rate" in {name for _, _, name in openers}


def test_a_grid_that_fits_needs_no_box_that_scrolls(fuller: Context) -> None:
    assert 'class="wh-table wh-wide wh-rug wh-rug-fits" style="--n:11"' in page(fuller, f"?area={NOTTINGHAM}")
    inside = page(fuller, f"?parent={EAST_MIDLANDS}&area_type=ltla")
    assert 'class="wh-table wh-wide wh-rug" style="--n:36"' in inside


def test_the_grid_scrolls_in_a_named_region_that_takes_the_focus(fuller: Context) -> None:
    text = page(fuller, f"?area={NOTTINGHAM}")
    assert (
        'tabindex="0" role="region" aria-label="All indicators: Nottingham, latest figures compared' in text
    )


def test_england_is_not_compared_with_itself(fuller: Context) -> None:
    shown = of(fuller, f"?area={NOTTINGHAM}")
    assert not any(code == ENGLAND for _, code in shown.words)
    assert '<td data-a="England" class="wh-rug-england wh-rug-plain">76.0%</td>' in page(
        fuller, f"?area={NOTTINGHAM}"
    )


def test_an_indicator_published_by_sex_has_a_line_for_each(fuller: Context) -> None:
    names = [sentences.line_name(line) for line in of(fuller, f"?area={NOTTINGHAM}").lines]
    assert "Healthy life expectancy (women)" in names
    assert "Healthy life expectancy (men)" in names
    assert "Employment rate" in names


def test_one_question_and_one_comparison_for_the_whole_grid(
    fuller: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    compared: list[Any] = []
    to_benchmark = comparison.to_benchmark
    for name in ("grid", "courses", "series", "observations"):
        answer = getattr(fuller.store, name)
        monkeypatch.setattr(
            fuller.store,
            name,
            lambda name=name, answer=answer, **what: asked.append(name) or answer(**what),
        )
    monkeypatch.setattr(
        comparison, "to_benchmark", lambda *what, **more: compared.append(what) or to_benchmark(*what, **more)
    )
    page(fuller, f"?area={BUCKINGHAMSHIRE}")
    assert asked == ["grid", "courses"]
    assert len(compared) == 1


def test_chosen_areas_stand_in_the_order_asked(fuller: Context) -> None:
    shown = of(fuller, f"?area={BUCKINGHAMSHIRE},{NOTTINGHAM}")
    assert shown.areas.codes == (ENGLAND, BUCKINGHAMSHIRE, NOTTINGHAM)
    assert shown.areas.focus is None


def test_more_than_ten_areas_are_cut_with_a_note(fuller: Context) -> None:
    codes = [area.area_code for area in fuller.register.vintage("ltla", 2023)[:12]]
    search = f"?area={','.join(codes)}"
    assert of(fuller, search).areas.codes == (ENGLAND, *codes[:10])
    assert "The address names 12 areas; the first 10 are shown." in words(page(fuller, search))
    assert "The address names" not in words(page(fuller, f"?area={','.join(codes[:10])}"))


def test_the_children_of_a_parent(fuller: Context) -> None:
    shown = of(fuller, f"?parent={EAST_MIDLANDS}&area_type=ltla")
    assert len(shown.areas.codes) == 36
    assert NOTTINGHAM in shown.areas.codes
    text = words(page(fuller, f"?parent={EAST_MIDLANDS}&area_type=ltla"))
    assert "All indicators: East Midlands, local authorities (lower tier)" in text
    assert re.search(r"in 35 areas\. Of \d+ figures compared with England’s: \d+ better", text)


def test_without_an_area_the_regions_are_shown(fuller: Context) -> None:
    shown = of(fuller, "")
    assert len(shown.areas.codes) == 10
    assert EAST_MIDLANDS in shown.areas.codes


def test_a_type_with_many_areas_asks_for_a_part_of_england(fuller: Context) -> None:
    text = words(page(fuller, "?area_type=ltla"))
    assert "There are too many local authorities (lower tier) for one grid." in text


def test_a_missing_figure_says_why(fuller: Context) -> None:
    text = page(fuller, "?area=E06000053,E06000018")
    assert 'wh-rug-plain"><span class="wh-rug-word">Too uncertain</span></td>' in text
    assert re.search(
        r'wh-rug-plain"><span aria-hidden="true">–</span><span class="wh-visually-hidden">No figure<', text
    )


def test_a_trend_of_older_periods_is_not_shown(fuller: Context) -> None:
    shown = of(fuller, f"?area={BUCKINGHAMSHIRE}")
    place = [sentences.line_name(line) for line in shown.lines].index("Employment rate")
    assert shown.figures[place, BUCKINGHAMSHIRE]["trend"] is None


def test_illustrative_figures_are_marked_and_not_counted(fuller: Context) -> None:
    code = fuller.register.vintage("sub_icb", 2023)[0].area_code
    text = words(page(fuller, f"?area={code}"))
    assert "Illustrative figures. These numbers were invented" in re.sub(r" +", " ", text)
    assert "No figure can be compared with England’s." in text
    assert "Illustrative, not a real figure" in text
    assert '<span class="wh-rug-word">Illustrative</span>' in page(fuller, f"?area={code}")
    shown = of(fuller, f"?area={code}")
    illustrative = [key for key, row in shown.figures.items() if row["status"] == "illustrative"]
    assert illustrative and not set(illustrative) & set(shown.words)


def test_indicators_without_figures_are_named(fuller: Context) -> None:
    text = words(page(fuller, f"?area={NOTTINGHAM}"))
    assert re.search(r"\d+ indicators without a figure for these areas", text)
    title = fuller.catalogue["ips-access-rate"].short_title
    assert f"{title} : published for sub-ICB locations" in text


def test_the_table_has_every_figure_with_its_interval_and_offers_csv(fuller: Context) -> None:
    html = page(fuller, f"?area={NOTTINGHAM}")
    row = next(
        row
        for row in table_of(html, "overview-table").rows
        if (row[0], row[-1]) == ("Employment rate", NOTTINGHAM)
    )
    assert row[2:7] == ["2023", "66.1%", "62.0% to 70.2%", "Worse", "Increasing (better)"]
    part = find(html, "overview-table")
    assert part is not None
    cell = part.find(".//td[@class='wh-compared wh-compared-worse']")
    assert cell is not None and cell.text == "Worse"
    assert [link.get("href") for link in part.findall("./a")] == [
        "/csv/overview?indicator=employment-rate&area=E06000018"
    ]


def test_an_empty_answer_says_what_to_do(fuller: Context) -> None:
    partnerships = ",".join(code for code, _ in areas_of(fuller, "lep")[:2])
    text = words(page(fuller, f"?area={partnerships}"))
    assert "No figures are loaded for these areas." in text
    assert "Show the regions of England" in text


def test_texts_of_the_grid_are_escaped() -> None:
    cell = Cell("<v>", "<w>", "much_better", "increasing", "<t>")
    line = Line("<line>", "/i", "<period>", (cell,), "<unit>", True, 4)
    column = Column("x", "<b>", "/areas/x?a=1&b", "<i>")
    text = grid_table(GridText('a "b" <c>', (column,), (("<theme>", (line,)),)), {4: "<svg></svg>"}, "x")
    for raw in ("<b>", "<c>", "<i>", "<theme>", "<line>", "<period>", "<unit>", "<v>", "<w>", "<t>", "&b"):
        assert raw not in text
    assert "wh-rug-much-better" in text
    # only what the project draws itself stands as markup
    assert '<td class="wh-rug-spark"><svg></svg></td>' in text


def test_a_line_without_a_chart_says_that_there_are_too_few_years() -> None:
    line = Line("Rate", "/i", "2023", (Cell("5"),))
    text = grid_table(GridText("c", (Column("x", "England", "/areas/x"),), (("Work", (line,)),)), {})
    assert '<td class="wh-rug-spark"><span class="wh-rug-few">Too few years</span></td>' in text
    # with England alone there is nothing to open
    assert "wh-rug-opener" not in text


def test_a_sparkline_leads_to_its_chart_over_time_and_is_said(
    fuller: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def of_lines(own: Any, beside: Any, label: str, *, is_england: bool) -> str:
        asked.append((own and own.area_code, beside and beside.area_code, label, is_england))
        return "<svg></svg>" if label.startswith("Employment rate over time") else ""

    monkeypatch.setattr(overview.sparkline, "of_lines", of_lines)
    text = page(fuller, f"?area={NOTTINGHAM}")
    assert '<a href="/trends?indicator=employment-rate&amp;area=E06000018"><svg></svg></a>' in text
    own, beside, label, is_england = next(found for found in asked if found[2].startswith("Employment rate"))
    assert (own, beside, is_england) == (NOTTINGHAM, ENGLAND, False)
    assert (
        "Nottingham 65.1% in 2022, 66.1% in 2023; " in label
        or "Nottingham 65.1% in 2022, 66.1% in 2023." in label
    )
    assert "England 75.0% in 2022, 76.0% in 2023" in label
    asked.clear()
    page(fuller, "")
    # without an area of its own the grid draws England, in the colour of text
    assert {(own, beside, is_england) for own, beside, _, is_england in asked if own} == {
        (ENGLAND, None, True)
    }


def test_the_store_answers_a_grid(fuller: Context) -> None:
    group = ("employment-rate", "2023-01-01/P1Y", "persons", "16-64", "all")
    rows = fuller.store.grid(groups=[group], area_codes=[NOTTINGHAM, ENGLAND, BUCKINGHAMSHIRE])
    assert [(row["area_code"], row["value"]) for row in rows] == [
        (NOTTINGHAM, 66.1),
        (BUCKINGHAMSHIRE, 81.2),
        (ENGLAND, 76.0),
    ]
    assert rows[0]["trend"] == {"direction": "increasing", "judgement": "getting_better"}
    assert rows[1]["trend"] is None
    assert rows[0]["indicator_id"] == "employment-rate"
    assert fuller.store.grid(groups=[], area_codes=[NOTTINGHAM]) == []
    with pytest.raises(UnknownIndicator, match="'happiness' is not in the catalogue"):
        fuller.store.grid(
            groups=[("happiness", "2023-01-01/P1Y", "persons", "16-64", "all")], area_codes=[NOTTINGHAM]
        )


@pytest.mark.parametrize(
    ("search", "status"),
    [
        ("", 200),
        (f"?area={NOTTINGHAM}", 200),
        ("?area_type=icb", 200),
        (f"?parent={EAST_MIDLANDS}&area_type=utla", 200),
        (f"?parent={NOTTINGHAM}", 200),
        (f"?area={ENGLAND}", 200),
        ("?area=E99999999", 404),
        ("?parent=nowhere", 404),
        ("?area_type=village", 400),
    ],
)
def test_addresses_answer_honestly(fuller: Context, search: str, status: int) -> None:
    answer = build_app(fuller).server.test_client().get(f"/overview{search}")
    assert answer.status_code == status
    assert answer.data.count(b"<h1") == 1


def test_where_some_are_real_the_banner_names_those_that_are_not(fuller: Context) -> None:
    code = fuller.register.vintage("sub_icb", 2023)[0].area_code
    text = words(page(fuller, f"?area={code},{NOTTINGHAM}"))
    title = fuller.catalogue["ips-access-rate"].short_title
    assert f"Illustrative figures: {title}. These were invented" in re.sub(r" +", " ", text)
    assert "The other figures are real." in text


def test_areas_inside_a_parent_are_those_of_the_one_rule_and_partly_ones_are_reported(
    fuller: Context,
) -> None:
    frimley = "E54000034"
    found = of(fuller, f"?parent={frimley}&area_type=ltla")
    inside = geography.inside(fuller.register, frimley, "ltla", fuller.today())
    assert found.areas.codes == (ENGLAND, *inside.area_codes)
    assert inside.partly
    text = words(page(fuller, f"?parent={frimley}&area_type=ltla"))
    assert f"{len(inside.partly)} more lie partly in NHS Frimley ICB." in text
    assert "lie partly" not in words(page(fuller, f"?parent={EAST_MIDLANDS}&area_type=ltla"))


def test_a_parent_with_nothing_inside_says_so(fuller: Context) -> None:
    text = words(page(fuller, f"?parent={NOTTINGHAM}&area_type=icb"))
    assert "No integrated care boards lie in Nottingham." in text


def test_the_words_of_a_figure_are_those_of_the_one_comparison(fuller: Context) -> None:
    found = of(fuller, f"?area={NOTTINGHAM}")
    rate = fuller.catalogue["employment-rate"]
    place = [line.indicator.id for line in found.lines].index(rate.id)
    england = Against(ENGLAND, "England", found.figures[place, ENGLAND]["value"])
    for code in (NOTTINGHAM, EAST_MIDLANDS, *found.areas.codes[3:]):
        row = found.figures[place, code]
        assert found.words[place, code] == comparison.verdicts(fuller, [(rate, row, england)])[0].word


def test_small_pictures_have_every_period_of_each_area(fuller: Context) -> None:
    found = of(fuller, f"?area={NOTTINGHAM}")
    lines = courses(fuller, found)
    place = [line.indicator.id for line in found.lines].index("employment-rate")
    own = {line.area_code: line for line in lines[place]}
    assert [(point.period[:4], point.value) for point in own[NOTTINGHAM].points] == [
        ("2022", 65.1),
        ("2023", 66.1),
    ]
    assert own[ENGLAND].is_benchmark and not own[NOTTINGHAM].is_benchmark
    assert [len(some) for some in lines] == [
        len({line.area_code for line in some}) for some in lines
    ]  # each area once


def test_a_count_of_the_country_does_not_press_the_small_pictures_flat(
    fuller: Context,
) -> None:
    counted = fuller.catalogue["employment-rate"].model_copy(update={"comparable": False})
    counting = replace(fuller, catalogue={**fuller.catalogue, counted.id: counted})
    found = of(fuller, f"?area={NOTTINGHAM}")
    place = [line.indicator.id for line in found.lines].index("employment-rate")
    drawn = courses(counting, found)[place]
    assert NOTTINGHAM in {line.area_code for line in drawn}
    assert ENGLAND not in {line.area_code for line in drawn}


def test_a_store_without_illustrative_figures_gives_a_grid_none(fuller: Context) -> None:
    code = fuller.register.vintage("sub_icb", 2023)[0].area_code
    key = ("ips-access-rate", "persons", "all", "all")
    group = ("ips-access-rate", "2024-04-01/P1Y", "persons", "all", "all")
    assert [row["status"] for row in fuller.store.grid(groups=[group], area_codes=[code])] == ["illustrative"]
    assert len(fuller.store.courses(groups=[key], area_codes=[code])) == 1
    real = Store(
        fuller.settings.store_url,
        register=fuller.register,
        catalogue=fuller.catalogue,
        include_illustrative=False,
    )
    assert real.grid(groups=[group], area_codes=[code]) == []
    assert real.courses(groups=[key], area_codes=[code]) == []
    assert real.courses(groups=[], area_codes=[code]) == []
    with pytest.raises(UnknownIndicator):
        real.courses(groups=[("happiness", "persons", "all", "all")], area_codes=[code])


def test_a_publisher_s_other_age_band_stands_in_for_another_type_of_area(fuller: Context) -> None:
    line = GridLine(
        fuller.catalogue["employment-rate"], "region", "persons", "16+", "all", "2023-01-01/P1Y", False
    )
    figures = queries._figures(fuller, [line], [NOTTINGHAM], "ltla")
    assert figures[0, NOTTINGHAM]["age"] == "16-64"


def test_an_area_has_the_figures_of_the_code_it_had_before_once_each(fuller: Context) -> None:
    """Barnsley: one line over time though both of its codes may have a period."""
    barnsley, before = "E08000038", "E08000016"
    store, asked = fuller.store, {}

    def courses(**given: Any) -> list[tuple[Any, ...]]:
        if given["area_codes"] == [ENGLAND]:
            return []
        asked.update(given)
        line = given["groups"][0]
        return [
            (*line, before, "2022-01-01/P1Y", 60.0, "ok", "m", 0),
            (*line, before, "2023-01-01/P1Y", 61.0, "ok", "m", 0),
            (*line, barnsley, "2023-01-01/P1Y", 62.0, "ok", "m", 0),
        ]

    found = queries.grid(fuller, read_view(fuller, f"?area={barnsley}"))
    fake_store = SimpleNamespace(courses=courses, publication_id=store.publication_id)
    fake = replace(fuller, store=fake_store, _of_publication=Cache(1_000_000, lambda _, value: 1))
    [first, *_] = queries.courses(fake, found)
    [line] = [line for line in first if line.area_code == barnsley]
    assert {barnsley, before} <= set(asked["area_codes"])
    assert [(point.period, point.value) for point in line.points] == [
        ("2022-01-01/P1Y", 60.0),
        ("2023-01-01/P1Y", 62.0),
    ]
