"""Area pages: finding one, the profile, abolished areas, what is published elsewhere, and addresses that are wrong."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from dashboard.address.context import Context
from dashboard.answers.profile import Reference
from dashboard.pages import area as area_pages
from dashboard.queries.elsewhere import elsewhere
from dashboard.queries.profile import beside, lines_of
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.periods import Period
from indicators.settings import load_settings
from indicators.store import Store, schema

ENGLAND = "E92000001"
NOTTINGHAM = "E06000018"
NOTTINGHAM_ICB = "E54000060"
SUB_ICB = "E38000243"
RELEASE = "ons_local_indicators:2024-11:ab12cd34"
ILLUSTRATIVE = "mhsds:illustrative:00ff00ff"
THERAPIES = "nhs_talking_therapies:2023-24:12ab34cd"
OLD_THERAPIES = "nhs_talking_therapies:2021-22:56ab78cd"

# indicator, area, value, half of the interval, release
FIGURES = (
    ("employment-rate", ENGLAND, 76.0, 0.4, RELEASE),
    ("employment-rate", NOTTINGHAM, 66.1, 4.1, RELEASE),
    ("employment-rate", "E06000060", 81.2, 3.9, RELEASE),
    ("claimant-count", ENGLAND, 4.0, None, RELEASE),
    ("claimant-count", NOTTINGHAM, 6.0, None, RELEASE),
    ("no-qualifications", NOTTINGHAM, None, None, RELEASE),
    ("talking-therapies-recovery-rate", ENGLAND, 50.0, 0.1, THERAPIES),
    ("talking-therapies-recovery-rate", NOTTINGHAM_ICB, 53.9, 0.8, THERAPIES),
    ("talking-therapies-recovery-rate", SUB_ICB, 55.0, 1.0, OLD_THERAPIES),
    ("talking-therapies-referrals", ENGLAND, 1800000.0, None, THERAPIES),
    ("talking-therapies-referrals", NOTTINGHAM_ICB, 30000.0, None, THERAPIES),
    ("ips-access-rate", NOTTINGHAM_ICB, 80.0, 5.0, ILLUSTRATIVE),
)


def _seed(store: Store) -> None:
    store.create()
    with store.connections.writing() as connection:
        connection.execute(
            schema.release.insert(),
            [_release(release_id) for release_id in (RELEASE, ILLUSTRATIVE, THERAPIES, OLD_THERAPIES)],
        )
        connection.execute(schema.observation.insert(), [_figure(*figure) for figure in FIGURES])
        connection.execute(schema.trend.insert(), [_trend(*figure) for figure in FIGURES])
        connection.execute(schema.distribution.insert(), list(_spreads()))
        connection.execute(
            schema.store_fact.update().where(schema.store_fact.c.name == "publication_id").values(value="1")
        )


def _release(release_id: str) -> dict[str, Any]:
    source_id, edition, _ = release_id.split(":")
    return {
        "release_id": release_id,
        "source_id": source_id,
        "edition": edition,
        "publication": f"Publication of {source_id}",
        "publisher": "Publisher",
        "licence": "Open Government Licence v3.0",
        "url": None,
        "attribution": "",
        "published_on": "2024-11-12",
        "loaded_at": "2026-11-20T10:00:00+00:00",
        "replaced_at": None,
        "origin": "illustrative" if release_id == ILLUSTRATIVE else "publisher",
        "illustrative": release_id == ILLUSTRATIVE,
        "is_current": True,
        "identity": release_id,
        "parser_version": 1,
        "precedence": 0,
        "rows": 1,
        "accepted": None,
    }


def _period(release_id: str) -> str:
    periods = {RELEASE: "2023-01-01/P1Y", OLD_THERAPIES: "2021-04-01/P1Y"}
    return periods.get(release_id, "2023-04-01/P1Y")


def _figure(
    indicator_id: str, area_code: str, value: float | None, half: float | None, release_id: str
) -> dict[str, Any]:
    limits = None if value is None or half is None else (value - half, value + half)
    status = "illustrative" if release_id == ILLUSTRATIVE else "ok" if value is not None else "unreliable"
    return {
        "indicator_id": indicator_id,
        "period": _period(release_id),
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "area_code": area_code,
        "value": value,
        "numerator": None,
        "denominator": None,
        "lower_ci_95": limits[0] if limits else None,
        "upper_ci_95": limits[1] if limits else None,
        "lower_ci_998": None,
        "upper_ci_998": None,
        "status": status,
        "interval_method": "published" if limits else "none",
        "note": "",
        "release_id": release_id,
        "route": 0,
        "source_row": 2,
        "basis_period": None,
    }


def _trend(
    indicator_id: str, area_code: str, value: float | None, half: float | None, release_id: str
) -> dict[str, Any]:
    known = half is not None and indicator_id == "employment-rate"
    return {
        "indicator_id": indicator_id,
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "area_code": area_code,
        "direction": "increasing" if known else "not_calculated",
        "judgement": "getting_better" if known else "none",
        "chi_square": 14.2 if known else None,
        "p_value": 0.0002 if known else None,
        "slope": 0.5 if known else None,
        "periods_used": json.dumps([f"{year}-01-01/P1Y" for year in range(2019, 2024)] if known else []),
        "reason": ""
        if known
        else "fewer than five periods have a figure with an interval or counts (one found)",
        "latest_period": _period(release_id),
        "illustrative": release_id == ILLUSTRATIVE,
    }


def _spreads() -> Any:
    for indicator_id, area_type, release_id, vintage, bounds in (
        ("employment-rate", "ltla", RELEASE, 2024, (60.0, 66.0, 73.0, 76.5, 80.0, 84.0, 90.0)),
        ("employment-rate", "england", RELEASE, 2023, (76.0, None, None, None, None, None, 76.0)),
        ("claimant-count", "ltla", RELEASE, 2024, (1.0, 1.5, 2.5, 3.5, 4.5, 6.5, 8.0)),
        ("no-qualifications", "ltla", RELEASE, 2024, (1.0, 1.5, 2.5, 3.5, 4.5, 6.5, 8.0)),
        (
            "talking-therapies-recovery-rate",
            "icb",
            THERAPIES,
            2023,
            (44.0, 46.0, 48.0, 50.0, 52.0, 54.0, 58.0),
        ),
        ("ips-access-rate", "icb", ILLUSTRATIVE, 2023, (40.0, 46.0, 48.0, 50.0, 52.0, 84.0, 98.0)),
    ):
        yield {
            "indicator_id": indicator_id,
            "period": _period(release_id),
            "sex": "persons",
            "age": "16-64",
            "breakdown": "all",
            "area_type": area_type,
            "period_end": Period.parse(_period(release_id)).end_on.isoformat(),
            "vintage": vintage,
            "n_values": 10,
            "n_areas": 10,
            **dict(zip(("minimum", "p5", "p25", "p50", "p75", "p95", "maximum"), bounds, strict=True)),
            "is_latest": True,
            "illustrative": release_id == ILLUSTRATIVE,
        }


@pytest.fixture(scope="module")
def profiles(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    folder: Path = tmp_path_factory.mktemp("profiles")
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    _seed(store)
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 22))


@pytest.fixture(scope="module")
def visitor(profiles: Context) -> Any:
    return build_app(profiles).server.test_client()


def words_of(visitor: Any, address: str, status: int = 200) -> str:
    """The words of a page's first paint, tags taken out, spaces made one; SVG labels are kept."""
    answer = visitor.get(address)
    assert answer.status_code == status, address
    page = answer.get_data(as_text=True)
    page = page[page.index("<main") : page.index("</main>")]
    page = re.sub(r'<svg[^>]*aria-label="([^"]*)"[^>]*>', r" [\1] ", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


# ---- finding -----------------------------------------------------------------------------------------


def test_areas_can_be_browsed_by_type_and_region(visitor: Any) -> None:
    assert "Local authorities (lower tier) 296 areas" in words_of(visitor, "/areas")
    of_region = words_of(visitor, "/areas?area_type=ltla&parent=E12000004")
    assert "East Midlands Amber Valley Ashfield" in of_region
    assert "Adur" not in of_region and "Adur" in words_of(visitor, "/areas?area_type=ltla")
    assert "106 areas, until 30 June 2022" in words_of(visitor, "/areas?area_type=ccg")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("notting", "Nottingham Unitary authority in the East Midlands"),
        ("E06000018", "Nottingham Unitary authority in the East Midlands"),
        ("aylesbury", "Aylesbury Vale District in the South East, until 31 March 2020"),
        ("aylesbury", "Aylesbury Town in Buckinghamshire, 69,805 people"),
        ("aylesbury vale", "Buckinghamshire Unitary authority in the South East. Formerly Aylesbury Vale"),
        ("52r", "NHS Nottingham and Nottinghamshire ICB – Nottingham and Nottinghamshire (52R)"),
    ],
)
def test_areas_are_found_by_name_code_and_old_name(visitor: Any, text: str, found: str) -> None:
    assert found in words_of(visitor, f"/areas?q={text}")


