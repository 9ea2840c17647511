"""The words of the interface."""

from __future__ import annotations

import pytest

from dashboard import sentences
from dashboard.answers.releases import Release
from dashboard.exports.workbook_references import number_format
from dashboard.figures.axes import unit_axis
from dashboard.figures.map import map_values
from dashboard.sentences import places
from dashboard.sentences.sources import source_line
from geodata.register import Area, load_register
from indicators.catalogue import Indicator
from indicators.catalogue.units import known_units


@pytest.mark.parametrize(
    ("indicator_id", "value", "words"),
    [
        ("employment-rate", 76.0, "76.0%"),
        ("employment-rate", -0.04, "0.0%"),
        ("employment-gap-learning-disability", -3.26, "−3.3 percentage points"),
        ("talking-therapies-referrals", 1456446, "1,456,446"),
        ("healthy-life-expectancy", 61.34, "61.3 years"),
        ("employment-rate", None, "Not available"),
    ],
)
def test_values_have_their_unit(
    indicators: dict[str, Indicator], indicator_id: str, value: float | None, words: str
) -> None:
    assert sentences.value_words(value, indicators[indicator_id]) == words


def test_pay_has_its_pound_after_the_minus(indicators: dict[str, Indicator]) -> None:
    assert sentences.value_words(-12.0, indicators["median-weekly-pay"]).startswith("−£12")


def test_a_missing_value_says_why(indicators: dict[str, Indicator]) -> None:
    words = sentences.value_words(None, indicators["employment-rate"], "suppressed")
    assert words == "Hidden by the publisher (small numbers)"


def test_intervals(indicators: dict[str, Indicator]) -> None:
    rate = indicators["employment-rate"]
    assert sentences.interval_words(62.0, 70.2, rate) == "62.0% to 70.2%"
    assert sentences.interval_words(None, 70.2, rate) == ""


def test_a_range_has_its_unit_once(indicators: dict[str, Indicator]) -> None:
    assert sentences.range_words(62.0, 70.2, indicators["employment-rate"]) == "62.0 to 70.2%"
    assert sentences.range_words(62.01, 62.04, indicators["employment-rate"]) == "62.0%"
    assert sentences.range_words(640, 655, indicators["median-weekly-pay"]).startswith("£640")


@pytest.mark.parametrize(
    ("indicator_id", "words"),
    [
        ("employment-rate", ""),
        ("median-weekly-pay", ""),
        ("talking-therapies-referrals", ""),
        ("healthy-life-expectancy", "Years"),
        ("employment-gap-learning-disability", "Percentage points"),
        ("ips-access-rate", "Per 100,000"),
    ],
)
def test_a_unit_stands_beside_only_where_the_cells_do_not_show_it(
    indicators: dict[str, Indicator], indicator_id: str, words: str
) -> None:
    assert sentences.unit_beside(indicators[indicator_id]) == words


@pytest.mark.parametrize(
    ("words", "with_article"),
    [
        ("region", "a region"),
        ("integrated care board", "an integrated care board"),
        ("local authority (upper tier)", "a local authority (upper tier)"),
        ("unitary authority", "a unitary authority"),
        ("NHS region", "an NHS region"),
    ],
)
def test_articles(words: str, with_article: str) -> None:
    assert sentences.with_article(words) == with_article


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2017-01-01/P3M", "January to March 2017"),
        ("2022-10-01/P6M", "October 2022 to March 2023"),
        ("2026-03-01/P1M", "March 2026"),
        ("2023-01-01/P1Y", "2023"),
    ],
)
def test_spans_in_running_text(iso: str, words: str) -> None:
    assert sentences.span_words(iso) == words


def test_groups_of_people() -> None:
    assert sentences.age_words("18-25") == "aged 18 to 25"
    assert sentences.age_words("65+") == "aged 65 and over"
    assert sentences.breakdown_words("all") == "Everyone"
    assert sentences.breakdown_words("disability: not disabled") == "Disability: not disabled"


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("01 Least deprived", "10 (least deprived)"),
        ("05 Less deprived", "6 (less deprived)"),
        ("06 More deprived", "5 (more deprived)"),
        ("10 Most deprived", "1 (most deprived)"),
        # a publisher that counts from the most deprived, as the Indices of Deprivation do
        ("01 Most deprived", "1 (most deprived)"),
        ("05 More deprived", "5 (more deprived)"),
        ("10 Least deprived", "10 (least deprived)"),
        ("not stated", "not stated"),
    ],
)
def test_decile_1_is_the_most_deprived_whoever_counts(group: str, words: str) -> None:
    assert sentences.breakdown_words(f"deprivation decile: {group}") == f"Deprivation decile: {words}"
    assert sentences.breakdown_group_words(f"deprivation decile: {group}") == words


def test_lists_and_counts() -> None:
    assert sentences.listed(["a", "b", "c"]) == "a, b and c"
    assert sentences.counted(1, "area") == "1 area"
    assert sentences.counted(1234, "area") == "1,234 areas"
    assert sentences.millions(3_500_000) == "3.5 million"


def test_a_day_of_publication_that_is_not_known_is_said_so() -> None:
    assert sentences.published_words("2024-11-12") == "Published 12 November 2024"
    assert sentences.published_words(None) == sentences.published_words("") == "Date of publication not known"


def test_a_sentence_of_illustrative_figures_says_so_first() -> None:
    assert sentences.illustrative_first("Of 42 areas, 16 are better.", True) == (
        "Illustrative figures, not real. Of 42 areas, 16 are better."
    )
    assert sentences.illustrative_first("Of 42 areas, 16 are better.", False) == "Of 42 areas, 16 are better."
    assert sentences.illustrative_first("", True) == ""


