"""/compare: the answer in words, every area with its interval, no verdict without one."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked
from dashboard.address.view import View, read_view
from dashboard.components import html
from dashboard.pages import compare
from dashboard.queries import compared_areas as queries
from dashboard.queries import comparison
from indicators.catalogue import Indicator

from .reading import Table, figure_of, find, table_of, tree_of, words_of

EAST_MIDLANDS = "E12000004"
NOTTINGHAM = "E06000018"
SVG = "{http://www.w3.org/2000/svg}"


class Seen:
    """A page as a reader meets it: words, charts, tables."""

    def __init__(self, context: Context, search: str) -> None:
        view = read_view(context, search)
        assert isinstance(view, View)
        self.view = view
        self.page = html.text_of(list(compare.layout(context, Asked("/compare", (), view))))
        self.text = words_of(self.page)

    @property
    def figure(self) -> Any:
        return figure_of(self.page, "compare-chart")

    @property
    def chart(self) -> Element:
        """The picture of rows."""
        found = find(self.page, "compare-chart-frame")
        assert found is not None
        return found

    @property
    def drawn(self) -> list[list[str]]:
        """The rows of the picture in words, those pinned on top left out."""
        return [[words_of(cell) for cell in row] for row in self.chart.findall(".//tbody")[-1]]

    @property
    def pinned(self) -> list[str]:
        """The areas above the others."""
        bodies = self.chart.findall(".//tbody")
        return [words_of(row[0]) for row in bodies[0]] if len(bodies) > 1 else []

    def choices(self, label: str) -> dict[str, str]:
        """The links of a row of choices: words and addresses; the one shown has a star before its words."""
        groups = [node for node in tree_of(self.page).iter("div") if node.get("aria-label") == label]
        return {
            ("* " if link.get("aria-current") else "") + words_of(link): link.get("href") or ""
            for group in groups
            for link in group.iter("a")
        }

    @property
    def table(self) -> Table:
        return table_of(self.page, "compare-table")

    @property
    def headings(self) -> list[str]:
        return self.table.headings

    def cells(self, code: str) -> list[Element]:
        """The cells of the row of an area, as elements."""
        rows = tree_of(self.page).findall(".//*[@id='compare-table']//tbody/tr")
        return next(list(row) for row in rows if words_of(row[-1]) == code)

    def row(self, code: str) -> list[str]:
        return [words_of(cell) for cell in self.cells(code)]

    def options(self, key: str) -> list[str]:
        control = find(self.page, f"choose-{key}")
        assert control is not None
        return [words_of(option) for option in control.iter("option")]


def anew(context: Context, catalogue: dict[str, Indicator] | None = None) -> Context:
    """The same store with nothing worked out yet, and perhaps another catalogue."""
    given = context.catalogue if catalogue is None else catalogue
    return Context(context.settings, context.register, given, context.store, context.today)


def test_the_answer_comes_first_in_words(context: Context) -> None:
    seen = Seen(context, f"?area={NOTTINGHAM}")
    answer = "Nottingham, 66.1% (95% CI 62.0% to 70.2%), is significantly worse than England (76.0%)."
    # the words come before the controls, the controls before the picture
    assert seen.text.index(answer) < seen.text.index("Areas") < seen.text.index("Sorted by value")
    plain = Seen(context, "")
    assert re.search(
        r"\d+ of 296 local authorities \(lower tier\) are significantly better than England \(76\.0%\)",
        plain.text,
    )
    assert "2 have no figure: too uncertain to publish." in plain.text


def test_an_area_that_holds_the_benchmark_is_similar(context: Context) -> None:
    code = next(
        row["area_code"]
        for row in context.store.observations(indicator_id="employment-rate", area_type="ltla")
        if row["value"] is not None and 74 < row["value"] < 78
    )
    assert "is similar to England (76.0%)." in Seen(context, f"?area={code}").text


def test_a_better_area_is_said_to_be_better(context: Context) -> None:
    seen = Seen(context, "?area=E06000060")
    answer = "Buckinghamshire, 81.2% (95% CI 77.3% to 85.1%), is significantly better than England (76.0%)."
    assert answer in seen.text


# ---- which areas are named ---------------------------------------------------------------------------


def test_the_areas_of_the_chosen_areas_region_are_named_and_sorted_by_value(context: Context) -> None:
    seen = Seen(context, f"?area={NOTTINGHAM}")
    assert len(seen.drawn) == 35
    values = [float(row[1].rstrip("%")) for row in seen.drawn]
    assert values == sorted(values, reverse=True)
    assert seen.drawn[0][0] != "Nottingham"
    # the reader's own area stands above the others, and in its place among them
    assert seen.pinned == ["Nottingham"]
    assert [row[0] for row in seen.drawn].count("Nottingham") == 1
    assert next(row for row in seen.drawn if row[0] == "Nottingham") == [
        "Nottingham",
        "66.1%",
        "",
        "62.0% to 70.2%",
        "Worse",
    ]
    assert {name: address.partition("show=")[2] for name, address in seen.choices("Show").items()} == {
        "* East Midlands (35)": "region",
        "Areas similar to Nottingham (18)": "similar",
        "All 296": "all",
    }
    assert [row.get("class") for row in seen.chart.iter("tr") if row.get("class")] == ["wh-own"] * 2


def test_a_region_that_is_too_long_gives_way_to_the_areas_most_like_it(context: Context) -> None:
    seen = Seen(context, "?area=E06000060")  # the South East has 64 districts
    assert len(seen.drawn) <= 45
    assert any(name.startswith("* Areas similar to Buckinghamshire") for name in seen.choices("Show"))
    assert any(name.startswith("South East (") for name in seen.choices("Show"))
    assert len(Seen(context, "?area=E06000060&show=region").drawn) > 45


def test_without_an_area_the_regions_stand_for_a_long_list(context: Context) -> None:
    seen = Seen(context, "")
    assert "East Midlands" in {row[0] for row in seen.drawn}
    assert seen.pinned == []
    assert "stands among all" not in seen.text and "All 294 local authorities (lower tier)" in seen.text
    everyone = Seen(context, "?show=all")
    assert len(everyone.drawn) == 296
    assert everyone.drawn[-1][0] in ("City of London", "Isles of Scilly")


def test_a_list_that_can_be_read_is_named_whole(context: Context) -> None:
    seen = Seen(context, f"?parent={EAST_MIDLANDS}")
    assert len(seen.drawn) == 35
    assert "East Midlands 74.0%" in words_of(seen.chart)
    assert Seen(context, f"?parent={EAST_MIDLANDS}&show=region").drawn == seen.drawn
    assert " of 35 local authorities (lower tier) in the East Midlands" in seen.text
    # so few that a pile of dots would say no more
    assert find(seen.page, "all-areas") is None


@pytest.mark.parametrize(
    ("sort", "first"), [("highest", "highest"), ("lowest", "lowest"), ("a-z", "A"), ("z-a", "Z")]
)
def test_the_order_is_in_the_address(context: Context, sort: str, first: str) -> None:
    seen = Seen(context, f"?parent={EAST_MIDLANDS}&sort={sort}")
    names = [row[0] for row in seen.drawn]
    values = [float(row[1].rstrip("%")) for row in seen.drawn]
    wanted = {"highest": max(values), "lowest": min(values)}
    if sort in wanted:
        assert values[0] == wanted[sort]
    else:
        assert names == sorted(names, reverse=sort == "z-a")
    (heading,) = [cell for cell in seen.chart.iter("th") if cell.get("aria-sort")]
    assert words_of(heading) == ("Value" if sort in wanted else "Area")
    assert heading.get("aria-sort") == ("descending" if sort in ("highest", "z-a") else "ascending")
    hrefs = [
        link.get("href") or "" for link in seen.chart.iter("a") if "wh-sort" in (link.get("class") or "")
    ]
    assert [re.findall("sort=([a-z-]+)", href) for href in hrefs] == {
        "highest": [["a-z"], ["lowest"]],
        "lowest": [["a-z"], []],
        "a-z": [["z-a"], []],
        "z-a": [["a-z"], []],
    }[sort]


def test_the_csv_holds_what_is_shown_or_all_that_is_compared(context: Context, client: Any) -> None:
    def codes(address: str) -> list[str]:
        text = client.get(address).get_data(as_text=True).lstrip("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text)))
        return [row["area_code"] for row in rows]

    seen = Seen(context, f"?area={NOTTINGHAM}")
    links = [link.get("href") or "" for link in tree_of(seen.page).iter("a")]
    shown, whole = (
        next(href for href in links if href.startswith("/csv/") and ("show=region" in href) is is_part)
        for is_part in (True, False)
    )
    names = [row[0] for row in seen.drawn]
    assert [context.register.area(code, "ltla").name for code in codes(shown)] == names
    assert len(codes(whole)) == 296
    assert "The files hold the 35 areas shown here." in seen.text
    assert "Download all 296 areas (CSV)" in seen.text


def test_a_choice_that_there_is_not_is_said(context: Context) -> None:
    assert "Similar areas cannot be shown for this choice" in Seen(context, "?show=similar").text
    assert "cannot be shown" not in Seen(context, f"?area={NOTTINGHAM}&show=similar").text


def test_a_missing_figure_says_why(context: Context) -> None:
    seen = Seen(context, "?area=E06000053")
    assert "Isles of Scilly has no figure in 2023: too uncertain to publish." in seen.text
    assert seen.row("E06000053")[1] == "Too uncertain to publish"
    assert seen.cells("E06000053")[1].get("data-s") == ""


def test_the_table_has_every_named_area_once_with_all_that_is_known(context: Context) -> None:
    seen = Seen(context, "?area=E06000018&show=all")
    assert seen.headings == [
        "Area",
        "Value",
        "95% confidence interval",
        "Survey quality",
        "Compared with England (76.0%)",
        "Recent trend",
        "Code",
    ]
    assert len(seen.table.rows) == 296
    assert len({row[-1] for row in seen.table.rows}) == 296
    assert seen.row(NOTTINGHAM) == [
        "Nottingham",
        "66.1%",
        "62.0% to 70.2%",
        "A: precise",
        "Worse",
        "Not calculated",
        "E06000018",
    ]
    name, value, interval, _, word, *_ = seen.cells(NOTTINGHAM)
    assert name[0].get("href") == "/areas/E06000018"
    assert value.get("data-s") == "66.1"
    assert interval.get("data-s") == "62.0"
    assert word.get("class") == "wh-compared wh-compared-worse"


def test_chosen_areas_are_pinned_in_the_order_of_the_address(context: Context) -> None:
    seen = Seen(context, f"?area={NOTTINGHAM},E06000015")
    assert seen.pinned == ["Nottingham", "Derby"]
    looks = [row.get("class") for row in seen.chart.findall(".//tbody")[0]]
    # purple is the reader's own area and nothing else
    assert looks == ["wh-own", "wh-marked-row"]
    elsewhere = Seen(context, f"?area={NOTTINGHAM},E06000060")
    assert elsewhere.pinned == ["Nottingham", "Buckinghamshire"]
    assert "Buckinghamshire" not in {row[0] for row in elsewhere.drawn}


def test_no_column_ranks_areas(context: Context) -> None:
    labels = " ".join(Seen(context, "").headings).lower()
    assert "rank" not in labels and "position" not in labels


def test_many_areas_are_a_pile_and_few_are_not(context: Context) -> None:
    found = find(Seen(context, f"?area={NOTTINGHAM}").page, "all-areas")
    assert found is not None
    assert words_of(found).startswith("Where Nottingham stands among all 294")
    wide, narrow = (node for node in found.iter(f"{SVG}svg") if "wh-pile" in (node.get("class") or ""))
    for pile in (wide, narrow):
        assert sum(1 for _ in pile.iter(f"{SVG}use")) == 294
    assert find(Seen(context, "?area_type=region").page, "all-areas") is None


def test_a_chosen_area_of_another_kind_stands_beside_the_others(context: Context) -> None:
    seen = Seen(context, f"?area_type=ltla&area={EAST_MIDLANDS}&parent={EAST_MIDLANDS}")
    answer = "East Midlands, 74.0% (95% CI 73.0% to 75.0%), is significantly worse than England (76.0%)."
    assert answer in seen.text
    assert seen.pinned == ["East Midlands"]
    assert len(seen.drawn) == 35


def test_each_area_beside_its_own_region(context: Context) -> None:
    seen = Seen(context, "?area=E06000018&benchmark=region")
    assert "is significantly worse than East Midlands (74.0%)." in seen.text
    assert "than their own region" in seen.text
    labels = seen.headings
    assert "Compared with their own region" in labels
    assert seen.row(NOTTINGHAM)[labels.index("Its region")] == "East Midlands (74.0%)"
    # all of them share one region: a line through all rows, and no tick in each
    assert "East Midlands 74.0%" in words_of(seen.chart)
    assert "wh-level" not in {line.get("class") for line in seen.chart.iter(f"{SVG}line")}
    mixed = Seen(context, "?area=E06000018&benchmark=region&show=similar")
    ticks = [line for line in mixed.chart.iter(f"{SVG}line") if line.get("class") == "wh-level"]
    assert len(ticks) > 10


def test_an_area_is_not_compared_with_itself(context: Context) -> None:
    seen = Seen(context, f"?area={NOTTINGHAM}&benchmark={NOTTINGHAM}")
    assert seen.row(NOTTINGHAM)[4] == "Not compared"
    assert "Compared with Nottingham (66.1%)" in seen.headings


def test_counts_are_not_judged_and_say_why(context: Context) -> None:
    counted = context.catalogue["employment-rate"].model_copy(update={"comparable": False})
    seen = Seen(anew(context, {**context.catalogue, "employment-rate": counted}), f"?area={NOTTINGHAM}")
    assert "These figures are counts. A larger place has more of everything" in seen.text
    assert not re.search(r"\b(better|worse) than", seen.text)
    assert find(seen.page, "choose-benchmark") is None
    assert "England" not in words_of(seen.chart)


def test_figures_without_intervals_are_not_judged_and_say_why(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = queries.rows_of

    def bare(*asked: Any) -> list[dict[str, Any]]:
        limits = dict.fromkeys(("lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998"))
        return [{**row, **limits} for row in real(*asked)]

    monkeypatch.setattr(queries, "rows_of", bare)
    seen = Seen(anew(context), f"?area={NOTTINGHAM}")
    assert "The publisher gives neither intervals nor the counts to work them out" in seen.text
    assert "Nottingham, 66.1%." in seen.text
    assert seen.headings == ["Area", "Value", "Recent trend", "Code"]
    # a mark alone: no line, no word, no column for what there is not
    assert not [line for line in seen.chart.iter(f"{SVG}line") if line.get("x1") != line.get("x2")]
    assert {len(row) for row in seen.drawn} == {3}


def test_one_area_alone_is_shown_without_a_chart(context: Context) -> None:
    seen = Seen(context, "?indicator=disabled-people-in-employment")
    assert "United Kingdom: 5,500,000." in seen.text
    assert "There is only one area of this type" in seen.text
    assert find(seen.page, "compare-chart-frame") is None
    assert len(seen.table.rows) == 1


def test_illustrative_figures_are_marked_in_words_everywhere(context: Context) -> None:
    seen = Seen(context, "?indicator=ips-access-rate")
    assert "Illustrative figures. These numbers were invented" in re.sub(r" +", " ", seen.text)
    labels = seen.headings
    notes = {row[labels.index("Note")] for row in seen.table.rows}
    assert notes == {"Illustrative, not a real figure"}
    assert {row[-1] for row in seen.drawn} == {"Illustrative"}
    # never sorted by value
    names = [row[0] for row in seen.drawn]
    assert names == sorted(names)
    assert {use.get("href") for use in seen.chart.iter(f"{SVG}use")} == {"#wh-s-illustrative"}
    assert "Illustrative figures, not real." in seen.text
    assert "nothing to compare with" not in seen.text
    assert "ILLUSTRATIVE" in words_of(seen.chart)
    assert find(seen.page, "all-areas") is None


def test_an_empty_view_says_why_and_where_to_go(context: Context) -> None:
    seen = Seen(context, "?indicator=employment-rate&area_type=ccg")
    assert "is not published by clinical commissioning group. It has figures for:" in seen.text
    assert find(seen.page, "compare-chart-frame") is None
    assert "There are no figures yet for" in Seen(context, "?indicator=claimant-count").text


def test_a_parent_without_such_areas_says_so(context: Context) -> None:
    seen = Seen(context, "?area_type=region&parent=E06000018")
    assert "None of these regions lies in Nottingham." in seen.text
    assert "Show all regions" in seen.text


def test_parents_offered_hold_at_least_two_of_the_areas(context: Context) -> None:
    offered = Seen(context, "").options("parent")
    assert "All of England" in offered and "East Midlands" in offered and "Nottinghamshire" in offered
    assert "Nottingham" not in offered


def test_areas_already_marked_are_not_offered_again(context: Context) -> None:
    offered = Seen(context, f"?area={NOTTINGHAM}").options("add-area")
    assert "Nottingham" not in offered and "Derby" in offered


def test_too_many_marked_areas_are_reported(context: Context) -> None:
    codes = [area.area_code for area in context.register.vintage("ltla", 2024)[:10]]
    assert (
        "The address names 10 areas; the first 8 are marked."
        in Seen(context, f"?area={','.join(codes)}").text
    )


def test_the_first_paint_has_the_words_and_the_table(client: Any) -> None:
    answer = client.get("/compare?area=E06000018")
    assert answer.status_code == 200
    body = unescape(answer.get_data(as_text=True))
    assert "Nottingham, 66.1% (95% CI 62.0% to 70.2%), is significantly worse than England (76.0%)." in body
    assert "62.0% to 70.2%" in body.split("<table ")[1]
    assert "<title>Compare: Employment rate, 2023" in body


def test_comparisons_are_made_in_one_call_for_all_rows(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    real = comparison.verdicts

    def counted(context: Context, figures: Any) -> Any:
        calls.append(len(figures))
        return real(context, figures)

    monkeypatch.setattr(comparison, "verdicts", counted)
    Seen(anew(context), f"?area={NOTTINGHAM}")
    assert calls == [296]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("NHS Birmingham and Solihull Integrated Care Board", "Birmingham and Solihull"),
        ("NHS Cheshire and Merseyside ICB – Halton (01F)", "Halton (01F)"),
        ("NHS Dorset ICB (11J)", "Dorset (11J)"),
        ("NHS Barnsley CCG", "Barnsley"),
        ("Bristol, City of", "Bristol"),
        ("Nottingham", "Nottingham"),
    ],
)
def test_chart_names_leave_out_what_all_share(name: str, short: str) -> None:
    assert sentences.short_name(name) == short


def test_a_picture_that_the_figures_do_not_allow_is_not_offered_and_says_why(context: Context) -> None:
    seen = Seen(context, f"?chart=funnel&area={NOTTINGHAM}")
    assert "A funnel plot is not available: these are estimates from a sample survey" in seen.text
    assert list(seen.choices("Chart type")) == ["* Values with confidence intervals", "Rank ranges"]
    assert len(seen.drawn) == 35


def test_ranks_on_request_come_with_their_interval(context: Context) -> None:
    seen = Seen(context, "?chart=ranks&area=E06000018")
    labels = seen.headings
    place = labels.index("Could rank, of 294 (95%)")
    cell = seen.cells(NOTTINGHAM)[place]
    low, high = (int(part) for part in words_of(cell).split(" to "))
    assert 1 <= low <= int(cell.get("data-s", "")) <= high <= 294
    # every named area has its range beside its name, and the line of it
    ranges = {row[0]: row[3] for row in seen.drawn}
    assert ranges["Nottingham"] == words_of(cell) and len(ranges) == 35
    assert "do not say that one area ranks above another" in seen.text
    everyone = Seen(context, "?chart=ranks&show=all")
    # two areas have no figure, and so no rank
    assert {row[0]: row[3] for row in everyone.drawn}["Isles of Scilly"] == "No rank"


def test_what_is_written_once_is_the_same_with_and_without_chosen_areas(context: Context) -> None:
    fresh = anew(context)
    first = Seen(fresh, f"?area={NOTTINGHAM}")
    Seen(fresh, "?area=E06000015")
    assert (
        Seen(fresh, f"?area={NOTTINGHAM}").page
        == first.page
        == Seen(anew(context), f"?area={NOTTINGHAM}").page
    )
    address = f"/csv/compare?indicator=employment-rate&amp;area_type=ltla&amp;area={NOTTINGHAM}"
    assert f"{address}&amp;period=2023-01-01/P1Y&amp;show=region" in first.page


def test_areas_that_lie_partly_in_the_parent_are_reported(context: Context) -> None:
    seen = Seen(context, "?parent=E54000034")
    assert len(seen.table.rows) == 6
    assert re.search(r"\d more lie partly in NHS Frimley ICB\.", seen.text)
    assert "lie partly" not in Seen(context, f"?parent={EAST_MIDLANDS}").text


def test_areas_beside_the_middle_of_the_areas_most_like_them(context: Context) -> None:
    seen = Seen(context, f"?area={NOTTINGHAM}&benchmark=similar")
    assert "Compared with the median of their similar areas" in seen.headings
    assert re.search(
        r"Nottingham, 66\.1% .*?, is significantly worse than the median of similar areas \(\d",
        seen.text,
    )
    place = seen.headings.index("Median of similar areas")
    assert re.fullmatch(r"\(\d\d\.\d%\)", seen.row(NOTTINGHAM)[place])
    assert "Similar areas" in seen.options("benchmark")
