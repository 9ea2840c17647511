"""The figures the dashboard must show, through the API, from the starter edition alone."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from dashboard.queries.profile import lines_of
from dashboard.sentences.profile import england_cell, why_no_spine
from indicators.catalogue import catalogue
from indicators.settings import load_settings

# each of them reads the whole starter edition, which takes long to load
pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
KEYS = [
    "area_code",
    "area_name",
    "area_type",
    "period",
    "sex",
    "age",
    "breakdown",
    "value",
    "numerator",
    "denominator",
    "lower_ci_95",
    "upper_ci_95",
    "lower_ci_998",
    "upper_ci_998",
    "status",
    "release",
    "age_note",
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("promised")
    environment = {**os.environ, "WORKHEALTH_DATA_DIR": str(folder), "WORKHEALTH_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "etl", "starter", "load"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return create_app(load_settings(data_dir=folder, database_url=""))


@pytest.fixture(scope="module")
def client(app: Any) -> Any:
    return app.server.test_client()


def figures(client: Any, **query: str) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/observations", query_string=query)
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["observations"])


def figure(client: Any, **query: str) -> dict[str, Any]:
    rows = figures(client, **query)
    assert len(rows) == 1, rows
    return rows[0]


def test_an_observation_has_the_keys_promised(client: Any) -> None:
    row = figure(
        client, indicator="employment-rate", area_type="england", period="2023-01-01/P1Y", area="E92000001"
    )
    assert list(row) == KEYS


@pytest.mark.parametrize(
    ("area_type", "area", "expected"),
    [
        ("england", "E92000001", (76.0, 75.6, 76.4)),
        ("ltla", "E06000018", (66.1, 62.0, 70.2)),
        ("utla", "E06000018", (66.1, 62.0, 70.2)),
    ],
)
def test_employment_rate_2023_with_the_published_interval(
    client: Any, area_type: str, area: str, expected: tuple[float, float, float]
) -> None:
    row = figure(client, indicator="employment-rate", area_type=area_type, period="2023-01-01/P1Y", area=area)
    assert (row["value"], row["lower_ci_95"], row["upper_ci_95"]) == pytest.approx(expected, abs=0.05)
    assert row["lower_ci_998"] < row["lower_ci_95"] and row["upper_ci_998"] > row["upper_ci_95"]
    assert (row["area_type"], row["status"]) == (area_type, "ok")


def test_buckinghamshire_employment_rate_2023(client: Any) -> None:
    row = figure(
        client, indicator="employment-rate", area_type="utla", period="2023-01-01/P1Y", area="E06000060"
    )
    assert row["value"] == pytest.approx(81.2, abs=0.05)


def test_black_country_is_worked_out_from_counts_and_calibrated_half_widths(client: Any) -> None:
    row = figure(
        client, indicator="employment-rate", area_type="lep", period="2022-01-01/P1Y", area="E37000001"
    )
    assert (row["numerator"], row["denominator"]) == (512_700, 734_800)
    assert row["value"] == pytest.approx(100 * 512_700 / 734_800, rel=1e-12)
    # half-widths 29,900 and 35,800; the derived-proportion rule by hand:
    # p = 0.697741, root(29900² − p²·35800²) = 16424.5, / 734800 = 0.022353 → ± 2.235 points. ONS's own intervals of 290
    # councils of 2022 are 1.079 times as wide as this rule makes them: DESIGN asks for that of LEPs as of ICBs
    p = 512_700 / 734_800
    half = 1.079 * 100 * (29_900**2 - (p * 35_800) ** 2) ** 0.5 / 734_800
    assert row["lower_ci_95"] == pytest.approx(row["value"] - half, abs=2e-3)
    assert row["upper_ci_95"] == pytest.approx(row["value"] + half, abs=2e-3)


def test_recovery_rate_2020_21(client: Any) -> None:
    indicator = "talking-therapies-recovery-rate"
    england = figure(
        client, indicator=indicator, area_type="england", period="2020-04-01/P1Y", area="E92000001"
    )
    assert round(england["value"], 1) == 51.4
    # NHS code 52R: published as a whole percentage, 54
    ccg = figure(client, indicator=indicator, area_type="ccg", period="2020-04-01/P1Y", area="E38000243")
    assert round(ccg["value"]) == 54
    assert (ccg["numerator"], ccg["denominator"]) == (8605, 16605 - 630)
    assert ccg["lower_ci_95"] < ccg["value"] < ccg["upper_ci_95"]


@pytest.mark.parametrize(
    ("area_type", "area", "value", "appointments"),
    [
        ("england", "E92000001", 47.5, 318_576),
        ("icb", "E54000019", 88.7, 5_710),  # Herefordshire and Worcestershire
        ("icb", "E54000062", 29.3, 4_120),  # Black Country
        ("icb", "E54000070", 42.4, 11_655),  # Thames Valley, since April 2026
    ],
)
def test_employment_support_in_talking_therapies_2025_26(
    client: Any, area_type: str, area: str, value: float, appointments: int
) -> None:
    indicator = "talking-therapies-employment-support-rate"
    row = figure(client, indicator=indicator, area_type=area_type, period="2025-04-01/P1Y", area=area)
    assert (round(row["value"], 1), row["numerator"], row["lower_ci_95"]) == (value, appointments, None)


@pytest.mark.parametrize("area", ["E54000038", "E54000043"])  # Somerset, Gloucestershire
def test_no_employment_support_published_is_not_none(client: Any, area: str) -> None:
    indicator = "talking-therapies-employment-support-rate"
    row = figure(client, indicator=indicator, area_type="icb", period="2025-04-01/P1Y", area=area)
    assert (row["value"], row["numerator"], row["status"]) == (None, None, "not_available")


def test_impairment_at_work_from_first_to_last_score(client: Any) -> None:
    found = {}
    for score in ("first", "last"):
        row = figure(
            client,
            indicator=f"talking-therapies-work-impairment-{score}",
            area_type="england",
            period="2025-04-01/P1Y",
        )
        found[score] = (round(row["value"], 2), row["denominator"])
    assert found == {"first": (3.80, 522_733), "last": (2.91, 522_733)}


def test_moves_off_sick_pay_placed_in_icbs(client: Any) -> None:
    """England has 25,525; 935 are at providers in no ICB, and the others are hidden or rounded away."""
    query = {"indicator": "talking-therapies-off-sick-pay-annual", "period": "2021-04-01/P1Y"}
    assert figure(client, area_type="england", **query)["numerator"] == 25_525
    boards = figures(client, area_type="icb", **query)
    assert (len(boards), sum(row["numerator"] or 0 for row in boards)) == (36, 23_990)
    assert sorted(row["area_name"] for row in boards if row["status"] == "not_available") == [
        "NHS Bath and North East Somerset, Swindon and Wiltshire Integrated Care Board",
        "NHS Shropshire, Telford and Wrekin Integrated Care Board",
    ]


def test_monthly_employment_support_keeps_its_id(client: Any) -> None:
    row = figure(
        client,
        indicator="talking-therapies-employment-support",
        area_type="england",
        period="2026-03-01/P1M",
    )
    assert row["value"] == 27_729


def test_referrals_england_2020_21(client: Any) -> None:
    row = figure(
        client,
        indicator="talking-therapies-referrals",
        area_type="england",
        period="2020-04-01/P1Y",
        area="E92000001",
    )
    assert row["value"] == 1_456_446


@pytest.mark.parametrize(
    ("area_type", "area", "value", "numerator", "denominator"),
    [("england", "E92000001", 5.1, 6871, 133_658), ("utla", "E06000018", 1.2, 11, 908)],
)
def test_learning_disability_employment_2020_21_with_wilson_limits(
    client: Any, area_type: str, area: str, value: float, numerator: int, denominator: int
) -> None:
    rows = figures(
        client,
        indicator="employment-rate-learning-disability",
        area_type=area_type,
        period="2020-04-01/P1Y",
        area=area,
    )
    row = next(row for row in rows if row["sex"] == "persons")
    assert round(row["value"], 1) == value
    assert (row["numerator"], row["denominator"]) == (numerator, denominator)
    z, p = 1.959963984540054, numerator / denominator
    centre = (p + z * z / (2 * denominator)) / (1 + z * z / denominator)
    spread = z / (1 + z * z / denominator) * (p * (1 - p) / denominator + z * z / (4 * denominator**2)) ** 0.5
    assert row["lower_ci_95"] == pytest.approx(100 * (centre - spread), rel=1e-9)
    assert row["upper_ci_95"] == pytest.approx(100 * (centre + spread), rel=1e-9)


def test_gap_is_overall_rate_minus_group_rate_for_the_nearest_period(client: Any) -> None:
    rows = figures(
        client,
        indicator="employment-gap-learning-disability",
        area_type="utla",
        period="2020-04-01/P1Y",
        area="E06000018",
    )
    gap = next(row for row in rows if row["sex"] == "persons")
    overall = figure(
        client, indicator="employment-rate", area_type="utla", period="2020-01-01/P1Y", area="E06000018"
    )
    assert gap["value"] == pytest.approx(overall["value"] - 100 * 11 / 908, abs=1e-9)
    assert gap["lower_ci_95"] < gap["value"] < gap["upper_ci_95"]


def test_flows_out_of_and_into_work(client: Any) -> None:
    out = {
        (row["breakdown"], row["period"]): row["value"]
        for row in figures(client, indicator="moving-out-of-work", area_type="uk", period="all")
    }
    into = {
        (row["breakdown"], row["period"]): row["value"]
        for row in figures(client, indicator="moving-into-work", area_type="uk", period="all")
    }
    disabled = [value for (group, _), value in sorted(out.items()) if group.endswith(": disabled")]
    others = [value for (group, _), value in sorted(out.items()) if not group.endswith(": disabled")]
    assert (disabled, others) == ([9, 10], [5, 5])
    disabled = [value for (group, _), value in sorted(into.items()) if group.endswith(": disabled")]
    others = [value for (group, _), value in sorted(into.items()) if not group.endswith(": disabled")]
    assert (disabled, others) == ([10, 10], [27, 26])


def test_disabled_people_in_employment_against_the_goal(client: Any) -> None:
    rows = figures(client, indicator="disabled-people-in-employment", area_type="uk", period="all")
    by_period = {row["period"]: row["value"] for row in rows}
    assert by_period["2017-01-01/P3M"] == 3_500_000
    assert by_period["2024-04-01/P3M"] == 5_500_000
    targets = [target.model_dump() for target in catalogue()["disabled-people-in-employment"].targets]
    assert targets[0]["value"] == 4_500_000 and targets[0]["period"].startswith("2027")


def test_groups_are_given_when_asked_for(client: Any) -> None:
    query = {
        "indicator": "talking-therapies-recovery-rate",
        "area_type": "england",
        "period": "2020-04-01/P1Y",
    }
    assert len(figures(client, **query)) == 1
    everyone = figures(client, **query, groups="all")
    assert {row["sex"] for row in everyone} == {"persons", "male", "female"}
    assert len(everyone) > 20
    women = figures(client, **query, sex="female")
    assert [row["sex"] for row in women] == ["female"]


def test_an_indicator_published_by_sex_only_gives_each_sex(client: Any) -> None:
    rows = figures(client, indicator="healthy-life-expectancy", area_type="england")
    assert sorted(row["sex"] for row in rows) == ["female", "male"]


def test_a_fresh_install_holds_nothing_illustrative(client: Any) -> None:
    for indicator in client.get("/api/v1/indicators").get_json()["indicators"]:
        assert not any(row["illustrative"] for row in indicator["loaded"]), indicator["id"]
    assert figures(client, indicator="talking-therapies-net-movement-into-employment") == []


def test_every_figure_leads_to_the_publishers_file(client: Any, app: Any) -> None:
    row = figure(
        client, indicator="employment-rate", area_type="ltla", period="2023-01-01/P1Y", area="E06000018"
    )
    release = app.context.store.release(row["release"])
    file = release["files"][0]
    assert file["file_name"] == "employment-rate.csv"
    assert len(file["sha256"]) == 64
    assert file["retrieved_at"] and release["publisher"] and release["licence"]


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ({"indicator": "happiness"}, 404, "indicator"),
        ({}, 400, "indicator"),
        ({"indicator": "employment-rate", "area_type": "parish"}, 400, "area_type"),
        ({"indicator": "employment-rate", "period": "soon"}, 400, "period"),
        ({"indicator": "employment-rate", "area": "E99999999"}, 404, "area"),
    ],
)
def test_api_names_the_parameter_that_cannot_be_used(
    client: Any, query: dict[str, str], status: int, parameter: str
) -> None:
    answer = client.get("/api/v1/observations", query_string=query)
    assert answer.status_code == status
    error = answer.get_json()["error"]
    assert error["parameter"] == parameter and error["message"]


def test_health_answers(client: Any) -> None:
    assert client.get("/healthz").status_code == 200


def test_a_sum_says_its_coverage_and_a_gap_its_periods_on_the_profile(client: Any) -> None:
    black_country = client.get("/areas/E37000001").text
    assert "Summed from 4 of 4 lower-tier local authorities; coverage 100%." in black_country
    nottingham = client.get("/areas/E06000018").text
    assert "Overall rate of 2020; rate of the group of 2020/21." in nottingham


def test_the_recent_trend_of_a_marked_area_is_reported_with_its_test(client: Any) -> None:
    page = client.get("/compare?indicator=employment-rate&area_type=ltla&area=E06000018").text
    assert "Recent trend: No significant change: five years 2019–2023, χ² = " in page


# ---- people who accessed Individual Placement and Support --------------------------------------------

IPS_YEARS, IPS_NINE_MONTHS = ("2019-04-01/P1Y", "2020-04-01/P1Y"), "2021-04-01/P9M"
IPS_REASON = "the data set is incomplete in most places, and the total for England is too low for that reason"
IPS_COUNTS = ("ips-people-accessing", "ips-people-accessing-nine-months")
IPS_RATES = ("ips-people-accessing-rate", "ips-access-of-expected")


def test_people_accessing_ips_in_england(client: Any) -> None:
    query = {"area_type": "england", "area": "E92000001", "period": "all"}
    people = figures(client, indicator="ips-people-accessing", **query)
    assert [(row["period"], row["value"]) for row in people] == list(
        zip(IPS_YEARS, (8425, 11_165), strict=True)
    )
    rates = figures(client, indicator="ips-people-accessing-rate", **query)
    assert [(row["period"], row["numerator"], row["denominator"]) for row in rates] == [
        (IPS_YEARS[0], 8425, 36_777_131),
        (IPS_YEARS[1], 11_165, 36_777_131),
    ]
    assert rates[1]["value"] == pytest.approx(1e5 * 11_165 / 36_777_131, rel=1e-12)
    # Byar's limits by hand: 11,165 × (1 − 1/(9 × 11,165) − 1.959964/(3 × √11,165))³ = 10,958.9, per 100,000 29.798
    assert (rates[1]["lower_ci_95"], rates[1]["upper_ci_95"]) == pytest.approx((29.798, 30.927), abs=5e-4)


def test_nine_months_of_ips_beside_the_number_expected_by_then(client: Any) -> None:
    query = {"area_type": "england", "area": "E92000001", "period": "all"}
    (people,) = figures(client, indicator="ips-people-accessing-nine-months", **query)
    assert (people["period"], people["value"]) == (IPS_NINE_MONTHS, 15_095)
    (share,) = figures(client, indicator="ips-access-of-expected", **query)
    # of 24,000 in nine months; 32,000 is the full year
    assert (share["period"], share["numerator"], share["denominator"]) == (IPS_NINE_MONTHS, 15_095, 24_000)
    assert round(share["value"], 1) == 62.9
    (ccg,) = figures(
        client, indicator="ips-access-of-expected", area_type="ccg", area="E38000243", period="all"
    )
    assert ccg["numerator"] == 480 and ccg["value"] > 100


def test_people_accessing_ips_by_clinical_commissioning_group(client: Any) -> None:
    # NHS code 52R
    row = figure(
        client, indicator="ips-people-accessing", area_type="ccg", area="E38000243", period=IPS_YEARS[1]
    )
    assert (row["value"], row["area_type"], row["status"]) == (365, "ccg", "ok")
    for indicator, period, nothing in (
        ("ips-people-accessing", IPS_YEARS[0], 50),
        ("ips-people-accessing", IPS_YEARS[1], 41),
        ("ips-people-accessing-rate", IPS_YEARS[1], 41),
        ("ips-people-accessing-nine-months", IPS_NINE_MONTHS, 27),
        ("ips-access-of-expected", IPS_NINE_MONTHS, 27),
    ):
        rows = figures(client, indicator=indicator, area_type="ccg", period=period)
        without = [row for row in rows if row["value"] is None]
        assert (len(rows), len(without)) == (106, nothing), (indicator, period)
        assert {row["status"] for row in without} == {"not_available"}
        assert all(row["value"] > 0 for row in rows if row["value"] is not None)


def test_a_published_total_of_ips_is_kept_whatever_its_groups_sum_to(client: Any) -> None:
    stp = figure(
        client, indicator="ips-people-accessing", area_type="stp", area="E54000026", period=IPS_YEARS[1]
    )
    assert stp["value"] == 655
    page = client.get("/map?indicator=ips-people-accessing&area_type=stp&area=E54000026").text
    assert "The published counts of its CCGs sum to 685." in page


def test_the_audit_and_the_stocktake_of_ips_are_figures_of_their_own(client: Any) -> None:
    rows = figures(client, indicator="ips-people-accessing-audit", area_type="england", period="all")
    assert [(row["period"], row["value"]) for row in rows] == [
        ("2016-04-01/P1Y", 9775),
        ("2020-04-01/P1Y", 14_633),
    ]


@pytest.mark.parametrize("indicator", [*IPS_COUNTS, *IPS_RATES])
@pytest.mark.parametrize("benchmark", ["england", "region", "parent", "E40000008"])
def test_nothing_is_compared_with_ips(client: Any, indicator: str, benchmark: str) -> None:
    query = f"indicator={indicator}&area_type=ccg&benchmark={benchmark}"
    for page in ("map", "compare"):
        lines = client.get(f"/csv/{page}?{query}").text.lstrip("\ufeff").splitlines()
        rows = list(csv.DictReader(lines))
        assert len(rows) >= 106
        assert {(row["benchmark_value"], row["comparison"]) for row in rows} == {("", "Not compared")}
    for page in ("map", "compare"):
        assert f"These figures are not compared: {IPS_REASON}" in client.get(f"/{page}?{query}").text
    described = client.get("/api/v1/indicators").get_json()["indicators"]
    told = next(entry for entry in described if entry["id"] == indicator)
    assert told["comparable"] is False and "incomplete" in told["not_compared"]


@pytest.mark.parametrize("indicator", IPS_RATES)
def test_no_spine_and_no_figure_for_england_stands_beside_ips(app: Any, indicator: str) -> None:
    lines = {line.indicator.id: line for line in lines_of(app.context, "E38000243")}
    line = lines[indicator]
    assert (line.england, line.spine, line.compared) == (None, None, "not_compared")
    assert england_cell(line) == "Not compared"
    assert why_no_spine(line) == "No picture: not compared"


def test_a_place_that_submitted_nothing_and_a_total_say_so(client: Any) -> None:
    nothing = "Nothing submitted to the data set, or fewer than 5 people: not a count of none."
    assert nothing in client.get("/areas/E38000014").text
    query = "indicator=ips-people-accessing-rate&area_type=ccg&area=E38000014"
    assert f"Blackburn with Darwen CCG has no figure in 2020/21: not available. {nothing}" in (
        client.get(f"/compare?{query}").text
    )
    assert nothing in client.get(f"/csv/map?{query}").text
    total = "41 of 106 CCGs in it have nothing in the data set"
    assert total in client.get("/areas/E92000001").text
    assert total in client.get("/conditions?area=E92000001").text


def test_people_who_accessed_ips_lead_and_no_referrals_join_them(client: Any) -> None:
    page = client.get("/conditions?area=E38000243").text
    support = page[page.index("What support there is") :]
    assert support.index("Access to IPS in NHS Nottingham and Nottinghamshire") < support.index(
        "Talking therapies recovery"
    )
    home = client.get("/").text
    asked = "/map?indicator=ips-people-accessing-rate"
    assert asked in home and "/map?indicator=ips-access-rate" not in home
    for indicator in ("ips-access", "ips-access-rate", *IPS_COUNTS, *IPS_RATES):
        assert any("never joined" in caveat for caveat in catalogue()[indicator].caveats), indicator


def test_the_total_of_ips_is_never_shown_without_saying_that_it_is_too_low(client: Any) -> None:
    for address in ("/", "/conditions?area=E92000001", "/areas/E92000001", "/goal"):
        page = client.get(address).text
        opened = re.findall(r"<details[^>]* open[^>]*>(?:(?!</details>).)*", page, re.DOTALL)
        assert any("this total is too low" in part for part in opened), address


def test_the_doubling_of_ips_is_judged_on_the_page_of_the_goal(client: Any) -> None:
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/goal").text).split())
    pledge = "double access by 2020/21, twice the 9,775 people of 2016/17"
    assert f"People accessing IPS: {pledge} : not reached. 11,165 (England, 2020/21)." in page
    assert (
        f"People accessing IPS, national collections: {pledge} : not reached. 14,633 (England, 2020/21)."
        in page
    )
    assert (
        "Five Year Forward View for Mental Health; Improving Lives (Cm 9526), paragraphs 157 and 163" in page
    )


@pytest.mark.parametrize(
    ("indicator", "area_type", "period", "value"),
    [
        ("disabled-people-in-employment", "uk", "2013-10-01/P3M", 2_900_000),
        ("disabled-people-in-employment", "uk", "2019-10-01/P3M", 4_100_000),
        ("disabled-people-in-employment", "uk", "2022-01-01/P3M", 4_800_000),
        ("disabled-people-in-employment", "uk", "2022-07-01/P3M", 4_900_000),
        ("disabled-people-in-employment", "uk", "2023-04-01/P3M", 5_100_000),
        ("disabled-people-out-of-work", "uk", "2017-01-01/P3M", 3_700_000),
        ("fit-notes-may-be-fit", "england", "2017-04-01/P3M", 6.6),
        ("employment-rate-learning-difficulty-uk", "uk", "2016-04-01/P3M", 24),
        ("esa-share-mental-health", "uk", "2017-02-01/P1M", 49),
        ("esa-share-musculoskeletal", "uk", "2017-02-01/P1M", 13),
        ("employment-rate-secondary-mental-health", "england", "2016-07-01/P3M", 5.6),
        ("talking-therapies-employment-advisers-share", "england", "2015-01-01/P1Y", 2),
        ("employment-rate-long-term-condition", "england", "2022-04-01/P1Y", 65.3),
        ("employment-gap-long-term-condition", "england", "2022-04-01/P1Y", 10.4),
        ("employment-rate-financial-year", "england", "2022-04-01/P1Y", 75.7),
    ],
)
def test_national_headlines(client: Any, indicator: str, area_type: str, period: str, value: float) -> None:
    row = figure(client, indicator=indicator, area_type=area_type, period=period)
    assert (row["value"], row["lower_ci_95"], row["status"]) == (value, None, "ok")


def test_disabled_people_who_move_out_of_and_into_work_a_year(client: Any) -> None:
    moved = {
        (direction, row["breakdown"]): row["value"]
        for direction in ("out-of", "into")
        for row in figures(
            client, indicator=f"people-moving-{direction}-work-mean", area_type="uk", period="2014-01-01/P3Y"
        )
    }
    assert moved == {
        ("out-of", "disability: disabled"): 340_000,
        ("into", "disability: disabled"): 400_000,
        ("out-of", "disability: not disabled"): 1_300_000,
        ("into", "disability: not disabled"): 1_800_000,
    }


def test_ten_councils_disabled_employment_of_2020_21_and_no_others(client: Any, app: Any) -> None:
    period = "2020-04-01/P1Y"
    rates = figures(client, indicator="employment-rate-disabled", area_type="utla", period=period)
    gaps = figures(client, indicator="disability-employment-gap", area_type="utla", period=period)
    assert {row["area_name"]: row["value"] for row in rates} == {
        "Barking and Dagenham": 52.9,
        "Barnet": 48.3,
        "Barnsley": 52.7,
        "Bath and North East Somerset": 64.3,
        "Bedford": 68.5,
        "Bexley": 56.2,
        "Birmingham": 41.3,
        "Blackburn with Darwen": 39.6,
        "Blackpool": 47.1,
        "Bolton": 36.6,
    }
    assert {row["area_name"]: row["value"] for row in gaps}["Birmingham"] == 31.5
    assert all(row["lower_ci_95"] is None for row in (*rates, *gaps))
    release = app.context.store.release(rates[0]["release"])
    assert "the first ten councils of the alphabet only" in release["publication"]
    assert "first ten councils of the alphabet only" in client.get("/areas/E08000025").text


def test_pledges_that_nothing_can_judge_stand_on_the_goal_page(client: Any) -> None:
    page = client.get("/goal").text
    assert "29,000 more people a year with employment support" in page
    assert "One employment adviser to eight therapists" in page


def test_depression_prevalence_2020_21_at_every_level(client: Any) -> None:
    query = {"indicator": "depression-prevalence", "period": "2020-04-01/P1Y"}
    england = figure(client, **query, area_type="england")
    assert (england["numerator"], england["denominator"]) == (5_955_865, 48_459_095)
    assert round(england["value"], 2) == 12.29
    for area_type, areas in (("ccg", 106), ("stp", 42), ("nhs_region", 7)):
        rows = figures(client, **query, area_type=area_type)
        assert len(rows) == areas
        assert sum(row["numerator"] for row in rows) == 5_955_865
        assert all(row["lower_ci_95"] < row["value"] < row["upper_ci_95"] for row in rows)


def test_learning_disability_employment_of_areas_that_consist_of_whole_councils(client: Any) -> None:
    query = {"indicator": "employment-rate-learning-disability", "period": "2020-04-01/P1Y"}
    councils = {row["area_name"]: row for row in figures(client, **query, area_type="utla")}
    leps = {row["area_name"]: row for row in figures(client, **query, area_type="lep")}
    assert len(leps) == 34
    assert sum(row["value"] is not None for row in leps.values()) == 34
    black_country = leps["Black Country"]
    for count in ("numerator", "denominator"):
        assert black_country[count] == sum(
            councils[name][count] for name in ("Dudley", "Sandwell", "Walsall", "Wolverhampton")
        )
    # it holds four districts of Staffordshire and not the county
    assert "Greater Birmingham and Solihull" not in leps
    board = figure(client, **query, area_type="icb", area="E54000062")
    assert (board["numerator"], board["denominator"]) == (
        black_country["numerator"],
        black_country["denominator"],
    )


def test_employment_of_an_icb_is_the_sum_of_its_districts_with_calibrated_limits(
    client: Any, app: Any
) -> None:
    query = {"indicator": "employment-rate", "period": "2022-01-01/P1Y"}
    board = figure(client, **query, area_type="icb", area="E54000062")
    assert (board["numerator"], board["denominator"]) == (512_700, 734_700)
    assert board["value"] == pytest.approx(100 * 512_700 / 734_700)
    assert (board["value"] - board["lower_ci_95"], board["status"]) == (pytest.approx(2.429, abs=0.002), "ok")
    boards = figures(client, **query, area_type="icb")
    assert sum(row["area_code"].startswith("E54") and row["value"] is not None for row in boards) >= 27
    rows = app.context.store.series(
        indicator_id="employment-rate", area_codes=["E54000062"], sex="persons", age="16-64", breakdown="all"
    )
    assert rows[-1]["note"] == (
        "Summed from 4 of 4 lower-tier local authorities; coverage 100%. Half-widths times 1.079, so that those of 290 "
        "councils equal the publisher's own of the same period (median)."
    )


def test_unemployment_and_self_employment_of_leps(client: Any) -> None:
    for indicator in ("unemployment-rate-16-64", "self-employment"):
        rows = figures(client, indicator=indicator, area_type="lep", period="2022-01-01/P1Y")
        assert len(rows) == 38
        sure = [row for row in rows if row["status"] == "ok"]
        assert len(sure) > 30
        assert all(row["lower_ci_95"] < row["value"] < row["upper_ci_95"] for row in sure)
    row = figure(
        client, indicator="population-16-64", area_type="lep", period="2022-01-01/P1Y", area="E37000001"
    )
    assert (row["value"], row["lower_ci_95"]) == (734_800, 699_000)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("no disability", 52.7),
        ("memory or ability to concentrate, learn or understand (learning disability)", 42.2),
        ("mobility and gross motor", 39.4),
    ],
)
def test_recovery_by_type_of_disability_2024_25(client: Any, words: str, value: float) -> None:
    query = {"indicator": "talking-therapies-recovery-rate", "period": "2024-04-01/P1Y", "groups": "all"}
    rows = figures(client, **query, area_type="england")
    row = next(row for row in rows if row["breakdown"] == f"disability type: {words}")
    assert round(row["value"], 1) == value
    assert row["lower_ci_95"] < row["value"] < row["upper_ci_95"]
    boards = [
        row["area_code"]
        for row in figures(client, **query, area_type="icb")
        if row["breakdown"] == f"disability type: {words}"
    ]
    assert len(boards) == 42


def test_waits_from_first_to_second_treatment_2024_25(client: Any) -> None:
    for days, count in (("over-90-days", 158_586), ("28-days", 268_954)):
        indicator = f"talking-therapies-second-wait-{days}"
        england = figure(client, indicator=indicator, area_type="england", period="2024-04-01/P1Y")
        assert (england["numerator"], england["denominator"]) == (count, 670_419)
        assert len(figures(client, indicator=indicator, area_type="icb", period="2024-04-01/P1Y")) == 42
        assert len(figures(client, indicator=indicator, area_type="ccg", period="2020-04-01/P1Y")) > 100


def test_employment_deprivation_of_2019_and_2025_are_two_indicators(client: Any) -> None:
    for indicator, year, area_types in (
        ("employment-deprivation", 2025, {"ltla": 296, "icb": 42}),
        ("employment-deprivation-2019", 2019, {"ltla": 317}),
    ):
        for area_type, areas in area_types.items():
            rows = figures(client, indicator=indicator, area_type=area_type, period="all")
            assert {row["period"] for row in rows} == {f"{year}-01-01/P1Y"}
            assert len(rows) == areas
    board = figure(client, indicator="employment-deprivation", area_type="icb", area="E54000008")
    assert (round(board["value"], 1), board["lower_ci_95"]) == (16.8, None)


def test_long_term_sickness_of_72_councils_of_the_north_without_a_verdict(client: Any) -> None:
    rows = figures(
        client,
        indicator="inactive-long-term-sick",
        area_type="ltla",
        period="2022-01-01/P1Y",
        area="E08000003",
    )
    assert [(row["value"], row["lower_ci_95"]) for row in rows] == [(26.2, None)]
    everywhere = figures(client, indicator="inactive-long-term-sick", area_type="ltla", period="all")
    assert len({row["area_code"] for row in everywhere}) == 72
    assert {row["period"][4:] for row in everywhere} == {"-01-01/P1Y"}


def test_talking_therapies_by_sub_icb_location_and_month(client: Any, app: Any) -> None:
    query = {"area_type": "sub_icb", "period": "2023-03-01/P1M"}
    for indicator, value in (
        ("talking-therapies-referrals-monthly", 3_770),
        ("talking-therapies-recovery-rate-monthly", 51),
        ("talking-therapies-wait-6-weeks-monthly", 93),
        ("talking-therapies-wait-18-weeks-monthly", 100),
    ):
        rows = figures(client, indicator=indicator, **query)
        assert len(rows) == 106
        row = next(row for row in rows if row["area_code"] == "E38000243")
        assert (row["value"], row["lower_ci_95"]) == (value, None)
        release = app.context.store.release(row["release"])
        assert "British Red Cross" in release["publisher"] and "British Red Cross" in release["publication"]
    england = figure(
        client,
        indicator="talking-therapies-referrals-monthly",
        area_type="england",
        period="2023-03-01/P1M",
    )
    assert england["value"] == 167_407
