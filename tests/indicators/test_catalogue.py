"""The catalogue: strict, every problem of every file at once, and the project's own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.catalogue import CatalogueError, catalogue, load_catalogue, load_indicator, themes_of
from indicators.catalogue import __main__ as command
from indicators.catalogue.loading import CATALOGUE_DIRECTORY
from indicators.catalogue.model import Target

GOOD = (CATALOGUE_DIRECTORY / "employment-rate.toml").read_text(encoding="utf-8")

IDS = [
    "employment-rate",
    "economic-inactivity-rate",
    "unemployment-rate",
    "claimant-count",
    "median-weekly-pay",
    "healthy-life-expectancy",
    "no-qualifications",
    "level-3-qualifications",
    "children-in-low-income",
    "employment-rate-learning-disability",
    "employment-gap-learning-disability",
    "employment-rate-secondary-mental-health",
    "employment-gap-secondary-mental-health",
    "talking-therapies-referrals",
    "talking-therapies-recovery-rate",
    "talking-therapies-reliable-recovery-rate",
    "talking-therapies-wait-6-weeks",
    "talking-therapies-wait-18-weeks",
    "disability-prevalence",
    "employment-deprivation",
    "ips-access-rate",
    "talking-therapies-net-movement-into-employment",
    "disabled-people-in-employment",
    "moving-out-of-work",
    "moving-into-work",
]


def write(folder: Path, text: str, name: str = "employment-rate.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_own_catalogue_holds_every_indicator_promised() -> None:
    assert set(IDS) <= set(catalogue())


def test_gaps_are_overall_rate_minus_group_rate_and_low_is_good() -> None:
    gap = catalogue()["employment-gap-learning-disability"]
    published, own = gap.routes
    assert (published.source, published.value) == ("fingertips", ("90283",))
    assert own.minuend == "employment-rate"
    assert own.subtrahend == "employment-rate-learning-disability"
    assert gap.polarity == "low_is_good"
    assert gap.bounds == (-100.0, 100.0)


def test_a_pay_gap_may_be_negative_and_no_other_percentage() -> None:
    assert catalogue()["gender-pay-gap"].bounds == (-100.0, 100.0)
    assert {indicator.id for indicator in catalogue().values() if indicator.may_be_negative} == {
        "gender-pay-gap"
    }
    assert catalogue()["employment-rate"].bounds == (0.0, 100.0)


def test_a_percentage_of_an_expected_number_may_exceed_100_and_no_other() -> None:
    assert catalogue()["ips-access-of-expected"].bounds == (0.0, None)
    assert {indicator.id for indicator in catalogue().values() if indicator.may_exceed_100} == {
        "ips-access-of-expected"
    }


def test_nothing_is_compared_with_people_who_accessed_ips() -> None:
    """Counts and rates alike: what is not submitted is missing of England's total too."""
    people = [
        indicator
        for indicator in catalogue().values()
        if indicator.routes[0].source == "nhs_mental_health_dashboard"
    ]
    assert sorted(indicator.id for indicator in people) == [
        "ips-access-of-expected",
        "ips-people-accessing",
        "ips-people-accessing-audit",
        "ips-people-accessing-nine-months",
        "ips-people-accessing-rate",
    ]
    for indicator in people:
        assert not indicator.comparable and indicator.not_compared, indicator.id


def test_nine_months_stand_in_no_series_with_years() -> None:
    measures = {
        indicator.id: {name for route in indicator.routes for name in (*route.value, *route.numerator)}
        for indicator in catalogue().values()
        if indicator.id.startswith(("ips-people", "ips-access-of"))
    }
    assert measures == {
        "ips-people-accessing": {"ips.people"},
        "ips-people-accessing-rate": {"ips.people"},
        "ips-people-accessing-nine-months": {"ips.people_nine_months"},
        "ips-access-of-expected": {"ips.people_nine_months"},
        "ips-people-accessing-audit": {"ips.people_audit"},
    }


