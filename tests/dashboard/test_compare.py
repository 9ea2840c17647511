"""/compare: the answer in words, every area with its interval, no verdict without one."""

from __future__ import annotations

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
    def hovers(self) -> list[str]:
        """What the chart says of each area under the pointer."""
        return [
            trace["hovertemplate"].replace("%{text}", name).replace("%{customdata}", more)
            for trace in self.figure["data"]
            for name, more in zip(trace["text"], trace["customdata"], strict=True)
        ]

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
    seen = Seen(context, "?area=E06000018")
    assert "Nottingham, 66.1% (62.0% to 70.2%), is lower than England (76.0%), which is worse." in seen.text
    assert re.search(
        r"\d+ of 296 local authorities \(lower tier\) are significantly better than England \(76\.0%\)", seen.text
    )
    assert "2 have no figure: too uncertain to publish." in seen.text
    # the words come before the controls, the controls before the table
    assert (
        seen.text.index("which is worse") < seen.text.index("Areas") < seen.text.index("All figures")
    )


def test_an_area_that_holds_the_benchmark_is_similar(context: Context) -> None:
    code = next(
        row["area_code"]
        for row in context.store.observations(indicator_id="employment-rate", area_type="ltla")
        if row["value"] is not None and 74 < row["value"] < 78
    )
    assert (
        "is similar to England (76.0%): its interval holds that figure."
        in Seen(context, f"?area={code}").text
    )


def test_a_better_area_is_said_to_be_better(context: Context) -> None:
    seen = Seen(context, "?area=E06000060")
    assert (
        "Buckinghamshire, 81.2% (77.3% to 85.1%), is higher than England (76.0%), which is better."
        in seen.text
    )


def test_a_missing_figure_says_why(context: Context) -> None:
    seen = Seen(context, "?area=E06000053")
    assert "Isles of Scilly has no figure in 2023: too uncertain to publish." in seen.text
    assert seen.row("E06000053")[1] == "Too uncertain to publish"
    assert seen.cells("E06000053")[1].get("data-s") == ""


def test_the_table_has_every_area_once_with_value_interval_and_word(context: Context) -> None:
    seen = Seen(context, "?area=E06000018")
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
    assert seen.table.rows[0] == [
        "Nottingham",
        "66.1%",
        "62.0% to 70.2%",
        "A: precise",
        "Worse",
        "Not calculated",
        "E06000018",
    ]
    name, value, interval, _, word, *_ = seen.cells(NOTTINGHAM)
    assert name.get("class") == "wh-marked"
    assert name[0].get("href") == "/areas/E06000018"
    assert value.get("data-s") == "66.1"
    assert interval.attrib == {"data-b": "62,66.1,70.2", "data-k": "worse"}
    assert word.get("class") == "wh-compared wh-compared-worse"
    (scale,) = [found.get("data-bar") for found in tree_of(seen.page).iter("th") if found.get("data-bar")]
    assert scale.split(",")[2] == "76"


def test_chosen_areas_are_marked_and_first_in_the_order_of_the_table(context: Context) -> None:
    plain = [row[-1] for row in Seen(context, "").table.rows]
    seen = Seen(context, f"?area={NOTTINGHAM},E06000015")
    codes = [row[-1] for row in seen.table.rows]
    assert codes[:2] == ["E06000015", NOTTINGHAM]
    assert codes[2:] == [code for code in plain if code not in codes[:2]]
    marked = [words_of(cell) for cell in tree_of(seen.page).iter("th") if cell.get("class") == "wh-marked"]
    assert marked == ["Derby", "Nottingham"]


def test_no_column_ranks_areas(context: Context) -> None:
    labels = " ".join(Seen(context, "").headings).lower()
    assert "rank" not in labels and "position" not in labels


def test_many_areas_are_a_strip_and_few_have_a_line_each(context: Context) -> None:
    strip = Seen(context, "").figure
    assert strip["layout"]["yaxis"]["visible"] is False
    assert sum(len(trace["x"]) for trace in strip["data"]) == 294
    few = Seen(context, f"?parent={EAST_MIDLANDS}")
    names = few.figure["layout"]["yaxis"]["ticktext"]
    assert len(names) == len(few.table.rows) == 35
    # each area has its interval in the chart, so the rows need no second drawing
    assert "data-bar" not in few.page
    assert " of 35 local authorities (lower tier) in the East Midlands" in few.text


def test_a_chosen_area_of_another_kind_stands_beside_the_others(context: Context) -> None:
    seen = Seen(context, f"?area_type=ltla&area={EAST_MIDLANDS}&parent={EAST_MIDLANDS}")
    assert (
        "East Midlands, 74.0% (73.0% to 75.0%), is lower than England (76.0%), which is worse." in seen.text
    )
    assert "Of 35 lower-tier" in seen.text
    assert len(seen.table.rows) == 36


def test_each_area_beside_its_own_region(context: Context) -> None:
    seen = Seen(context, "?area=E06000018&benchmark=region")
    assert "is lower than East Midlands (74.0%), which is worse." in seen.text
    assert "than their own region" in seen.text
    labels = seen.headings
    assert "Compared with their own region" in labels
    assert seen.row(NOTTINGHAM)[labels.index("Its region")] == "East Midlands (74.0%)"
    assert seen.cells(NOTTINGHAM)[2].get("data-b") == "62,66.1,70.2,74"