def test_a_name_that_is_not_known_says_what_to_do(visitor: Any) -> None:
    words = words_of(visitor, "/areas?q=<b>zzzz</b>")
    assert "No place is called “<b>zzzz</b>”." in words
    assert "Check the spelling, or try fewer letters." in words


def test_a_parent_that_holds_no_such_area_says_so(visitor: Any) -> None:
    assert "No integrated care boards lie in the East Midlands." in words_of(
        visitor, "/areas?area_type=icb&parent=E12000004"
    )


# ---- the profile -------------------------------------------------------------------------------------


def test_profile_says_the_headline_in_words(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}")
    sentence = "In 2023, 66.1% of people aged 16 to 64 in Nottingham were in work (95% CI 62.0% to 70.2%), compared with 76.0% in England. This figure is over 2 years old."
    assert words.index("Nottingham") < words.index(sentence) < words.index("Worse than England")
    assert f"Worse than England {sentence}" in words
    assert "Better than England No indicator is significantly better than England." in words
    assert "Of 1 indicator compared with England: 1 worse." in words


def test_profile_rows_hold_value_interval_england_spine_comparison_trend_and_period(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}")
    assert (
        "Employment rate Nottingham: 66.1% (62.0% to 70.2%) Survey quality A: precise England: 76.0% Worse – England – Better: "
        "[Worse than England; half of local authorities (lower tier): 73.0% to 80.0%; 9 in 10: 66.0% to 84.0%] "
        "Compared with England: Worse Recent trend: Increasing (better)"
    ) in words
    assert "χ² = 14.2, p < 0.001" in words
    assert "Claimant count Nottingham: 6.0% England: 4.0%" in words
    assert "Compared with England: Not compared Recent trend: Not calculated" in words
    assert "Too uncertain to publish" in words  # no-qualifications