def test_counts_are_never_benchmarked() -> None:
    for indicator in catalogue().values():
        if indicator.unit in ("count", "people"):
            assert not indicator.comparable, indicator.id


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        (
            'polarity = "high_is_good"',
            "polarity = 'lower'",
            "employment-rate.toml: polarity: 'lower' is not one of high_is_good, low_is_good, none",
        ),
        ('unit = "percent"', 'unit = "percant"', "unit 'percant' is not known; write 'percent'"),
        ('unit = "percent"', 'unit = "per cent"', "unit 'per cent' is not known; write 'percent'"),
        (
            'unit = "percent"',
            'unit = "percent"\nformat = { heading = "%" }',
            "unit 'percent' has a format already; format is for a unit of your own",
        ),
        (
            'unit = "percent"',
            'unit = "days"\nformat = { heading = "Days", lowest = 5.0, highest = 5.0 }',
            "format: lowest 5 is not below highest 5",
        ),
        (
            "decimal_places = 1",
            "decimals = 1",
            "employment-rate.toml: decimals: is not a key of the catalogue",
        ),
        ('unit = "percent"\n', "", "employment-rate.toml: unit: is missing"),
        (
            'theme = "Work"',
            'theme = "Wo\\u0007rk"',
            "employment-rate.toml: theme: holds the control character U+0007; remove it",
        ),
        (
            'theme = "Work"',
            'theme = "Work"\nbreakdowns = ["fine", "\\ufffe"]',
            "employment-rate.toml: breakdowns: holds the control character U+FFFE; remove it",
        ),
        ("multiplier = 100.0", 'multiplier = "100"', "employment-rate.toml: multiplier:"),
        (
            'interval = "survey"',
            'interval = "wilson"',
            "does not go with method 'survey_proportion'; use survey",
        ),
        (
            'interval = "published"',
            'interval = "combined"',
            "interval 'combined' needs two values or more",
        ),
        (
            'interval = "published"',
            'interval = "published"\nparts = "ltla"',
            "interval 'published' does not go with published counts of parts; use combined",
        ),
        ('numerator = ["in-employment-16-64"]\n', "", "method 'survey_proportion' needs numerator"),
        (
            'interval = "survey"',
            'interval = "survey"\nrounded_to = 5\nrounded_cells = ["cells", 1]',
            "rounded_cells by the name of a measure does not go with method 'survey_proportion'; use a number",
        ),
        ('id = "employment-rate"', 'id = "employment"', "differs from the file's name"),
        ("decimal_places = 1", "decimal_places = -1", "decimal_places:"),
        (
            "decimal_places = 1",
            'decimal_places = 1\nnot_compared = "Incomplete."',
            "not_compared says why figures are not compared; it needs comparable = false",
        ),
        (
            "decimal_places = 1",
            "decimal_places = 1\ncomparable = false",
            "comparable = false with unit 'percent' needs not_compared: only a count needs no reason",
        ),
        (
            'unit = "percent"',
            'unit = "per_100000"\nmay_exceed_100 = true',
            "may_exceed_100 is for unit 'percent'",
        ),
        (
            'unit = "percent"',
            'unit = "pounds_per_week"',
            "prices is missing: unit 'pounds_per_week' is money; say 'cash' (pounds of each year) or 'real'",
        ),
        (
            'unit = "percent"',
            'unit = "percent"\nprices = "cash"',
            "prices is for money; unit 'percent' is none",
        ),
        (
            'unit = "percent"',
            'unit = "pounds_per_week"\nprices = "old"',
            "prices: 'old' is not one of cash, real",
        ),
        (
            'numerator = ["in-employment-16-64"]',
            'definition = "Everyone"\nnumerator = ["in-employment-16-64"]',
            "definition stands with some routes only; give it to all of them or to none",
        ),
        (
            'method = "published"',
            'definition = ""\nmethod = "published"',
            "routes.0.definition:",
        ),
        (
            "decimal_places = 1",
            'decimal_places = 1\ncomplements = [{ indicator = "economic-inactivity-rate" }]',
            "complements.0.why: is missing",
        ),
    ],
)
def test_bad_file_names_file_key_and_what_was_expected(
    tmp_path: Path, was: str, becomes: str, expected: str
) -> None:
    assert was in GOOD
    with pytest.raises(CatalogueError) as caught:
        load_indicator(write(tmp_path, GOOD.replace(was, becomes)))
    assert expected in str(caught.value)


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace('"high_is_good"', '"up"').replace('theme = "Work"', 'theme = "Jobs"'))
    write(tmp_path, "id = [", "broken.toml")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    text = str(caught.value)
    assert "broken.toml: is not readable TOML" in text
    assert "polarity" in text