def test_every_unit_of_the_catalogue_has_words() -> None:
    assert set(sentences.UNITS) == set(known_units())


def with_unit(like: Indicator, unit: str, **form: object) -> Indicator:
    """An indicator in a unit of the user's own, with the format that its TOML gives."""
    table = like.model_dump(exclude={"format"}) | {"unit": unit, "polarity": "none", "may_exceed_100": False}
    return Indicator.model_validate(table | ({"format": form} if form else {}))


def test_a_unit_of_the_users_own_is_written_as_its_toml_says(indicators: dict[str, Indicator]) -> None:
    like = indicators["healthy-life-expectancy"]
    score = with_unit(like, "score out of 10", after=" out of 10", heading="Score out of 10", highest=10.0)
    assert sentences.value_words(7.24, score) == "7.2 out of 10"
    assert sentences.short_value_words(7.24, score) == "7.2"
    assert sentences.unit_words(score) == "Score out of 10"
    pounds = with_unit(like, "£")
    assert sentences.value_words(-7.24, pounds) == "−£7.2"
    assert sentences.range_words(7.2, 9.1, pounds) == "£7.2 to 9.1"
    assert sentences.value_words(3.0, with_unit(like, "days")) == "3.0 days"
    assert unit_axis(pounds)["tickprefix"] == "£"
    assert "ticksuffix" not in unit_axis(score)


def test_the_map_is_sent_the_words_of_a_unit_that_the_browser_does_not_know(
    indicators: dict[str, Indicator],
) -> None:
    def sent(indicator: Indicator) -> dict[str, object]:
        return map_values(
            indicator=indicator, area_codes=[], rows={}, names={}, compared={}, shading="benchmark"
        )

    like = indicators["healthy-life-expectancy"]
    assert "unitWords" not in sent(like)
    assert sent(with_unit(like, "days"))["unitWords"] == {
        "prefix": "", "suffix": " days", "heading": "Days", "short": False
    }  # fmt: skip


def test_a_workbook_formats_a_unit_of_the_users_own(indicators: dict[str, Indicator]) -> None:
    like = indicators["healthy-life-expectancy"]
    assert number_format(like) == "#,##0.0"
    assert number_format(with_unit(like, "£")) == '"£"#,##0.0'
    assert number_format(with_unit(like, "days")) == "#,##0.0"
    quoted = with_unit(like, 'x"y', before='a"b', heading="x", short=True)
    assert number_format(quoted) == '"ab"#,##0.0'


def test_every_word_of_a_comparison_is_described_in_a_legend() -> None:
    assert set(sentences.COMPARE_WORDS) < set(sentences.LEGEND_WORDS)
    assert len(set(sentences.LEGEND_WORDS.values())) == len(sentences.LEGEND_WORDS)


@pytest.mark.parametrize("status", ["ok", "illustrative", "unheard_of"])
def test_a_missing_value_never_says_that_it_is_published(status: str) -> None:
    assert sentences.missing_words(status) == "Not available"


@pytest.mark.parametrize(
    ("name", "area_type", "words"),
    [
        ("City of London", "ltla", "the City of London"),
        ("Isle of Wight", "utla", "the Isle of Wight"),
        ("Isles of Scilly", "ltla", "the Isles of Scilly"),
        ("Vale of White Horse", "ltla", "the Vale of White Horse"),
        ("Cornwall and Isles of Scilly", "lep", "Cornwall and Isles of Scilly"),
        ("The Marches", "lep", "the Marches"),
        ("Solent", "lep", "the Solent"),
        ("Bristol, City of", "utla", "Bristol"),
        ("Herefordshire, County of", "ltla", "Herefordshire"),
        ("West Midlands", "combined_authority", "the West Midlands"),
        ("North West", "region", "the North West"),
        ("London", "region", "London"),
        ("Leeds", "ltla", "Leeds"),
    ],
)
def test_a_name_in_a_sentence_has_its_article(name: str, area_type: str, words: str) -> None:
    assert sentences.in_words(Area("E0", area_type, name, None, None, None, None, None)) == words


def test_names_that_take_an_article_are_names_of_areas() -> None:
    """A name that was misspelt would never be found."""
    register = load_register()
    known = {
        register.area(code, kind).name.removeprefix("The ")
        for kind, area_type in register.area_types.items()
        for year in area_type.vintages
        for code in register.codes(kind, year)
    }
    assert set(places._WITH_ARTICLE) - known <= {"Humber"}


def test_a_trend_is_told_in_a_lead_without_the_numbers_of_its_test() -> None:
    trend = {
        "direction": "no_change", "judgement": "none", "chi_square": 67.1, "p_value": 2e-16, "slope": -0.02,
        "periods_used": [f"{year}-04-01/P1Y" for year in range(2020, 2025)], "reason": "",
    }  # fmt: skip
    assert sentences.trend_told(trend) == (
        "Recent trend: down overall, but one period decides it, so it is not counted as a trend: five years "
        "2020/21–2024/25."
    )
    assert sentences.trend_sentence(trend).endswith(", χ² = 67.1, p < 0.001")
    assert sentences.trend_words(trend) == "Not clear: one period decides it"
    assert sentences.trend_words({**trend, "chi_square": 3.0}) == "No clear change"
    assert sentences.trend_told(None) == "No recent trend has been calculated."


def test_the_source_of_a_derived_figure_says_once_that_it_is_worked_out() -> None:
    words = "Calculated here from figures of A, B", "Calculated from the rate and from the list"
    release = Release(
        "derived:gap", "derived", *words, "1", None, "2026-11-30", "OGL", None, False, is_derived=True
    )
    assert (
        source_line([release])
        == "Source: Calculated here from figures of A, B (from the rate and from the list)."
    )