def test_profile_names_parents_and_similar_areas(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}")
    assert "Region East Midlands" in words
    assert "Integrated care board NHS Nottingham and Nottinghamshire Integrated Care Board" in words
    assert "Compare Nottingham with them" in words
    page = visitor.get(f"/areas/{NOTTINGHAM}").get_data(as_text=True)
    assert f'href="/areas/{NOTTINGHAM_ICB}"' in page


def test_profile_of_an_overlapping_district_says_that_it_lies_in_both_partnerships(visitor: Any) -> None:
    assert ": they overlap here, and it lies in both" in words_of(visitor, "/areas/E07000199")  # Tamworth


def test_shares_are_said_in_words(visitor: Any) -> None:
    words = words_of(visitor, "/areas/E06000060")
    assert "Berkshire West Integrated Care Board (about 99%)" in words
    assert "What the shares mean" in words


def test_profile_points_to_the_nearest_area_that_has_a_figure(visitor: Any, profiles: Context) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}")
    assert "NHS Nottingham and Nottinghamshire Integrated Care Board (integrated care board): " in words
    area = profiles.register.area(NOTTINGHAM)
    lines = [line for line in lines_of(profiles, NOTTINGHAM) if line.indicator.id == "employment-rate"]
    found = elsewhere(profiles, area, lines)
    by_code = {
        there.area_code: {indicator.id for indicator in indicators} for there, _, indicators in found.nearest
    }
    assert by_code[NOTTINGHAM_ICB] == {"talking-therapies-recovery-rate", "ips-access-rate"}
    assert found.inside == {}
    assert "median-weekly-pay" in {indicator.id for indicator in found.unloaded}
    assert "median-weekly-pay" not in {indicator.id for indicator in found.nowhere}


