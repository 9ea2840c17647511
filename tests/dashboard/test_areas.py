"""Area pages: finding one, the profile, abolished areas, what is published elsewhere, and addresses that are wrong."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from dashboard.address.cache import Cache
from dashboard.address.context import Context
from dashboard.answers.profile import Reference
from dashboard.answers.time_series import Line as TimeLine
from dashboard.answers.time_series import Point
from dashboard.components.area_summary import covering_section
from dashboard.components.profile import key_figures, key_of, spine_section
from dashboard.pages import area as area_pages
from dashboard.pages import area_sources
from dashboard.queries.elsewhere import covering, elsewhere
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
        connection.execute(
            schema.source.insert(),
            {
                **dict.fromkeys(("title", "publisher", "licence", "url", "cadence"), "x"),
                "source_id": RELEASE.split(":")[0],
                "place": 0,
                "live": True,
                "months": "[1, 4]",
                "day": 20,
            },
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
    kinds = "Unitary authorities, districts, metropolitan districts and London boroughs."
    assert f"Local authorities (lower tier) {kinds} 296 areas" in words_of(visitor, "/areas")
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


def test_the_summary_counts_what_is_compared(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}")
    assert (
        "Unitary authority in the East Midlands · NHS Nottingham and Nottinghamshire ICB Nottingham" in words
    )
    assert "1 indicator is compared with England: it is worse in Nottingham." in words
    of_county = words_of(visitor, "/areas/E07000199")  # Tamworth
    assert "District in the West Midlands · Staffordshire · NHS Staffordshire" in of_county


def test_a_key_figure_says_what_and_whom_with_interval_england_and_age(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}")
    assert (
        "Key figures In work, aged 16 to 64 66.1% 95% CI 62.0% to 70.2% Worse than England, 76.0% "
        "too few years for a chart 2023, over 2 years old"
    ) in words
    page = visitor.get(f"/areas/{NOTTINGHAM}").get_data(as_text=True)
    assert page.count('<li class="wh-card ') == 1  # of what is loaded one figure is a key figure
    assert 'class="wh-card wh-card-worse"' in page


def test_a_row_holds_value_interval_england_spine_comparison_course_and_period(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}")
    assert (
        "Employment rate Aged 16 to 64 66.1% 62.0% to 70.2% 76.0% "
        "[Worse than England; half of local authorities (lower tier): 73.0% to 80.0%; 9 in 10: 66.0% to 84.0%] "
        "Worse too few years 2023 , over 2 years old"
    ) in words
    assert "Claimant count Aged 16 to 64 6.0% no interval 4.0%" in words
    assert "Not compared too few years 2023" in words
    assert "Too uncertain to publish" in words  # no-qualifications
    assert "Work 1 worse Employment rate" in words
    assert "Nottingham compared with England" in words


def test_a_figure_of_many_years_has_its_course_and_its_trend(profiles: Context) -> None:
    [line] = [line for line in lines_of(profiles, NOTTINGHAM) if line.indicator.id == "employment-rate"]
    years = [f"{year}-01-01/P1Y" for year in range(2019, 2024)]
    own = TimeLine(
        NOTTINGHAM, "Nottingham", tuple(Point(year, 60.0 + place) for place, year in enumerate(years))
    )
    england = TimeLine(ENGLAND, "England", tuple(Point(year, 75.0) for year in years), is_benchmark=True)
    courses = {key_of(line): {NOTTINGHAM: own, ENGLAND: england}}
    drawn = spine_section(NOTTINGHAM, "Nottingham", [line], courses, {"ltla": "councils"}, "", compared=True)
    said = 'aria-label="Trend of Employment rate: 60.0% in 2019, 64.0% in 2023; increasing (better)"'
    assert said in drawn
    assert f'href="/trends?indicator=employment-rate&amp;area_type=ltla&amp;area={NOTTINGHAM}"' in drawn
    assert "Increasing (better)</span>" in drawn
    card = str(key_figures(NOTTINGHAM, [line], courses))
    assert "<span>2019</span><span>increasing (better)</span><span>2023</span>" in card
    assert "Over time: 60.0% in 2019, 64.0% in 2023; increasing (better)." in card


def test_all_figures_of_an_area_stand_in_a_table_with_trend_and_quality(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}/figures")
    assert (
        "Employment rate Aged 16 to 64 Work 66.1% 62.0% to 70.2% 76.0% Worse Increasing (better) A: precise "
        "2023 (over 2 years old)"
    ) in words
    sentence = (
        "Worse than England In 2023, 66.1% of people aged 16 to 64 in Nottingham were in work (95% CI 62.0% to 70.2%), "
        "compared with 76.0% in England. This figure is over 2 years old."
    )
    assert sentence in words
    assert "Better than England No indicator is significantly better than England." in words


def test_the_tab_of_similar_areas_names_parents_and_similar_areas(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}/similar")
    assert "Region East Midlands" in words
    assert "Integrated care board NHS Nottingham and Nottinghamshire Integrated Care Board" in words
    assert "Compare Nottingham with these areas" in words
    page = visitor.get(f"/areas/{NOTTINGHAM}/similar").get_data(as_text=True)
    assert f'href="/areas/{NOTTINGHAM_ICB}"' in page
    # the area itself stands first among those like it, England last
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page[page.index('id="similar-table"') :])
    assert "66.1%" in rows[1] and "62.0% to 70.2%" in rows[1] and "Nottingham" in rows[1]
    assert "No figure" in rows[2] and "England" in rows[-1] and "76.0%" in rows[-1]


def test_areas_without_similar_ones_say_so(visitor: Any) -> None:
    assert (
        "Similar areas are known for councils (Office for National Statistics), and for sub-ICB"
        in words_of(visitor, "/areas/E37000001/similar")
    )
    assert "Areas similar to" not in words_of(visitor, "/areas/E37000001")


def test_similar_nhs_areas_are_said_to_be_worked_out_here(visitor: Any) -> None:
    how = "child poverty"
    named = "NHS Derby and Derbyshire Integrated Care Board"
    for path in (f"/areas/{NOTTINGHAM_ICB}", f"/areas/{NOTTINGHAM_ICB}/similar"):
        words = words_of(visitor, path)
        assert how in words and named in words and "Calculated here, not by NHS England." in words


def test_an_overlapping_district_says_that_it_lies_in_both_partnerships(visitor: Any) -> None:
    assert ": they overlap here, and it lies in both" in words_of(
        visitor, "/areas/E07000199/similar"
    )  # Tamworth


def test_shares_are_said_in_words(visitor: Any) -> None:
    words = words_of(visitor, "/areas/E06000060/similar")
    assert "Berkshire West Integrated Care Board (about 99%)" in words
    assert "What the shares mean" in words


def test_all_figures_point_to_the_nearest_area_that_has_a_figure(visitor: Any, profiles: Context) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}/figures")
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


def test_a_series_that_ended_points_to_the_newer_one(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{SUB_ICB}/figures")
    assert (
        "Newer figures, for an area that it is part of: NHS Nottingham and Nottinghamshire Integrated Care Board : "
        "Talking therapies recovery."
    ) in words


def test_a_region_points_to_the_areas_inside_it(profiles: Context) -> None:
    area = profiles.register.area("E12000004")
    inside = elsewhere(profiles, area, []).inside
    assert "employment-rate" in {indicator.id for indicator in inside["ltla"]}


def test_illustrative_rows_are_marked_in_words_and_stand_on_no_summary(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM_ICB}/figures")
    assert "Illustrative figures." in words
    assert "IPS referral rate Per 100,000, aged 16 to 64 Illustrative, not a real figure" in words
    summary = words_of(visitor, f"/areas/{NOTTINGHAM_ICB}")
    assert "IPS referral rate" not in summary
    assert "2 figures more: counts and illustrative figures. All figures" in summary
    assert "IPS referral rate (illustrative)" in words_of(visitor, f"/areas/{NOTTINGHAM}/figures")


def test_illustrative_figures_are_folded_away_and_never_compared(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM_ICB}/figures")
    folded = words[words.index("1 illustrative figure, not real") :]
    before = words[words.index("Every indicator for") : words.index("1 illustrative figure,")]
    assert "IPS referral rate" not in before
    # its interval of 75 to 85 lies beside no figure of England, and would not be judged if it did
    assert folded.index("IPS referral rate") < folded.index("Not compared Illustrative, not compared")


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


def test_the_pack_stands_at_the_top_of_every_tab_and_the_tabs_lead_to_each_other(visitor: Any) -> None:
    for tab in ("", "/figures", "/trends", "/similar", "/sources"):
        path = f"/areas/{NOTTINGHAM}{tab}"
        page = visitor.get(path).get_data(as_text=True)
        top = page[page.index("<main") : page.index('<nav class="wh-tabs"')]
        assert (
            f'href="/areas/{NOTTINGHAM}/pack.pdf"' in top and f'href="/areas/{NOTTINGHAM}/pack.xlsx"' in top
        )
        assert 'id="take-away"' in top and top.count("<h1") == 1
        tabs = page[
            page.index('<nav class="wh-tabs"') : page.index("</nav>", page.index('<nav class="wh-tabs"'))
        ]
        assert f'href="{path}" class="wh-tab" aria-current="page"' in tabs
        assert f'href="/conditions?area={NOTTINGHAM}"' in tabs
    assert f'href="/csv/areas/{NOTTINGHAM}"' in visitor.get(f"/areas/{NOTTINGHAM}/figures").text
    assert visitor.get(f"/csv/areas/{NOTTINGHAM}/figures").status_code == 200


def test_names_of_places_that_moved_to_other_tabs_still_lead_there(visitor: Any) -> None:
    """Older links to the page of an area end on a part of it."""
    page = visitor.get(f"/areas/{NOTTINGHAM}").get_data(as_text=True)
    for name, href in (
        ("answers", f"/areas/{NOTTINGHAM}/figures#answers"),
        ("ledger", f"/areas/{NOTTINGHAM}/figures#ledger"),
        ("where", f"/areas/{NOTTINGHAM}/similar#where"),
        ("sources-and-method", f"/areas/{NOTTINGHAM}/sources"),
    ):
        assert re.search(rf'<li id="{name}"><a href="{re.escape(href)}"', page), name
        path, _, target = href.partition("#")
        assert not target or f'id="{target}"' in visitor.get(path).get_data(as_text=True)
    for name in ("figures", "take-away", "elsewhere", "what-changed", "evidence"):
        assert page.count(f'id="{name}"') == 1, name


def test_counts_are_folded_away_beside_england_only(visitor: Any) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM_ICB}/figures")
    assert "1 count, not compared: a larger place has more of everything" in words
    assert "not compared: a larger place" not in words_of(visitor, f"/areas/{ENGLAND}/figures")


def test_figures_of_areas_that_cover_it_are_shown_with_whose_they_are(
    visitor: Any, profiles: Context
) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}")
    # of 2023/24, which is over two years before the day of these tests
    assert "Talking therapies recovery" not in words
    early = replace(
        profiles, today=lambda: date(2025, 11, 22), _of_publication=Cache(1_000_000, lambda _, value: 1)
    )
    area = profiles.register.area(NOTTINGHAM)
    [found] = covering(early, area, {"employment-rate"})
    assert (found.area.area_code, found.line.row["value"], found.line.compared) == (
        NOTTINGHAM_ICB,
        53.9,
        "better",
    )
    assert covering(early, area, {"employment-rate", "talking-therapies-recovery-rate"}) == ()
    drawn = str(covering_section(NOTTINGHAM, "Nottingham", [found]))
    # Ashfield is one of the seven others that lie in it by at least half
    whose = "NHS Nottingham and Nottinghamshire ICB (covers all of Nottingham and 7 more districts), 2023/24"
    assert whose in drawn
    assert "England 50.0%" in drawn and "Better" in drawn


def test_abolished_area_says_what_became_of_it(visitor: Any) -> None:
    words = words_of(visitor, "/areas/E07000004")
    assert "District in the South East , until 31 March 2020" in words and "Aylesbury Vale" in words
    assert "Aylesbury Vale no longer exists. It ended on 31 March 2020." in words
    assert "On 1 April 2020 it became part of: Buckinghamshire" in words
    assert "pack.pdf" not in visitor.get("/areas/E07000004").text
    # figures of the area that took its place are offered
    figures = words_of(visitor, "/areas/E07000004/figures")
    assert "Buckinghamshire (local authority (lower tier)): Employment rate" in figures
    assert "How this area changed Aylesbury Vale no longer exists." in words_of(
        visitor, "/areas/E07000004/similar"
    )


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
    assert "Figures for England" in words and "Employment rate Aged 16 to 64 76.0% 75.6% to 76.4%" in words
    assert "compared with England" not in words and "Better ►" not in words
    assert "Compared with England" not in words_of(visitor, f"/areas/{ENGLAND}/figures")


def test_the_sources_of_each_figure_and_whom_to_tell_are_named(visitor: Any, profiles: Context) -> None:
    words = words_of(visitor, f"/areas/{NOTTINGHAM}/sources")
    assert (
        "Employment rate 2023 (over 2 years old) Publisher Publication of ons_local_indicators 12 November 2024 Open "
        "Government Licence v3.0 To report a problem, write to Publisher."
    ) in words
    assert (
        "Employment rate; Claimant count; No qualifications : Publisher, Publication of ons_local_indicators. "
        "Published 12 November 2024, loaded 20 November 2026. Open Government Licence v3.0."
    ) in words
    assert "Where this figure comes from" in words and "What changed" in words
    assert "Next release expected for the key figures: 20 January 2027 (Employment rate)." in words
    told = replace(profiles, settings=profiles.settings.model_copy(update={"contact": "figures@example.org"}))
    page = "".join(area_sources.sources_tab(told, profiles.register.area(NOTTINGHAM))[1])
    assert page.count('href="mailto:figures@example.org?subject=') == 3


def test_trends_are_drawn_where_there_are_several_periods(visitor: Any, profiles: Context) -> None:
    assert "No indicator has figures of several periods for Nottingham." in words_of(
        visitor, f"/areas/{NOTTINGHAM}/trends"
    )


def test_profile_can_be_taken_away_as_csv(visitor: Any) -> None:
    answer = visitor.get(f"/csv/areas/{NOTTINGHAM}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="work-and-health-E06000018.csv"'
    found = next(
        row for row in answer.get_data(as_text=True).splitlines() if row.startswith("employment-rate,")
    )
    assert found.startswith(
        "employment-rate,E06000018,Nottingham,ltla,E12000004,East Midlands,2023-01-01/P1Y,2023-01-01,2023-12-31,2023,"
        "persons,16-64,all,66.1,"
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
    """Its figures with their trends, their course over time, and which publication: the rest is cached for all areas.

    Reading lies whole in the areas around it. Where only most of an area lies in another, the figures of that one are asked
    for too, once for all areas in it.
    """
    visitor.get(f"/areas/{NOTTINGHAM}")  # what does not depend on the area is calculated here
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    engine = profiles.store.connections.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert visitor.get("/areas/E06000038").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert 1 <= len(asked) <= 3, asked


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