def test_an_area_is_not_compared_with_itself(context: Context) -> None:
    seen = Seen(context, f"?area={NOTTINGHAM}&benchmark={NOTTINGHAM}")
    assert seen.row(NOTTINGHAM)[4] == "Not compared"
    assert re.search(r"better than Nottingham \(66\.1%\)", seen.text)


def test_counts_are_not_judged_and_say_why(context: Context) -> None:
    counted = context.catalogue["employment-rate"].model_copy(update={"comparable": False})
    seen = Seen(anew(context, {**context.catalogue, "employment-rate": counted}), f"?area={NOTTINGHAM}")
    assert "These figures are counts. A larger place has more of everything" in seen.text
    assert not re.search(r"\b(better|worse) than", seen.text)
    assert find(seen.page, "choose-benchmark") is None
    assert not any("England" in note["text"] for note in seen.figure["layout"]["annotations"])


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
    labels = seen.headings
    assert labels == ["Area", "Value", "Recent trend", "Code"]


def test_one_area_alone_is_shown_without_a_chart(context: Context) -> None:
    seen = Seen(context, "?indicator=disabled-people-in-employment")
    assert "United Kingdom: 5,500,000." in seen.text
    assert "There is only one area of this type" in seen.text
    with pytest.raises(LookupError):
        assert seen.figure
    assert len(seen.table.rows) == 1


def test_illustrative_figures_are_marked_in_words_everywhere(context: Context) -> None:
    seen = Seen(context, "?indicator=ips-access-rate")
    assert "Illustrative figures. These numbers were invented" in re.sub(r" +", " ", seen.text)
    labels = seen.headings
    notes = {row[labels.index("Note")] for row in seen.table.rows}
    assert notes == {"Illustrative, not a real figure"}
    assert all("Illustrative, not a real figure" in words for words in seen.hovers)
    assert any(
        "Illustrative figures, not real." in note["text"] for note in seen.figure["layout"]["annotations"]
    )
    assert "nothing to compare with" not in seen.text
    assert seen.figure["layout"]["annotations"][-1]["text"] == "<b>ILLUSTRATIVE</b>"


def test_an_empty_view_says_why_and_where_to_go(context: Context) -> None:
    seen = Seen(context, "?indicator=employment-rate&area_type=ccg")
    assert "is not published by clinical commissioning group. It has figures for:" in seen.text
    with pytest.raises(LookupError):
        assert seen.figure
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
    assert "Nottingham, 66.1% (62.0% to 70.2%), is lower than England (76.0%), which is worse." in body
    assert "62.0% to 70.2%" in body.split("<table>")[1]
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
    Seen(anew(context), "")
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
    seen = Seen(context, "?chart=funnel")
    assert "A funnel plot is not available: these are estimates from a sample survey" in seen.text
    assert seen.options("chart") == ["Values with confidence intervals", "Rank ranges"]
    assert sum(len(trace["x"]) for trace in seen.figure["data"]) == 294


def test_ranks_on_request_come_with_their_interval(context: Context) -> None:
    seen = Seen(context, "?chart=ranks&area=E06000018")
    labels = seen.headings
    place = labels.index("Could rank, of 294 (95%)")
    cell = seen.cells(NOTTINGHAM)[place]
    low, high = (int(part) for part in words_of(cell).split(" to "))
    assert 1 <= low <= int(cell.get("data-s", "")) <= high <= 294
    # two areas have no figure, and so no rank
    assert seen.row("E06000053")[place] == ""
    assert "do not say that one area ranks above another" in seen.text


def test_what_is_written_once_is_the_same_with_and_without_chosen_areas(context: Context) -> None:
    fresh = anew(context)
    first = Seen(fresh, f"?area={NOTTINGHAM}")
    Seen(fresh, "?area=E06000015")
    assert (
        Seen(fresh, f"?area={NOTTINGHAM}").page
        == first.page
        == Seen(anew(context), f"?area={NOTTINGHAM}").page
    )
    assert f"/csv/compare?indicator=employment-rate&amp;area_type=ltla&amp;area={NOTTINGHAM}" in first.page


def test_areas_that_lie_partly_in_the_parent_are_reported(context: Context) -> None:
    seen = Seen(context, "?parent=E54000034")
    assert len(seen.table.rows) == 6
    assert re.search(r"\d more lie partly in NHS Frimley ICB\.", seen.text)
    assert "lie partly" not in Seen(context, f"?parent={EAST_MIDLANDS}").text


def test_areas_beside_the_middle_of_the_areas_most_like_them(context: Context) -> None:
    seen = Seen(context, f"?area={NOTTINGHAM}&benchmark=similar")
    assert "Compared with the median of their similar areas" in seen.headings
    assert re.search(
        r"Nottingham, 66\.1% .*?, is lower than the median of similar areas \(\d", seen.text
    )
    place = seen.headings.index("Middle of the areas most like it")
    assert re.fullmatch(r"\(\d\d\.\d%\)", seen.row(NOTTINGHAM)[place])
    assert "Areas like them" in seen.options("benchmark")
