"""/trends: the newest figure and the recent trend in words, honest lines, every figure in the table."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from dashboard.address.context import Context
from dashboard.address.page import Asked
from dashboard.address.view import View, read_view
from dashboard.components.html import text_of
from dashboard.pages import trends
from dashboard.queries import geography
from dashboard.queries.time_series import history_of, time_series
from dashboard.sentences.time_series import trend_lead
from indicators.store import Store, schema

from .reading import Table, figure_of, find, table_of, tree_of, words_of

NOTTINGHAM = "E06000018"
ENGLAND = "E92000001"
DERBY = "E06000015"
BUCKINGHAMSHIRE = "E06000060"


@pytest.fixture(scope="module")
def longer(context: Context, tmp_path_factory: pytest.TempPathFactory) -> Context:
    """The small store with three more years for two places, a hidden year, and recent trends."""
    folder: Path = tmp_path_factory.mktemp("trends")
    store = Store(
        f"sqlite:///{folder / 'longer.sqlite'}", register=context.register, catalogue=context.catalogue
    )
    store.create()
    with context.store.connections.reading() as source, store.connections.writing() as target:
        for table in (schema.release, schema.observation, schema.distribution):
            rows = [dict(row) for row in source.execute(sa.select(table)).mappings()]
            target.execute(table.insert(), rows)
        pattern = dict(
            source.execute(
                sa.select(schema.observation).where(
                    schema.observation.c.area_code == NOTTINGHAM,
                    schema.observation.c.period == "2023-01-01/P1Y",
                )
            )
            .mappings()
            .one()
        )

        def year(code: str, year: int, value: float | None) -> dict[str, Any]:
            return {
                **pattern,
                "area_code": code,
                "period": f"{year}-01-01/P1Y",
                "value": value,
                "status": "ok" if value is not None else "suppressed",
                "lower_ci_95": None if value is None else value - 4,
                "upper_ci_95": None if value is None else value + 4,
                "interval_method": "published" if value is not None else "none",
            }

        target.execute(
            schema.observation.insert(),
            [
                *(year(ENGLAND, in_year, 74.0) for in_year in (2019, 2020, 2021)),
                *(year(BUCKINGHAMSHIRE, in_year, 79.0) for in_year in (2019, 2020, 2021)),
                year(NOTTINGHAM, 2019, 60.0),
                year(NOTTINGHAM, 2020, None),
                year(NOTTINGHAM, 2021, 62.0),
            ],
        )

        def trend(code: str, **more: Any) -> dict[str, Any]:
            return {
                "indicator_id": "employment-rate",
                "sex": "persons",
                "age": "16-64",
                "breakdown": "all",
                "area_code": code,
                "direction": "not_calculated",
                "judgement": "none",
                "chi_square": None,
                "p_value": None,
                "slope": None,
                "periods_used": "[]",
                "reason": "",
                "latest_period": "2023-01-01/P1Y",
                "illustrative": False,
                **more,
            }

        target.execute(
            schema.trend.insert(),
            [
                trend(
                    ENGLAND,
                    direction="increasing",
                    judgement="getting_better",
                    chi_square=14.2,
                    p_value=0.00016,
                    slope=0.5,
                    periods_used=json.dumps([f"{year_used}-01-01/P1Y" for year_used in range(2019, 2024)]),
                ),
                trend(NOTTINGHAM, reason="the last five periods are broken: no usable figure for 2020"),
            ],
        )
        target.execute(
            schema.store_fact.update().where(schema.store_fact.c.name == "publication_id").values(value="1")
        )
    return Context(context.settings, context.register, context.catalogue, store, context.today)


class Seen:
    """A page as a reader meets it: words, charts, tables."""

    def __init__(self, context: Context, search: str) -> None:
        view = read_view(context, search)
        assert isinstance(view, View)
        self.html = text_of(list(trends.layout(context, Asked("/trends", (), view))))
        self.text = re.sub(r" ([.,:;])", r"\1", words_of(self.html))

    @property
    def figure(self) -> dict[str, Any]:
        return figure_of(self.html, "trends-chart")

    @property
    def table(self) -> Table:
        return table_of(self.html, "trends-table")

    def line(self, name: str) -> dict[str, Any]:
        (found,) = [trace for trace in self.figure["data"] if trace["name"] == name]
        return found

    def lines(self) -> list[str]:
        return [trace["name"] for trace in self.figure["data"] if "interval" not in trace["name"]]

    def offered(self) -> list[str]:
        control = find(self.html, "choose-add-area")
        assert control is not None
        return [words_of(option) for option in control.iter("option")]


def test_the_newest_figure_comes_first_in_words(longer: Context) -> None:
    seen = Seen(longer, f"?area={NOTTINGHAM}")
    assert (
        "Nottingham: 66.1% (95% CI 62.0% to 70.2%) in 2023 (over 2 years old), compared with 60.0% in 2019."
        in seen.text
    )


def test_the_recent_trend_is_reported_with_its_test_or_the_reason_why_not(longer: Context) -> None:
    seen = Seen(longer, f"?area={NOTTINGHAM}")
    assert "England: increasing and getting better: five years 2019–2023." in seen.text
    # the numbers of the test stand in the details alone
    before, _, details = seen.text.partition("How change is judged We test")
    assert "χ²" not in before and "p <" not in before
    assert "England: increasing and getting better: five years 2019–2023, χ² = 14.2, p < 0.001." in details
    assert (
        "Nottingham: no recent trend: the last five periods are broken: no usable figure for 2020."
        in seen.text
    )


def test_lines_are_broken_at_a_hidden_year_and_the_page_says_so(longer: Context) -> None:
    seen = Seen(longer, f"?area={NOTTINGHAM}")
    assert seen.line("Nottingham")["y"] == [60.0, None, 62.0, 65.1, 66.1]
    assert seen.line("England")["y"] == [74.0, 74.0, 74.0, 75.0, 76.0]
    assert (
        "Nottingham: the line is broken between 2019 and 2021, because there is no figure for 2020 "
        "(hidden by the publisher)." in seen.text
    )


def test_the_table_has_every_figure_with_its_interval_or_its_status(longer: Context) -> None:
    seen = Seen(longer, f"?area={NOTTINGHAM}")
    table = seen.table
    assert table.headings == ["Area", "Period", "Value", "95% confidence interval", "Code"]
    assert table.rows[:5] == [
        ["Nottingham", "2023", "66.1%", "62.0% to 70.2%", NOTTINGHAM],
        ["Nottingham", "2022", "65.1%", "61.0% to 69.2%", NOTTINGHAM],
        ["Nottingham", "2021", "62.0%", "58.0% to 66.0%", NOTTINGHAM],
        ["Nottingham", "2020", "Hidden by the publisher (small numbers)", "", NOTTINGHAM],
        ["Nottingham", "2019", "60.0%", "56.0% to 64.0%", NOTTINGHAM],
    ]
    assert len(table.rows) == 10
    table_part = find(seen.html, "trends-table")
    assert table_part is not None
    assert table_part.findall(".//tbody/tr/th/a")[0].get("href") == f"/areas/{NOTTINGHAM}"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (None, ""),
        ({"direction": "not_calculated"}, ""),
        ({"direction": "increasing", "judgement": "getting_better"}, "Over the five years 2019–2023 it increased, which is better."),
        ({"direction": "decreasing", "judgement": "none"}, "Over the five years 2019–2023 it decreased."),
        ({"direction": "no_change", "chi_square": 1.0}, "Over the five years 2019–2023 there is no clear change."),
        (
            {"direction": "no_change", "chi_square": 12.0, "slope": 0.3},
            "Up in most years, but one year decides it, so it is not counted as a trend.",
        ),
    ],
)  # fmt: skip
def test_the_recent_trend_is_one_plain_sentence(row: dict[str, Any] | None, words: str) -> None:
    years = [f"{year}-01-01/P1Y" for year in range(2019, 2024)]
    empty = {"judgement": None, "chi_square": None, "slope": None, "periods_used": years}
    assert trend_lead(None if row is None else {**empty, **row}) == words


def test_more_than_three_areas_have_a_panel_each_on_one_scale(longer: Context) -> None:
    codes = [area.area_code for area in longer.register.vintage("ltla", 2024)[:5]]
    few = Seen(longer, f"?area={','.join(codes[:3])}")
    assert "Each area on the same scale" not in few.text
    many = Seen(longer, f"?area={','.join(codes)}")
    panels = [node for node in tree_of(many.html).iter("li") if node.get("class") == "wh-panel"]
    with_figures = sum(1 for row in {row[0] for row in many.table.rows} if row != "England")
    assert len(panels) == with_figures > 3
    # its name brings an area forward: the address names it first
    links = [panel.find(".//a").get("href") for panel in panels]  # type: ignore[union-attr]
    assert f"area={codes[1]},{codes[0]},{codes[2]}" in (links[1] or "")


def test_the_panels_are_one_picture_to_download_with_source_and_licence(longer: Context) -> None:
    codes = [area.area_code for area in longer.register.vintage("ltla", 2024)[:5]]
    few, many = (",".join(codes[:count]) for count in (3, 5))

    def sheet(area_codes: str) -> Any:
        view = read_view(longer, f"?area={area_codes}")
        assert isinstance(view, View)
        return trends.PAGE.sheets["area-panels"](longer, Asked("/trends", (), view))

    assert sheet(few) is None
    drawn = sheet(many)
    assert drawn.file_name.startswith("trends-employment-rate-") and drawn.file_name.endswith("-area-panels")
    names = [line.text for line in ElementTree.fromstring(drawn.svg).iter("{http://www.w3.org/2000/svg}text")]
    words = " ".join(name or "" for name in names)
    assert "each area on the same scale" in words
    assert re.search(r"[Pp]ublished \d{1,2} \w+ \d{4}\. .*Licence v3\.0", words)
    shown = Seen(longer, f"?area={many}")
    for name in {row[0] for row in shown.table.rows} - {"England"}:
        assert f"{name}: " in words, name
    assert f'href="/picture/trends/area-panels.svg?indicator=employment-rate&amp;area={many}"' in shown.html
    assert "area-panels" not in Seen(longer, f"?area={few}").html


def test_the_areas_most_like_one_are_one_click_away(longer: Context) -> None:
    seen = Seen(longer, f"?area={NOTTINGHAM}")
    choices = [node for node in tree_of(seen.html).iter("a") if node.get("class") == "wh-choice"]
    assert [words_of(node) for node in choices] == ["Nottingham alone", "With 5 similar areas"]
    assert [node.get("aria-current") for node in choices] == ["true", None]
    assert (choices[1].get("href") or "").count(",") == 5


def test_without_an_area_england_is_shown_and_areas_are_offered(longer: Context) -> None:
    seen = Seen(longer, "")
    assert seen.lines() == ["England"]
    assert "Add areas to see them beside each other." in seen.text
    assert {"Nottingham", "Derby", "East Midlands"} <= set(seen.offered())


def test_without_an_area_and_a_benchmark_one_area_is_shown(
    longer: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.queries.time_series._benchmark", lambda *asked: None)
    view = read_view(longer, "?indicator=employment-rate&area_type=ltla")
    assert isinstance(view, View)
    found = time_series(longer, view)
    assert len(found.area_codes) == len(found.series) == 1 and found.series[0].rows


def test_a_chosen_area_can_be_removed_and_is_not_offered_again(longer: Context) -> None:
    seen = Seen(longer, f"?area={NOTTINGHAM},{DERBY}")
    links = tree_of(seen.html).iterfind(".//a[@class='wh-chip-remove']")
    hrefs = {link.get("title"): link.get("href") for link in links}
    assert hrefs == {
        "Remove Nottingham": f"/trends?indicator=employment-rate&area={DERBY}",
        "Remove Derby": f"/trends?indicator=employment-rate&area={NOTTINGHAM}",
    }
    assert not {"Nottingham", "Derby"} & set(seen.offered())


def test_more_areas_than_can_be_read_are_left_out_and_reported(longer: Context) -> None:
    codes = [area.area_code for area in longer.register.vintage("ltla", 2024)[:10]]
    seen = Seen(longer, f"?area={','.join(codes)}")
    assert "The address names 10 areas." in seen.text
    assert "the first 8 are shown and 2 left out" in seen.text
    assert len(seen.lines()) == 9  # and England
    assert find(seen.html, "choose-add-area") is None


def test_another_benchmark_takes_the_place_of_england(longer: Context) -> None:
    seen = Seen(longer, f"?area={NOTTINGHAM}&benchmark=region")
    assert set(seen.lines()) == {"Nottingham", "East Midlands"}


def test_the_national_goal_has_its_target(longer: Context) -> None:
    seen = Seen(longer, "?indicator=disabled-people-in-employment")
    assert "United Kingdom: 5,500,000" in seen.text
    assert "Target: A million more in ten years: 4.5 million by 2027. Source: Improving Lives" in seen.text
    (across,) = seen.figure["layout"]["shapes"]
    assert across["y0"] == 4.5e6
    assert "The scale does not start at zero." in seen.text
    assert "The publisher gives no intervals, so none are drawn." in seen.text


def test_a_count_of_the_whole_country_does_not_squash_the_lines_of_places(
    longer: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = longer.catalogue["employment-rate"].model_copy(update={"comparable": False})
    monkeypatch.setitem(longer.catalogue, "employment-rate", counted)
    names = Seen(longer, f"?area={NOTTINGHAM}").lines()
    assert "England" not in names and "Nottingham" in names


def test_illustrative_figures_are_marked_in_words(longer: Context) -> None:
    code = longer.register.vintage("sub_icb", 2023)[0].area_code
    seen = Seen(longer, f"?indicator=ips-access-rate&area={code}")
    assert "These numbers were invented" in seen.text
    assert {row[-2] for row in seen.table.rows} == {"Illustrative, not a real figure"}
    assert all("Illustrative, not a real figure" in text for text in seen.figure["data"][-1]["text"])


def test_what_became_of_a_merged_area_is_reported(longer: Context) -> None:
    # Buckinghamshire took the place of four districts and a county in 2020
    seen = Seen(longer, f"?area={BUCKINGHAMSHIRE}")
    assert (
        "Buckinghamshire has stood in its present form since 1 April 2020 (before: Aylesbury Vale;"
        in seen.text
    )
    assert "the publisher shows earlier years on today’s boundaries." in seen.text
    gone = Seen(longer, f"?area={NOTTINGHAM},E07000004")  # Aylesbury Vale
    assert "Aylesbury Vale: no figure for this indicator." in gone.text
    assert "Aylesbury Vale ended on 31 March 2020." in gone.text
    assert "Buckinghamshire" in gone.text


def test_an_empty_view_says_why_and_where_to_go(longer: Context) -> None:
    assert "is not published by clinical commissioning group" in Seen(longer, "?area_type=ccg").text
    assert "There are no figures yet for" in Seen(longer, "?indicator=claimant-count").text
    nothing = Seen(longer, "?indicator=employment-rate&area=E07000004")
    assert nothing.figure  # England is still there to see
    alone = Seen(longer, f"?indicator=ips-access-rate&area={NOTTINGHAM}")
    assert "There are no figures of “IPS referral rate” for Nottingham." in alone.text


def test_the_first_paint_has_the_words_and_the_table(client: Any) -> None:
    answer = client.get(f"/trends?area={NOTTINGHAM}")
    assert answer.status_code == 200
    body = unescape(answer.get_data(as_text=True))
    assert "Nottingham: 66.1% (95% CI 62.0% to 70.2%) in 2023" in body
    assert "61.0% to 69.2%" in body.split("<table>")[1]
    assert "<title>Trends: Employment rate" in body


@pytest.mark.parametrize("search", ["?area=E99999999", "?area=nonsense"])
def test_an_unknown_area_is_a_page_that_says_so(client: Any, search: str) -> None:
    assert client.get(f"/trends{search}").status_code == 404


DAY = date(2020, 4, 1)
"""When Buckinghamshire took the place of its districts."""


@pytest.mark.parametrize(
    ("periods", "formed_on", "is_restated"),
    [
        (["2019-01-01/P1Y", "2021-01-01/P1Y"], DAY, True),  # runs across the change
        (["2021-04-01/P1M", "2022-04-01/P1M"], DAY, False),  # begins 365 days after it
        (["2021-04-03/P1D", "2022-04-01/P1D"], None, False),  # begins 367 days after it
        (["2018-01-01/P1Y", "2019-01-01/P1Y"], None, False),  # ended before it
        ([], None, False),
    ],
)
def test_a_change_of_boundaries_is_reported_where_it_bears_on_the_series(
    longer: Context, periods: list[str], formed_on: date | None, is_restated: bool
) -> None:
    register = longer.register
    found = history_of(register, register.area(BUCKINGHAMSHIRE), periods)
    assert (found.formed_on, found.is_restated) == (formed_on, is_restated)
    assert bool(found.made_of) == (formed_on is not None)


def test_the_region_drawn_is_that_of_the_one_rule(longer: Context) -> None:
    view = read_view(longer, f"?area={NOTTINGHAM}&benchmark=region")
    assert isinstance(view, View)
    region = geography.region_of(longer.register, NOTTINGHAM, date(2023, 12, 31))
    assert time_series(longer, view).benchmark_code == region
    without = read_view(longer, "?benchmark=region")
    assert isinstance(without, View)
    assert time_series(longer, without).benchmark_code == ENGLAND


def test_the_benchmarks_offered_are_those_that_the_page_can_draw(longer: Context) -> None:
    control = find(Seen(longer, f"?area={NOTTINGHAM}").html, "choose-benchmark")
    assert control is not None
    values = [option.get("value") for option in control.iter("option")]
    assert values == ["england", "region", NOTTINGHAM]