def test_a_theme_or_unit_of_the_project_stands_in_its_words(tmp_path: Path) -> None:
    write(
        tmp_path,
        GOOD.replace('theme = "Work"', 'theme = "Jobs"').replace('unit = "percent"', 'unit = "days"'),
    )
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    text = str(caught.value)
    assert "employment-rate.toml: theme: 'Jobs' is not one of Work, Pay and income, Skills" in text
    assert "employment-rate.toml: unit: 'days' is not one of percent, percentage_points" in text


OWN = """id = "{name}"
title = "Own"
short_title = "Own"
theme = "{theme}"
definition = "Own."
rationale = "Own."
numerator = "Own."
denominator = "Own."
unit = "{unit}"
polarity = "none"
{more}
[[routes]]
source = "local_upload"
publication = "Own"
area_types = ["ltla"]
method = "published"
interval = "none"
value = ["{name}"]
"""


@pytest.mark.parametrize(
    ("unit", "more", "bounds", "words"),
    [
        (
            "score out of 10",
            'format = { after = " out of 10", heading = "Score out of 10", highest = 10.0 }',
            (0.0, 10.0),
            "7.2 out of 10",
        ),
        ("£", "", (0.0, None), "£7.2"),
        ("days", "", (0.0, None), "7.2 days"),
        ("days", "may_be_negative = true", (None, None), "7.2 days"),
        ("€ a day", 'format = { before = "€", heading = "€ a day", short = true }', (0.0, None), "€7.2"),
    ],
)
def test_a_unit_and_a_theme_of_the_users_own(
    tmp_path: Path, unit: str, more: str, bounds: tuple[float | None, float | None], words: str
) -> None:
    write(tmp_path, OWN.format(name="own-score", theme="Housing", unit=unit, more=more), "own-score.toml")
    loaded = load_catalogue(local=tmp_path)
    own = loaded["own-score"]
    assert (own.theme, own.unit, own.bounds) == ("Housing", unit, bounds)
    form = own.unit_format
    assert f"{form.before}7.2{form.after}" == words
    # a theme of the user's own comes after those of the project
    assert list(loaded)[-1] == "own-score"
    assert themes_of(loaded.values())[-2:] == ["The national goal", "Housing"]


def test_difference_must_name_indicators_that_exist(tmp_path: Path) -> None:
    gap = (CATALOGUE_DIRECTORY / "employment-gap-learning-disability.toml").read_text(encoding="utf-8")
    write(tmp_path, gap, "employment-gap-learning-disability.toml")
    with pytest.raises(CatalogueError, match="no indicator 'employment-rate' in the catalogue"):
        load_catalogue(tmp_path)


def test_empty_folder_is_an_error_not_an_empty_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="holds no indicator"):
        load_catalogue(tmp_path)


def test_a_way_to_a_target_needs_an_end() -> None:
    with pytest.raises(ValueError, match="since needs period"):
        Target(label="More", value=1.0, since="2017-01-01/P3M", source="A paper")


