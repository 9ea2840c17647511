"""/relate: two indicators area by area; the relation in words with its interval, and what it does not say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.address.page import Asked
from dashboard.address.view import Problem, View, read_view
from dashboard.answers.relation import Dot, Fit
from dashboard.components.html import text_of
from dashboard.figures import colours
from dashboard.figures.relate import SYMBOLS, Axis, scatter
from dashboard.pages import relate
from dashboard.queries import geography
from dashboard.queries import relation as queries
from dashboard.queries.relation import is_made_from, relation
from dashboard.sentences.relation import SHAPES, by_construction, matching_words, strength_words, summary
from dashboard.serving.application import build_app
from indicators.catalogue import catalogue, complement
from indicators.catalogue.shown import Complement
from indicators.statistics.relation import correlation

from .reading import Table, figure_of, find, table_of, tree_of, words_of

NOTTINGHAM = "E06000018"
BUCKINGHAMSHIRE = "E06000060"
EAST_MIDLANDS = "E12000004"
PAIR = "?indicator=employment-rate&with=disability-prevalence"


class Seen:
    """The page as a reader meets it."""

    def __init__(self, context: Context, search: str) -> None:
        view = read_view(context, search)
        assert isinstance(view, View)
        self.relation = relation(context, view)
        self.html = text_of(list(relate.layout(context, Asked("/relate", (), view, search))))
        self.text = words_of(self.html)

    @property
    def figure(self) -> dict[str, Any]:
        return figure_of(self.html, "relate-chart")

    @property
    def table(self) -> Table:
        return table_of(self.html, "relate-table")


def test_the_relation_is_described_in_words_with_its_interval(fuller: Context) -> None:
    seen = Seen(fuller, PAIR)
    found = correlation([dot.x for dot in seen.relation.dots], [dot.y for dot in seen.relation.dots])
    assert (
        "Areas with a higher figure for disability tend to have a lower figure for employment rate."
        in seen.text
    )
    number = f"r = −{abs(found.value):.2f}, 95% CI −{abs(found.lower):.2f} to −{abs(found.upper):.2f}"
    assert number in seen.text
    assert "over 294 local authorities (lower tier) that have both figures" in seen.text


def test_the_answer_comes_first_and_the_warning_stands_at_the_chart(fuller: Context) -> None:
    text = Seen(fuller, PAIR).text
    assert "These are areas, not people, and correlation is not causation." in text
    assert "ecological fallacy" in text
    assert text.index("negative correlation (r = ") < text.index("Areas")
    assert text.index("tend to have a lower") < text.index("ecological fallacy") < text.index("All figures")
    assert text.index("All figures") < text.index("How this is calculated")


def test_periods_and_areas_are_matched_and_said(fuller: Context) -> None:
    text = Seen(fuller, PAIR).text
    assert "Employment rate is for 2023; disability for 21 Mar 2021, the nearest period there is." in text
    assert "Areas are matched by their code." in text
    assert "2 areas lack one of the figures." in text


def test_a_marked_area_has_a_shape_of_its_own_described_in_words(fuller: Context) -> None:
    seen = Seen(fuller, f"{PAIR}&area={NOTTINGHAM},{BUCKINGHAMSHIRE}")
    assert "Nottingham: employment rate 66.1% (62.0% to 70.2%) and disability" in seen.text
    assert "On the chart it is the diamond." in seen.text
    assert "Nottingham (diamond) and Buckinghamshire (square)" in seen.text
    symbols = [trace["marker"].get("symbol") for trace in seen.figure["data"] if "marker" in trace]
    assert symbols == [None, "diamond", "square"]
    marked = [trace["marker"]["color"] for trace in seen.figure["data"] if "marker" in trace][1:]
    assert marked[0] == colours.OWN and colours.OWN not in marked[1:]
    assert [row[0] for row in seen.table.rows[:2]] == ["Nottingham", "Buckinghamshire"]


def test_the_table_has_both_values_with_their_intervals(fuller: Context) -> None:
    seen = Seen(fuller, f"{PAIR}&area={NOTTINGHAM}")
    assert seen.table.headings == [
        "Area",
        "Employment rate, 2023",
        "Employment rate: 95% interval",
        "Disability, 21 Mar 2021",
        "Disability: 95% interval",
        "Code",
    ]
    assert len(seen.table.rows) == 296
    assert seen.table.rows[0][1:3] == ["66.1%", "62.0% to 70.2%"]
    part = find(seen.html, "relate-table")
    assert part is not None
    cell = part.find(".//td[@data-s='66.1']")
    assert cell is not None and cell.text == "66.1%"
    assert [link.get("href") for link in part.findall("./a")] == [
        "/csv/relate?indicator=employment-rate&area_type=ltla&area=E06000018&period=2023-01-01/P1Y&with=disability-prevalence"
    ]


def test_the_chart_has_a_text_of_its_own(fuller: Context) -> None:
    frame = tree_of(Seen(fuller, PAIR).html).find(".//*[@role='img']")
    assert frame is not None
    words = frame.get("aria-label") or ""
    assert words.startswith("Scatter chart. Employment rate and disability: local authorities (lower tier).")
    assert "negative correlation (r = −" in words


def test_a_second_indicator_is_chosen_where_the_address_names_none(fuller: Context) -> None:
    seen = Seen(fuller, "?indicator=employment-rate")
    assert seen.relation.across is not None
    assert seen.relation.across.indicator.id == "disability-prevalence"


def test_an_indicator_is_not_set_against_itself(fuller: Context) -> None:
    seen = Seen(fuller, "?indicator=employment-rate&with=employment-rate")
    assert "An indicator cannot be compared with itself" in seen.text
    assert seen.relation.across is not None
    assert seen.relation.across.view.indicator_id != "employment-rate"


def test_a_second_indicator_without_figures_here_links_to_where_both_have_some(fuller: Context) -> None:
    seen = Seen(fuller, f"{PAIR}&area_type=utla")
    assert "is not published by" in seen.text
    seen = Seen(fuller, "?indicator=employment-rate&with=ips-access-rate")
    assert "has no figures by local authority (lower tier)" in seen.text
    assert "no type of area has both" in seen.text


def test_narrowed_to_a_parent(fuller: Context) -> None:
    seen = Seen(fuller, f"{PAIR}&parent={EAST_MIDLANDS}")
    assert len(seen.relation.dots) == 35
    assert "35 local authorities (lower tier) in the East Midlands that have both figures" in seen.text


def test_too_few_areas_have_no_line(fuller: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "FEWEST", 1000)
    seen = Seen(fuller, PAIR)
    assert "too few, or too alike, to calculate a correlation" in seen.text
    assert len(seen.figure["data"]) == 1
    assert "ecological fallacy" not in seen.text


def test_counts_are_not_related(fuller: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = fuller.catalogue["employment-rate"].model_copy(update={"comparable": False})
    monkeypatch.setitem(fuller.catalogue, "employment-rate", counted)
    seen = Seen(fuller, PAIR)
    assert "“Employment rate” is a count, which is larger in larger areas" in seen.text
    assert find(seen.html, "relate-chart") is None
    assert "95% CI" not in seen.text.partition("All figures")[0]


def test_an_indicator_made_from_the_other_says_so(fuller: Context) -> None:
    found = Seen(fuller, PAIR).relation
    assert by_construction(found) == ""
    gap, rate = fuller.catalogue["employment-gap-learning-disability"], fuller.catalogue["employment-rate"]
    assert is_made_from(gap, rate)
    assert "is calculated from “Employment rate”" in by_construction(replace(found, made_from=(gap, rate)))


def test_a_gap_of_two_published_rates_is_made_from_them() -> None:
    indicators = catalogue()
    gap, rate = indicators["disability-employment-gap"], indicators["employment-rate-disabled"]
    assert is_made_from(gap, rate)
    assert not is_made_from(rate, gap)
    assert not is_made_from(gap, indicators["employment-rate"])


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (0.05, 0.29, "weak"),
        (-0.29, -0.01, "weak"),
        (0.3, 0.59, "moderate"),
        (-0.95, -0.6, "strong"),
        (0.44, 0.97, "moderate to strong"),  # r = 0.85 over nine regions
        (-0.59, -0.29, "weak to moderate"),
        (0.01, 0.9, "weak to strong"),
    ],
)
def test_the_words_for_a_correlation_are_those_of_its_interval(
    lower: float, upper: float, words: str
) -> None:
    assert strength_words(lower, upper) == words


def test_complements_are_not_correlated(fuller: Context) -> None:
    """Where more people are in work, fewer are economically inactive: that says nothing."""
    rate, inactive = fuller.catalogue["employment-rate"], fuller.catalogue["economic-inactivity-rate"]
    found = complement(rate, inactive)
    assert found is not None and found == complement(inactive, rate)
    assert complement(rate, fuller.catalogue["disability-prevalence"]) is None
    told = replace(Seen(fuller, PAIR).relation, complement=found.why, correlation=None, fit=None)
    assert summary(told) == [
        "These two are parts of one whole, so no correlation is calculated. Everyone aged 16 to 64 is in work, "
        "unemployed or economically inactive, so where more are in work, fewer are inactive."
    ]


def test_nothing_is_worked_out_for_complements(fuller: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    rate, other = fuller.catalogue["employment-rate"], fuller.catalogue["disability-prevalence"]
    part = Complement(indicator=rate.id, why="The two add up to everyone.")
    monkeypatch.setitem(fuller.catalogue, other.id, other.model_copy(update={"complements": (part,)}))
    seen = Seen(fuller, PAIR)
    assert seen.relation.correlation is seen.relation.fit is None
    assert "no correlation is calculated. The two add up to everyone." in seen.text
    assert len(seen.figure["data"]) == 1  # the dots, without a line
    assert seen.relation.dots
    # nor is a complement chosen where the address names none
    chosen = Seen(fuller, "?indicator=employment-rate").relation.across
    assert chosen is None or chosen.indicator.id != other.id


def test_the_second_indicator_is_validated_like_the_first(fuller: Context) -> None:
    view = read_view(fuller, PAIR)
    assert isinstance(view, View)
    assert view.with_id == "disability-prevalence"
    assert "with=disability-prevalence" in view.search(period=None)
    problem = read_view(fuller, "?with=happiness")
    assert isinstance(problem, Problem)
    assert (problem.status, problem.parameter) == (400, "with")


def test_a_scatter_is_a_plain_dict_with_lines_for_england(fuller: Context) -> None:
    rate, disability = fuller.catalogue["employment-rate"], fuller.catalogue["disability-prevalence"]
    dots = [Dot("a", "A < B", 10.0, 70.0, (9.0, 11.0), (68.0, 72.0)), Dot("b", "B", 20.0, 60.0)]
    figure = scatter(
        dots,
        across=Axis(disability, "Disability, 2021", 17.0),
        up=Axis(rate, "Employment rate, 2023", 76.0),
        marked=["a", "gone"],
        fit=Fit([10.0, 20.0], [70.0, 60.0], [69.0, 59.0], [71.0, 61.0]),
        title="T",
        source="S",
    )
    json.dumps(figure)
    assert [trace["name"] for trace in figure["data"]] == [
        "95% interval of the line",
        "Line of best fit",
        "Areas",
        "A < B",
    ]
    assert figure["data"][0]["y"] == [71.0, 61.0, 59.0, 69.0]
    assert figure["data"][3]["error_y"]["array"] == [2.0]
    assert "A &lt; B" in figure["data"][3]["text"][0]
    lines = [(shape["x0"], shape["y0"]) for shape in figure["layout"]["shapes"]]
    assert lines == [(17.0, 0), (0, 76.0)]
    assert len(set(SYMBOLS)) == len(SYMBOLS) == len(set(SHAPES)) == len(SHAPES) == queries.MOST_MARKED


@pytest.mark.parametrize(
    ("search", "status"),
    [
        ("", 200),
        (PAIR, 200),
        (f"?area={NOTTINGHAM}", 200),
        ("?indicator=ips-access-rate", 200),
        ("?indicator=disabled-people-in-employment", 200),
        ("?with=ips-access-rate&area_type=region", 200),
        (f"{PAIR}&parent={NOTTINGHAM}", 200),
        ("?indicator=healthy-life-expectancy&sex=male", 200),
        ("?with=%3Cscript%3E", 400),
        ("?with=" + "x" * 500, 400),
        ("?area=E99999999", 404),
    ],
)
def test_addresses_answer_honestly(fuller: Context, search: str, status: int) -> None:
    answer = build_app(fuller).server.test_client().get(f"/relate{search}")
    assert answer.status_code == status
    assert answer.data.count(b"<h1") == 1
    assert b"<script>e" not in answer.data


def test_a_combined_authority_made_later_holds_the_areas_it_held_then(fuller: Context) -> None:
    # made on 27 February 2024; the figures are of 2023
    parent = "E47000013"
    seen = Seen(fuller, f"{PAIR}&parent={parent}")
    inside = geography.inside(fuller.register, parent, "ltla", date(2023, 12, 31))
    assert {up["area_code"] for up, _ in seen.relation.pairs} == set(inside.area_codes)
    assert len(inside.area_codes) == 17
    assert "as on 27 February 2024." in seen.text
    assert "as on" not in Seen(fuller, f"{PAIR}&parent={EAST_MIDLANDS}").text


def test_areas_that_lie_partly_in_a_parent_are_counted_and_left_out(fuller: Context) -> None:
    seen = Seen(fuller, f"{PAIR}&parent=E54000034")
    inside = seen.relation.inside
    assert inside is not None and inside.partly
    assert not {share.area_code for share in inside.partly} & {dot.area_code for dot in seen.relation.dots}
    assert f"{len(inside.partly)} more lie partly in NHS Frimley ICB." in seen.text


def test_the_parents_offered_are_those_of_the_one_rule(fuller: Context) -> None:
    found = Seen(fuller, PAIR).relation
    codes = [row["area_code"] for row in found.up.rows]
    day = date(2023, 12, 31)
    assert found.narrowed_by == geography.parents_of_list(fuller.register, codes, "ltla", day)
    assert "combined_authority" in {group.area_type for group in found.narrowed_by}


def test_areas_that_one_publication_alone_has_are_counted(fuller: Context) -> None:
    found = Seen(fuller, PAIR).relation
    assert found.in_one_only == 0 and found.lacking == 2
    assert found.across is not None
    fewer = replace(found, pairs=found.pairs[1:])
    assert fewer.in_one_only == 2
    assert "2 areas are in one publication only and left out." in matching_words(fewer)


@pytest.mark.parametrize(("count", "has_line"), [(7, False), (8, True)])
def test_a_line_needs_eight_areas(count: int, has_line: bool) -> None:
    dots = [Dot(str(place), "", float(place), float(place % 3)) for place in range(count)]
    found, _, fit, _ = queries._line(dots, [])
    assert (found is not None, fit is not None) == (has_line, has_line)


def test_the_line_stands_at_a_marked_area_where_the_band_has_it() -> None:
    dots = [Dot(str(place), "", float(place), 2.0 * place) for place in range(9)]
    _, slope, fit, expected = queries._line(dots, ["3"])
    assert expected == {"3": pytest.approx(6.0)}
    assert slope is not None and slope.value == pytest.approx(2.0)
    assert fit is not None and (fit.places[0], fit.places[-1], len(fit.value)) == (0.0, 8.0, 41)