def test_profile_of_a_series_that_ended_points_to_the_newer_one(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{SUB_ICB}")
    assert (
        "Newer figures than those above, for an area round it: NHS Nottingham and Nottinghamshire Integrated Care Board : "
        "Talking therapies recovery."
    ) in words


def test_profile_of_a_region_points_to_the_areas_inside_it(profiles: Context) -> None:
    area = profiles.register.area("E12000004")
    inside = elsewhere(profiles, area, []).inside
    assert "employment-rate" in {indicator.id for indicator in inside["ltla"]}


def test_illustrative_rows_are_marked_in_words(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM_ICB}")
    assert "Illustrative figures." in words
    assert "IPS referral rate Per 100,000 Illustrative, not a real figure" in words
    lead = words[: words.index("Worse than England")]
    assert "IPS referral rate" not in lead
    assert "Not loaded: people aged 18 to 69 who accessed Individual Placement and Support (IPS)" in lead
    assert "IPS referral rate (illustrative)" in words_of(visitor, f"/areas/{NOTTINGHAM}")


def test_illustrative_figures_are_folded_away_and_never_compared(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM_ICB}")
    folded = words[words.index("1 illustrative figure, not real") :]
    assert (
        "IPS referral rate"
        not in words[words.index("beside England") : words.index("1 illustrative figure,")]
    )
    # its interval of 75 to 85 lies beside no figure of England, and would not be judged if it did
    assert folded.index("IPS referral rate") < folded.index(
        "Compared with England: Illustrative, not compared"
    )


@pytest.mark.parametrize(
    ("status", "is_illustrative", "word"),
    [("ok", False, "worse"), ("illustrative", False, "not_compared"), ("ok", True, "not_compared")],
)
def test_an_illustrative_figure_is_neither_better_nor_worse_and_nothing_is_compared_with_one(
    profiles: Context, status: str, is_illustrative: bool, word: str
) -> None:
    row = {**_figure("employment-rate", NOTTINGHAM, 66.1, 4.1, RELEASE), "status": status, "trend": None}
    [line] = beside(profiles, [row], [Reference(76.0, is_illustrative)])
    assert line.compared == word


def test_what_is_asked_for_next_stands_near_the_top(visitor: Any) -> None:
    page = visitor.get(f"/areas/{NOTTINGHAM}").get_data(as_text=True)
    page = page[page.index("<main") :]
    top = page[: page.index("Worse than England")]
    for href in (
        "#take-away",
        f"/map?indicator=employment-rate&amp;area_type=ltla&amp;area={NOTTINGHAM}",
        f"/trends?indicator=employment-rate&amp;area_type=ltla&amp;area={NOTTINGHAM}",
        f"/overview?area={NOTTINGHAM}",
        f"/conditions?area={NOTTINGHAM}",
    ):
        assert f'href="{href}"' in top
    assert 'id="take-away"' in page
    words = words_of(visitor, f"/areas/{NOTTINGHAM}")
    board = visitor.get(f"/areas/{NOTTINGHAM_ICB}").get_data(as_text=True)
    assert (
        f"&amp;area_type=icb&amp;area={NOTTINGHAM_ICB}" in board
        and "/map?indicator=employment-rate" not in board
    )
    assert words.index("Nottingham beside England") < words.index("Where it lies, and areas like it")


def test_counts_are_folded_away_beside_england_only(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM_ICB}")
    assert "1 count, not compared: a larger place has more of everything" in words
    assert "not compared: a larger place" not in words_of(visitor, f"/areas/{ENGLAND}")


def test_abolished_area_says_what_became_of_it(visitor: Any) -> None:
    words = words_of(visitor, "/areas/E07000004")
    assert "District in the South East, until 31 March 2020 Aylesbury Vale" in words
    assert "Aylesbury Vale no longer exists. It ended on 31 March 2020." in words
    assert "On 1 April 2020 it became part of: Buckinghamshire" in words
    # figures of the area that took its place are offered
    assert "Buckinghamshire (local authority (lower tier)): Employment rate" in words


def test_abolished_county_gives_the_shares_of_its_successors(visitor: Any) -> None:
    words = words_of(visitor, "/areas/E10000021")
    assert "West Northamptonshire (about 54%) North Northamptonshire (about 46%)" in words


def test_a_successor_is_named_as_it_was_then_and_is_now(visitor: Any) -> None:
    words = words_of(visitor, "/areas/E38000132")
    assert (
        "On 1 April 2020 it became part of: NHS Nottingham and Nottinghamshire CCG , now NHS Nottingham and "
        "Nottinghamshire ICB – Nottingham and Nottinghamshire (52R)"
    ) in words


def test_a_code_that_outlived_its_type_says_what_it_was(visitor: Any) -> None:
    assert "Until 30 June 2022 this code stood for the clinical commissioning group" in words_of(
        visitor, "/areas/E38000243"
    )


def test_england_is_shown_without_comparison(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{ENGLAND}")
    assert "In 2023, 76.0% of people aged 16 to 64 in England were in work (95% CI 75.6% to 76.4%). This figure is over 2 years old." in words
    assert "Figures for England" in words and "Compared with England:" not in words


def test_profile_names_its_sources(visitor: Any) -> None:
    assert (
        "Employment rate; Claimant count; No qualifications : Publisher, Publication of ons_local_indicators. "
        "Published 12 November 2024, loaded 20 November 2026. Open Government Licence v3.0."
    ) in words_of(visitor, f"/areas/{NOTTINGHAM}")


def test_profile_can_be_taken_away_as_csv(visitor: Any) -> None:
    assert f'href="/csv/areas/{NOTTINGHAM}"' in visitor.get(f"/areas/{NOTTINGHAM}").get_data(as_text=True)
    answer = visitor.get(f"/csv/areas/{NOTTINGHAM}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="work-and-health-E06000018.csv"'
    found = next(
        row for row in answer.get_data(as_text=True).splitlines() if row.startswith("employment-rate,")
    )
    assert found.startswith(
        'employment-rate,"Employment rate, people aged 16 to 64",E06000018,Nottingham,ltla,2023-01-01/P1Y,2023,'
        "persons,16-64,all,66.1,%,62,70.2,"
    )


# ---- what a page asks the store ------------------------------------------------------------------------


def test_what_an_area_stands_beside_is_the_same_whether_it_is_of_the_newest_period_or_an_older_one(
    profiles: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = lines_of(profiles, NOTTINGHAM)
    assert any(line.spine for line in newest)
    monkeypatch.setattr(type(profiles.store), "newest_spreads", lambda self, area_type: [])
    monkeypatch.setattr(Context, "cached", lambda self, key, build, **how: build())
    assert lines_of(profiles, NOTTINGHAM) == newest


def test_a_profile_asks_the_store_three_times(profiles: Context, visitor: Any) -> None:
    """Its figures with their trends, what changed, and which publication: the rest is cached for all areas."""
    visitor.get(f"/areas/{NOTTINGHAM}")  # what does not depend on the area is worked out here
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    engine = profiles.store.connections.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert visitor.get("/areas/E06000060").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) <= 3, asked


# ---- addresses that are wrong ------------------------------------------------------------------------


def test_unknown_code_is_a_404_with_areas_of_a_like_name(visitor: Any) -> None:
    words = words_of(visitor, "/areas/nottingham", status=404)
    assert "We do not know this area" in words
    assert "Nottingham: Unitary authority in the East Midlands" in words


@pytest.mark.parametrize(
    "path", ["/areas/E99999999", "/areas/%3Cscript%3E", "/areas/" + "x" * 3000, "/areas/E06000018/more"]
)
def test_addresses_that_lead_nowhere_are_404s_in_words(visitor: Any, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "<script>E" not in answer.get_data(as_text=True)


def test_small_letters_in_a_code_are_the_same_area(visitor: Any) -> None:
    assert "Nottingham" in words_of(visitor, "/areas/e06000018")


def test_every_area_of_the_register_has_a_page(profiles: Context) -> None:
    for area_code in sorted({area.area_code for area in profiles.register})[::29]:
        assert area_pages.area_page(profiles, profiles.register.area(area_code))
