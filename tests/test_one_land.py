"""One land under two codes, and areas that merged or were divided: the same answer everywhere, from the starter edition."""

from __future__ import annotations

import csv
import html
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from indicators.settings import load_settings

# the starter edition takes long to load
pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
BARNSLEY, SHEFFIELD = ("E08000016", "E08000038"), ("E08000019", "E08000039")
BUCKINGHAMSHIRE, NORTH_YORKSHIRE, SOMERSET = (
    ("E10000002", "E06000060"),
    ("E10000023", "E06000065"),
    ("E10000027", "E06000066"),
)
NORTH_WEST = ("E40000010", "E40000014")
COUNCILS = [BARNSLEY, SHEFFIELD, BUCKINGHAMSHIRE, NORTH_YORKSHIRE, SOMERSET]
YEAR = "2020-04-01/P1Y"
LEARNING = "employment-rate-learning-disability"
GAP = "employment-gap-learning-disability"
PAGES = [
    "/areas/{code}",
    "/?area={code}",
    "/data?area={code}",
    "/evidence?area={code}",
    "/map?indicator=employment-rate&area={code}",
    f"/map?indicator={LEARNING}&area_type=utla&area={{code}}",
    "/compare?indicator=employment-rate&area={code}",
    f"/compare?indicator={LEARNING}&area_type=utla&area={{code}}",
    "/compare?indicator=employment-rate&benchmark={code}",
    "/relate?indicator=employment-rate&area={code}",
    "/overview?area={code}",
    "/conditions?area={code}",
    "/trends?indicator=employment-rate&area={code}",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("one-land")
    environment = {**os.environ, "WORKHEALTH_DATA_DIR": str(folder), "WORKHEALTH_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "etl", "starter", "load"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    # nobody waits for the index of places at the first search
    assert len(list((folder / "places").glob("places-*.sqlite"))) == 1
    return create_app(load_settings(data_dir=folder, database_url="")).server.test_client()


def words_of(client: Any, address: str) -> str:
    """The words of a page, without scripts, drawings and the lists that areas are chosen from."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    text = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    assert text is not None
    shown = re.sub(r"<(script|style|svg|select|template).*?</\1>", " ", text[0], flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown)))


def figures(client: Any, **query: str) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/observations", query_string={"period": "all", "groups": "all", **query})
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["observations"])


def known(row: dict[str, Any]) -> tuple[Any, ...]:
    """A figure without the code and the kind of area that it stands under."""
    return tuple(
        row[name] for name in ("period", "sex", "age", "breakdown", "value", "lower_ci_95", "status")
    )


@pytest.mark.parametrize("codes", [*COUNCILS, NORTH_WEST], ids=lambda codes: codes[0])
def test_either_code_has_the_same_page(client: Any, codes: tuple[str, str]) -> None:
    for page in PAGES:
        earlier, later = (
            words_of(client, page.format(code=code)).replace(codes[0], "CODE").replace(codes[1], "CODE")
            for code in codes
        )
        assert earlier == later, page


@pytest.mark.parametrize("codes", COUNCILS, ids=lambda codes: codes[0])
@pytest.mark.parametrize(
    "indicator", ["employment-rate", "claimant-count", LEARNING, GAP, "median-weekly-pay"]
)
def test_either_code_has_the_same_figures_in_the_api(
    client: Any, codes: tuple[str, str], indicator: str
) -> None:
    earlier, later = (
        sorted(known(row) for row in figures(client, indicator=indicator, area=code)) for code in codes
    )
    assert earlier and earlier == later


@pytest.mark.parametrize(
    ("codes", "numerator", "denominator", "overall"),
    [
        # ASCOF 2020-21, measure 1E; the employment rate nearest to it
        (BARNSLEY, 27, 593, 69.8),
        (SHEFFIELD, 57, 1473, 70.5),
        (NORTH_YORKSHIRE, 63, 1327, 77.1),
        (SOMERSET, 73, 1508, 77.3),
        (BUCKINGHAMSHIRE, 71, 989, 77.7),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else str(value),
)
def test_gaps_exist_under_either_code(
    client: Any, codes: tuple[str, str], numerator: int, denominator: int, overall: float
) -> None:
    for code in codes:
        [rate] = figures(client, indicator=LEARNING, area=code, period=YEAR, sex="persons")
        assert (rate["numerator"], rate["denominator"]) == (numerator, denominator)
        # the API rounds to one decimal place
        assert rate["value"] == pytest.approx(100 * numerator / denominator, abs=0.05)
        [gap] = figures(client, indicator=GAP, area=code, period=YEAR, sex="persons")
        assert gap["value"] == pytest.approx(overall - 100 * numerator / denominator, abs=0.05)


@pytest.mark.parametrize("code", BARNSLEY)
def test_no_page_says_that_barnsley_ended(client: Any, code: str) -> None:
    words = words_of(client, f"/areas/{code}")
    assert "no longer exists" not in words
    assert "became part of" not in words
    assert (
        "Barnsley has had two codes for the same area: E08000016 until 31 March 2025 and E08000038 since 1 April 2025. "
        "Either code finds all its figures."
    ) in words
    assert "ended on" not in words_of(client, f"/trends?indicator={LEARNING}&area={code}")


def test_a_search_finds_a_land_once(client: Any) -> None:
    found = client.get("/api/v1/areas?q=barnsley").get_json()["areas"]
    assert [area["area_code"] for area in found if area["area_name"] == "Barnsley"] == ["E08000038"]


@pytest.mark.parametrize("code", BARNSLEY)
@pytest.mark.parametrize("period", ["2004-01-01/P1Y", "2023-01-01/P1Y"])
def test_the_map_has_barnsley_in_its_place_in_any_period(client: Any, code: str, period: str) -> None:
    address = f"/csv/map?indicator=employment-rate&period={period}&area={code}"
    rows = [line for line in client.get(address).text.splitlines() if ",Barnsley," in line]
    assert len(rows) == 1


@pytest.mark.parametrize("code", ["E06000063", "E06000064"])
@pytest.mark.parametrize("area_type", ["ltla", "utla"])
def test_cumbria_was_divided_and_the_trends_page_says_so(client: Any, code: str, area_type: str) -> None:
    words = words_of(client, f"/trends?indicator={LEARNING}&area={code}&area_type={area_type}")
    assert (
        "Cumbria was divided on 1 April 2023. Earlier figures cannot be split, so they are not joined"
        in words
    )
    assert not [row for row in figures(client, indicator=LEARNING, area=code) if row["period"] < "2023"]


def test_cumbria_is_named_where_there_is_no_line_at_all(client: Any) -> None:
    # published for England too, but not compared with it here
    address = f"/trends?indicator={LEARNING}&area=E06000063&sex=male&benchmark=E06000064"
    words = words_of(client, address)
    assert "There are no figures of" in words
    assert "Cumbria was divided on 1 April 2023." in words


def test_leeds_is_joined_to_its_three_groups(client: Any) -> None:
    [row] = figures(
        client, indicator="talking-therapies-recovery-rate", area="E38000225", period="2017-04-01/P1Y",
        sex="persons", age="all", breakdown="all",
    )  # fmt: skip
    # 740 + 775 + 1,455 of 1,365 + 1,545 + 2,770
    assert (row["numerator"], row["denominator"]) == (2970, 5680)
    assert row["value"] == 52.3
    words = words_of(client, "/trends?indicator=talking-therapies-recovery-rate&area=E38000225&area_type=ccg")
    assert (
        "when it took the place of: NHS Leeds North CCG; NHS Leeds South and East CCG; NHS Leeds West CCG. Earlier "
        "figures are the sum of theirs."
    ) in words
    assert "decreasing and getting worse: five years 2017/18–2021/22" in words


def test_the_change_of_leeds_is_counted_from_its_three_groups(client: Any) -> None:
    address = (
        "/csv/map?indicator=talking-therapies-recovery-rate&area_type=ccg&period=2020-04-01/P1Y&shading=change"
        "&since=2017-04-01/P1Y"
    )
    rows = {
        row["area_code"]: row
        for row in csv.DictReader(io.StringIO(client.get(address).get_data(as_text=True)))
    }
    leeds = rows["E38000225"]
    # the sum above is 52.288732%
    assert float(leeds["change"]) == pytest.approx(float(leeds["value"]) - 52.288732, abs=0.05)
    assert (leeds["change_words"], leeds["change_note"]) == ("Got worse (down)", "")


def test_a_map_of_the_year_has_the_areas_of_the_year(client: Any) -> None:
    """Three groups of Leeds in 2017/18, and not their sum beside them."""
    address = (
        "/api/v1/observations?indicator=talking-therapies-recovery-rate&area_type=ccg&period=2017-04-01/P1Y"
    )
    rows = client.get(address).get_json()["observations"]
    codes = [row["area_code"] for row in rows if row["breakdown"] == "all" and "Leeds" in row["area_name"]]
    assert sorted(codes) == ["E38000094", "E38000095", "E38000096"]