def test_a_gap_of_a_gap_is_refused(tmp_path: Path) -> None:
    gap = (CATALOGUE_DIRECTORY / "employment-gap-learning-disability.toml").read_text(encoding="utf-8")
    for name in ("employment-rate", "employment-rate-learning-disability"):
        (tmp_path / f"{name}.toml").write_text(
            (CATALOGUE_DIRECTORY / f"{name}.toml").read_text(encoding="utf-8"), encoding="utf-8"
        )
    write(tmp_path, gap, "employment-gap-learning-disability.toml")
    again = gap.replace('id = "employment-gap-learning-disability"', 'id = "gap-again"').replace(
        'minuend = "employment-rate"', 'minuend = "employment-gap-learning-disability"'
    )
    write(tmp_path, again.replace('condition = "learning_disability"\n', ""), "gap-again.toml")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert str(caught.value).splitlines()[0] == (
        "gap-again.toml: routes.1.minuend: 'employment-gap-learning-disability' is itself a difference; "
        "name the rate it is made from"
    )


def test_sums_need_counts_of_their_parts(tmp_path: Path) -> None:
    summed = (
        '\n[[routes]]\nsource = "derived"\npublication = "Sums"\narea_types = ["lep"]\nmethod = "aggregate"\n'
    )
    summed += 'interval = "wilson"\nparts = "ltla"\n'
    with pytest.raises(CatalogueError, match=r"routes\.4\.parts: no route of this indicator gives counts"):
        write(tmp_path, GOOD + summed)
        load_catalogue(tmp_path)


def test_a_rate_needs_what_it_is_out_of(tmp_path: Path) -> None:
    rate = GOOD.replace('method = "survey_proportion"', 'method = "rate"').replace(
        'interval = "survey"', 'interval = "byar"'
    )
    with pytest.raises(
        CatalogueError, match="parts does not go with method 'rate'; use aggregate, published, survey_prop"
    ):
        load_indicator(write(tmp_path, rate))
    rate = rate.replace('parts = "ltla"\n', "")
    load_indicator(write(tmp_path, rate))
    with pytest.raises(CatalogueError, match=r"method 'rate' needs denominator \(or value\)"):
        load_indicator(write(tmp_path, rate.replace('denominator = ["all-16-64"]\n', "")))


def test_what_is_possible_at_all_depends_on_the_unit() -> None:
    assert catalogue()["median-weekly-pay"].bounds == (0.0, None)
    assert catalogue()["healthy-life-expectancy"].bounds == (0.0, None)


def test_the_command_says_how_many_files_are_sound_or_every_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["indicators.catalogue"])  # and not those that pytest was given
    assert command.main() == 0
    assert capsys.readouterr().out == (
        f"The catalogue holds {len(catalogue())} indicators; every file is sound.\n"
    )
    monkeypatch.setattr(command, "load_catalogue", lambda: load_catalogue(tmp_path))
    assert command.main() == 1
    assert "holds no indicator" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ('source = "own"', 'source = "local_upload"', ""),
        ('source = "own"', 'source = "nomis_aps"', "routes.0.source: 'nomis_aps'; expected 'local_upload'"),
        (
            'id = "own-rate"',
            'id = "employment-rate"',
            "id: 'employment-rate' is that of catalogue/employment-rate",
        ),
    ],
)
def test_an_indicator_of_ones_own(tmp_path: Path, was: str, becomes: str, expected: str) -> None:
    words = "\n".join(
        f'{key} = "x"'
        for key in ("title", "short_title", "definition", "rationale", "numerator", "denominator")
    )
    text = f'id = "own-rate"\n{words}\ntheme = "Work"\nunit = "percent"\npolarity = "none"\n[[routes]]\n'
    text += 'source = "own"\npublication = "Own"\narea_types = ["ltla"]\nmethod = "published"\n'
    text += 'interval = "none"\nvalue = ["x"]\n'
    text = text.replace(was, becomes).replace('source = "own"', 'source = "local_upload"')
    name = "employment-rate" if "employment-rate" in becomes else "own-rate"
    (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    if not expected:
        assert set(load_catalogue(local=tmp_path)) == {*catalogue(), "own-rate"}
        return
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(local=tmp_path)
    assert expected in str(caught.value)


def test_nearest_evidence_names_other_indicators_each_once(tmp_path: Path) -> None:
    near = 'nearest_evidence = ["employment-rate", "unemployment", "healthy-life-expectancy", "healthy-life-expectancy"]'
    write(tmp_path, GOOD.replace("\n[[", f"\n{near}\n\n[[", 1))
    other = (CATALOGUE_DIRECTORY / "healthy-life-expectancy.toml").read_text(encoding="utf-8")
    write(tmp_path, other, "healthy-life-expectancy.toml")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    told = str(caught.value)
    assert (
        "employment-rate.toml: nearest_evidence.0: 'employment-rate'; expected another indicator, each once"
        in told
    )
    assert "employment-rate.toml: nearest_evidence.1: no indicator 'unemployment' in the catalogue" in told
    assert "nearest_evidence.2" not in told
    assert "nearest_evidence.3: 'healthy-life-expectancy'; expected another indicator, each once" in told


def test_what_comes_nearest_is_itself_something_else() -> None:
    named = {name for indicator in catalogue().values() for name in indicator.nearest_evidence}
    assert {"employment-rate-disabled-uk", "disability-prevalence"} <= named <= set(catalogue())


def test_pay_counts_and_what_is_compared_with_nothing_have_no_trend() -> None:
    book = catalogue()
    assert book["median-weekly-pay"].prices == "cash"
    reasons = {indicator.id: indicator.no_trend for indicator in book.values()}
    assert all(
        bool(reasons[indicator.id]) == (indicator.is_count or indicator.is_money or not indicator.comparable)
        for indicator in book.values()
    )
    assert "prices rise too" in reasons["median-weekly-pay"]


def test_an_amount_of_ones_own_is_in_cash_unless_it_says_real() -> None:
    pay = catalogue()["median-weekly-pay"]
    assert pay.model_copy(update={"unit": "£ per head", "prices": None}).no_trend
    assert not pay.model_copy(update={"unit": "£ per head", "prices": "real"}).no_trend


def test_a_definition_that_is_the_same_everywhere_is_refused(tmp_path: Path) -> None:
    same = GOOD.replace("[[routes]]\n", '[[routes]]\ndefinition = "Everyone"\n')
    with pytest.raises(CatalogueError, match="definition is the same in every route"):
        load_indicator(write(tmp_path, same))


def test_measures_that_went_on_under_another_definition_say_so() -> None:
    """A trend or a change must not run from people on the Care Programme Approach to everyone in contact."""
    rate = catalogue()["employment-rate-secondary-mental-health"]
    definition = {
        route.value or route.numerator: rate.definition_of(place) for place, route in enumerate(rate.routes)
    }
    assert definition[("1F.outcome",)] == definition[("93886",)] == "Adults on the Care Programme Approach"
    assert definition[("93981",)] == definition[("AMH17e",)] != definition[("93886",)]
    assert rate.definition_of(99) == catalogue()["employment-rate"].definition_of(0) == ""


def test_the_indices_of_deprivation_of_two_years_are_two_indicators() -> None:
    for name in ("employment-deprivation", "employment-deprivation-2019"):
        assert len(catalogue()[name].routes) == 1


def test_complements_name_another_indicator_each_once(tmp_path: Path) -> None:
    one = 'complements = [{ indicator = "%s", why = "They add up." }]'
    for named, expected in (
        ("happiness", "no indicator 'happiness' in the catalogue"),
        ("employment-rate", "'employment-rate'; expected another indicator, each once"),
    ):
        write(tmp_path, GOOD.replace("decimal_places = 1", f"decimal_places = 1\n{one % named}"))
        with pytest.raises(CatalogueError, match=expected):
            load_catalogue(tmp_path)
