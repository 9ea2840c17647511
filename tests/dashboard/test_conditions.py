"""Work by health condition: rates, gaps, services, inequalities, what is not loaded, and the slope over deprivation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.answers.conditions import (
    ConditionFigure,
    GroupFigures,
    LoadedGroup,
    RecoveryGroup,
)
from dashboard.figures import colours
from dashboard.figures.conditions import (
    ENGLANDS,
    Dot,
    Dumbbell,
    dumbbell,
    grouped_svg,
    nice_ends,
    scale_end,
)
from dashboard.queries import conditions
from dashboard.queries.profile import (
    by_group,
    has_groups,
    lines_from,
    lines_of,
    main_lines,
    main_of,
    main_rows,
)
from dashboard.queries.recovery import deprivation_ranks, deprivation_slope
from dashboard.queries.stand_ins import stand_ins
from dashboard.sentences.recovery import group_sentence
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator, in_role
from indicators.catalogue.shown import Group
from indicators.periods import Period
from indicators.settings import load_settings
from indicators.statistics.inequality import slope_index
from indicators.store import Store, schema

from .reading import rows_of_csv, table_of

ENGLAND = "E92000001"
NOTTINGHAM = "E06000018"
KENT = "E10000016"
CANTERBURY = "E07000106"
NOTTINGHAM_ICB = "E54000060"
SUB_ICB = "E38000243"
OLD_CCG = "E38000132"  # Nottingham City, until 2020
ONS = "ons_local_indicators:2024-11:ab12cd34"
ASCOF = "ascof:2020-21:cd34ab12"
THERAPIES = "nhs_talking_therapies:2024-25:12ab34cd"
OLD_THERAPIES = "nhs_talking_therapies:2021-22:56ab78cd"
ILLUSTRATIVE = "mhsds:illustrative:00ff00ff"
PERIODS = {ONS: "2023-01-01/P1Y", ASCOF: "2020-04-01/P1Y", OLD_THERAPIES: "2021-04-01/P1Y"}
RECOVERY = "talking-therapies-recovery-rate"
LEARNING = "employment-rate-learning-disability"

# indicator, area, value, half of the interval, release
FIGURES: tuple[tuple[str, str, float, float | None, str], ...] = (
    ("employment-rate", ENGLAND, 76.0, 0.4, ONS),
    ("employment-rate", NOTTINGHAM, 66.1, 4.1, ONS),
    ("employment-rate", CANTERBURY, 67.2, 9.9, ONS),
    ("disability-prevalence", NOTTINGHAM, 18.6, 0.1, ONS),
    (LEARNING, ENGLAND, 5.1, 0.1, ASCOF),
    (LEARNING, NOTTINGHAM, 1.2, 0.5, ASCOF),
    (LEARNING, KENT, 3.7, 0.6, ASCOF),
    ("employment-gap-learning-disability", ENGLAND, 70.5, 0.3, ASCOF),
    ("employment-gap-learning-disability", NOTTINGHAM, 74.0, 3.4, ASCOF),
    (RECOVERY, ENGLAND, 50.5, 0.1, THERAPIES),
    (RECOVERY, NOTTINGHAM_ICB, 51.0, 0.7, THERAPIES),
    (RECOVERY, SUB_ICB, 50.9, 0.7, OLD_THERAPIES),
    ("ips-access-rate", NOTTINGHAM_ICB, 64.0, 3.0, ILLUSTRATIVE),
)


def decile(number: int) -> str:
    words = {1: "Least deprived", 10: "Most deprived"}.get(
        number, "Less deprived" if number < 6 else "More deprived"
    )
    return f"deprivation decile: {number:02d} {words}"  # fmt: skip


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


def _row(
    indicator_id: str, area_code: str, value: float, half: float | None, release_id: str, **more: Any
) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id,
        "period": PERIODS.get(release_id, "2024-04-01/P1Y"),
        "sex": "persons",
        "age": "all",
        "breakdown": "all",
        "area_code": area_code,
        "value": value,
        "numerator": None,
        "denominator": None,
        "lower_ci_95": None if half is None else value - half,
        "upper_ci_95": None if half is None else value + half,
        "lower_ci_998": None,
        "upper_ci_998": None,
        "status": "illustrative" if release_id == ILLUSTRATIVE else "ok",
        "interval_method": "none" if half is None else "Wilson score",
        "note": "",
        "release_id": release_id,
        "route": 0,
        "source_row": 2,
        "basis_period": None,
        **more,
    }


def _rows() -> Iterator[dict[str, Any]]:
    for figure in FIGURES:
        yield _row(*figure)
    for area_code, first in ((NOTTINGHAM_ICB, 58.0), (ENGLAND, 56.0)):
        for number in range(1, 11):
            yield _row(
                RECOVERY, area_code, first - 1.5 * (number - 1), 2.0, THERAPIES,
                breakdown=decile(number), numerator=500.0, denominator=1000.0,
            )  # fmt: skip
        for sex, value in (("female", 50.4), ("male", 52.7)):
            yield _row(RECOVERY, area_code, value, 1.0, THERAPIES, sex=sex)
        for group, value in (("Mixed", 44.4), ("White", 52.5), ("White, Irish", 53.0)):
            yield _row(RECOVERY, area_code, value, 1.0, THERAPIES, breakdown=f"ethnic group: {group}")


def _trend(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("indicator_id", "sex", "age", "breakdown", "area_code")},
        "direction": "not_calculated",
        "judgement": "none",
        "chi_square": None,
        "p_value": None,
        "slope": None,
        "periods_used": "[]",
        "reason": "fewer than five periods have a figure with an interval or counts (one found)",
        "latest_period": row["period"],
        "illustrative": row["status"] == "illustrative",
    }


def _spreads(register: Register, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        for kind in register.types_of(row["area_code"]):
            key = (row["indicator_id"], kind, row["period"], row["sex"], row["breakdown"])
            made[key] = {
                **{name: row[name] for name in ("indicator_id", "period", "sex", "age", "breakdown")},
                "area_type": kind,
                "period_end": Period.parse(row["period"]).end_on.isoformat(),
                "vintage": 2023,
                "n_values": 1,
                "n_areas": 1,
                **dict.fromkeys(("minimum", "p5", "p25", "p50", "p75", "p95", "maximum"), None),
                "is_latest": True,
                "illustrative": row["status"] == "illustrative",
            }
    return list(made.values())


@pytest.fixture(scope="module")
def seeded(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    folder: Path = tmp_path_factory.mktemp("conditions")
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    store.create()
    rows = list(_rows())
    with store.connections.writing() as connection:
        connection.execute(
            schema.release.insert(),
            [_release(release_id) for release_id in (ONS, ASCOF, THERAPIES, OLD_THERAPIES, ILLUSTRATIVE)],
        )
        connection.execute(schema.observation.insert(), rows)
        connection.execute(schema.trend.insert(), [_trend(row) for row in rows])
        connection.execute(schema.distribution.insert(), _spreads(register, rows))
        connection.execute(
            schema.store_fact.update().where(schema.store_fact.c.name == "publication_id").values(value="1")
        )
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 22))


@pytest.fixture(scope="module")
def visitor(seeded: Context) -> Any:
    return build_app(seeded).server.test_client()


def words_of(visitor: Any, address: str) -> str:
    """The words of a page's first paint without the choices of its select, tags taken out, spaces made one."""
    answer = visitor.get(address)
    assert answer.status_code == 200, address
    page = answer.get_data(as_text=True)
    page = page[page.index("<main") : page.index("</main>")]
    page = re.sub(r"<select.*?</select>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


# ---- the page ----------------------------------------------------------------------------------------


def row_of(page: str, condition: str) -> str:
    """The words of the row of a group of people, with the text alternative of its picture in front."""
    row = page[page.index(f'id="group-{condition}"') :]
    row = (
        row[: row.index('class="wh-gap-row"')]
        if 'class="wh-gap-row"' in row
        else row[: row.index("</section>")]
    )
    label = re.search(r'aria-label="([^"]+)"', row)
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split())
    return f"{unescape(label[1]) if label else ''} {words}"


def test_without_an_area_it_is_england(visitor: Any) -> None:
    words = words_of(visitor, "/conditions")
    assert (
        "In England, 5.1% of adults with a learning disability known to their council were in paid work"
        in words
    )
    assert "in 2020/21 (95% CI 5.0% to 5.2%)." in words
    assert "In England it was" not in words


def test_it_is_a_tab_of_the_area(visitor: Any) -> None:
    page = visitor.get(f"/conditions?area={NOTTINGHAM}").text
    assert re.search(r"<h1[^>]*>Nottingham<span", page)
    assert f'href="/conditions?area={NOTTINGHAM}" class="wh-tab" aria-current="page">By condition<' in page
    for tab in (f"/areas/{NOTTINGHAM}", f"/areas/{NOTTINGHAM}/figures"):
        assert f'href="{tab}" class="wh-tab">' in page


def test_an_area_stands_beside_england_in_words_picture_and_table(visitor: Any) -> None:
    words = words_of(visitor, f"/conditions?area={NOTTINGHAM}")
    assert (
        "In Nottingham, 1.2% of adults with a learning disability known to their council were in paid work in 2020/21 "
        "(95% CI 0.7% to 1.7%). In England it was 5.1%."
    ) in words
    assert "Everyone of working age Nottingham 66.1% 62.0% to 70.2% 76.0% Worse 2023" in words
    assert "Nottingham 1.2% 0.7% to 1.7% 5.1% Worse 2020/21" in words
    row = row_of(visitor.get(f"/conditions?area={NOTTINGHAM}").text, "learning-disability")
    # everyone's rate of the year is the group's and the gap together
    assert (
        "Nottingham: 1.2% of the group, 75.2% of everyone, gap 74.0 points; "
        "England: 5.1% of the group, 75.6% of everyone, gap 70.5 points."
    ) in row
    assert "1.2% in paid work (95% CI 0.7% to 1.7%), compared with 5.1% in England." in row
    assert "In paid work: worse" in row
    assert "Gap: worse, 74.0 points (70.6 to 77.4)" in row
    assert "2020/21, over 5 years old; the measure ended in 2023/24" in row


def test_no_figure_is_a_reason_to_push_anyone(visitor: Any) -> None:
    words = words_of(visitor, "/conditions")
    assert "They are no reason to push anyone into a job that does not suit them." in words


def test_a_district_has_its_countys_figures_and_says_so(visitor: Any) -> None:
    page = visitor.get(f"/conditions?area={CANTERBURY}").text
    assert "those of Kent stand for Canterbury" in words_of(visitor, f"/conditions?area={CANTERBURY}")
    row = row_of(page, "learning-disability")
    assert "3.7% in paid work in Kent (95% CI 3.1% to 4.3%)" in row
    # no gap of Kent is loaded: England's is not drawn from Kent's rate
    assert "Kent: 3.7%; England: 5.1%." in row
    # purple is the reader's own area alone
    assert colours.OWN not in page


def test_an_area_without_any_shows_englands_rates_and_says_so(visitor: Any) -> None:
    page = visitor.get(f"/conditions?area={NOTTINGHAM_ICB}").text
    words = words_of(visitor, f"/conditions?area={NOTTINGHAM_ICB}")
    assert "No employment rate by health condition is loaded for NHS Nottingham and Nottinghamshire" in words
    assert "England 76.0% 75.6% to 76.4% 76.0% England itself 2023" in words
    assert "No figure is loaded for NHS Nottingham and Nottinghamshire" in row_of(page, "learning-disability")


def test_conditions_without_figures_keep_their_row_and_say_why(visitor: Any) -> None:
    page = visitor.get(f"/conditions?area={NOTTINGHAM}").text
    disabled = row_of(page, "disabled")
    assert "No figures loaded It is published, but not loaded here yet." in disabled
    assert 'href="/indicators/employment-rate-disabled"' in page
    # no indicator of the catalogue is about these two: nothing that is loaded will bring them
    for condition in ("musculoskeletal", "mental-health"):
        row = row_of(page, condition)
        assert "Not available for local authorities" in row and "Nearest: evidence of what helps" in row
    assert 'href="/evidence?condition=musculoskeletal"' in page
    assert page.index('id="group-learning-disability"') < page.index('id="group-disabled"')


def test_the_groups_are_said_to_overlap(visitor: Any) -> None:
    assert "The groups overlap and are counted in different ways." in words_of(visitor, "/conditions")


def test_what_helps_has_its_grade_and_the_figure_here(visitor: Any) -> None:
    page = visitor.get(f"/conditions?area={NOTTINGHAM}").text
    cards = page[page.index('id="evidence"') : page.index('id="services"')].split(
        '<section class="wh-help">'
    )[1:]
    words = [" ".join(unescape(re.sub(r"<[^>]+>", " ", card)).split()) for card in cards]
    placement, internships = (
        next(card for card in words if title in card)
        for title in ("Individual Placement and Support (IPS)", "Supported internships")
    )
    assert "Grade A A Individual Placement" in placement
    assert "Grade A: tested in trials. Source: Improving Lives, November 2017" in placement
    # its only local figure is illustrative
    assert placement.endswith("Here No local figure is published.")
    assert "Grade B: results, not from a trial." in internships
    assert "1.2%" in internships.split("Here")[1]
    assert all("Grade C" not in card and "Grade D" not in card for card in words)


def _group(rate: float, gap: float | None, *, gap_period: str = "2020-04-01/P1Y") -> GroupFigures:
    place: Any = SimpleNamespace(area_code="E1", area_type="utla", name="Here")

    def figure(value: float, england: float, period: str) -> Any:
        row = {"value": value, "period": period, "status": "ok"}
        line = SimpleNamespace(illustrative=False, england=england)
        return SimpleNamespace(area=place, row=row, line=line)

    group = LoadedGroup("People", None, True, "disabled")
    gap_figure = None if gap is None else figure(gap, 60.0, gap_period)
    return GroupFigures(group, group, figure(rate, 10.0, "2020-04-01/P1Y"), gap_figure)


def test_everyones_rate_is_drawn_only_with_a_gap_of_the_same_year() -> None:
    with_gap = _group(5.0, 66.7)
    assert with_gap.drawn is not None and with_gap.drawn.everyone == pytest.approx(71.7)
    assert with_gap.england is not None and with_gap.england.everyone == 70.0
    for without in (_group(5.0, None), _group(5.0, 66.7, gap_period="2019-04-01/P1Y")):
        assert without.drawn is not None and without.drawn.everyone is None
        assert without.england is not None and without.england.everyone is None


def test_a_figure_of_the_united_kingdom_alone_is_no_group_of_a_place(seeded: Context) -> None:
    assert seeded.catalogue["employment-rate-disabled-uk"].area_types == ("uk",)
    assert "employment-rate-disabled-uk" not in {
        group.indicator.id for group in conditions.groups_of(seeded, "rate") if group.indicator
    }


@pytest.mark.parametrize(
    ("area_code", "figures"),
    [
        (NOTTINGHAM, [("esa-claimants", NOTTINGHAM), ("fit-notes-rate", NOTTINGHAM_ICB)]),
        # England's rate stands in for one that is missing, England's count for none
        (CANTERBURY, [("fit-notes-rate", "E92000001")]),
        ("E92000001", [("esa-claimants", "E92000001"), ("fit-notes-rate", "E92000001")]),
    ],
)
def test_need_is_reported_by_the_council_and_the_nhs_area(
    seeded: Context, monkeypatch: pytest.MonkeyPatch, area_code: str, figures: list[tuple[str, str]]
) -> None:
    known = {
        ("esa-claimants", NOTTINGHAM),
        ("esa-claimants", "E92000001"),
        ("fit-notes-rate", NOTTINGHAM_ICB),
        ("fit-notes-rate", "E92000001"),
    }

    found: dict[str, dict[str, Any]] = {}
    for indicator_id, code in known:
        found.setdefault(code, {})[indicator_id] = stored(indicator_id, code)
    among: dict[tuple[str, str], dict[str, set[str]]] = {}
    for indicator_id, code in known:
        for kind in seeded.register.types_of(code):
            among.setdefault((indicator_id, "all"), {}).setdefault(kind, set()).add(code)
    monkeypatch.setattr(conditions, "newest_rows", lambda *asked: found)
    monkeypatch.setattr(conditions, "areas_with", lambda context, ids, illustrative: among)
    needs = conditions.conditions(seeded, seeded.register.area(area_code)).needs
    assert [(need.line.indicator.id, need.area.area_code) for need in needs] == sorted(
        figures, key=lambda figure: [need.id for need in in_role(seeded.catalogue, "needs")].index(figure[0])
    )


def stored(indicator_id: str, area_code: str, **more: Any) -> dict[str, Any]:
    """A row of ``Store.newest``."""
    row = _row(indicator_id, area_code, 1.0, None, ONS, **more)
    kind = {ENGLAND: "england", NOTTINGHAM_ICB: "icb"}.get(area_code, "ltla")
    return {**row, "release": row["release_id"], "area_name": "", "area_type": kind, "trend": None}


def test_a_condition_appears_by_itself_when_it_is_loaded(
    seeded: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An indicator under a new id takes its place without a change of the page."""
    made = seeded.catalogue[LEARNING].model_copy(
        update={"id": "employment-rate-disabled", "group": Group(measure="rate", condition="disabled")}
    )
    monkeypatch.setitem(seeded.catalogue, "employment-rate-disabled", made)
    loaded = {**seeded.all_available(), "employment-rate-disabled": [{}]}
    monkeypatch.setattr(Context, "all_available", lambda self: loaded)
    found = {group.people: group for group in conditions.groups_of(seeded, "rate")}
    assert found["Disabled people"].loaded
    assert found["Disabled people"].indicator == made
    assert not found["People with a long-term health condition"].loaded


def test_the_gap_of_disabled_people_goes_by_the_name_it_has_in_documents(seeded: Context) -> None:
    found = {group.people: group for group in conditions.groups_of(seeded, "gap")}
    assert found["Disabled people"].indicator is seeded.catalogue["disability-employment-gap"]
    assert "disability-employment-gap" not in {
        group.indicator.id for group in conditions.groups_of(seeded, "rate") if group.indicator
    }


@pytest.mark.parametrize(
    ("age", "people"),
    [("16-64", "People with a condition"), ("16+", "People with a condition, aged 16 and over")],
)
def test_people_past_working_age_are_reported(seeded: Context, age: str, people: str) -> None:
    [line] = lines_from(seeded, [stored(LEARNING, ENGLAND, age=age)])
    figure = ConditionFigure("People with a condition", seeded.register.area(ENGLAND), line)
    assert sentences.people_words(figure) == people


def test_the_mental_health_of_all_is_not_that_of_secondary_services(seeded: Context) -> None:
    found = {group.people: group for group in conditions.groups_of(seeded, "rate")}
    assert found["People with a mental health condition"].indicator is None
    secondary = found["Adults in contact with secondary mental health services"].indicator
    assert secondary is not None and secondary.id == "employment-rate-secondary-mental-health"


def test_services_come_from_the_nhs_area_with_the_newest_figure(seeded: Context, visitor: Any) -> None:
    area = seeded.register.area(NOTTINGHAM)
    found = {
        service.line.indicator.id: service.area.area_code
        for service in conditions.conditions(seeded, area).services
    }  # fmt: skip
    assert found == {"ips-access-rate": NOTTINGHAM_ICB, RECOVERY: NOTTINGHAM_ICB}
    words = words_of(visitor, f"/conditions?area={NOTTINGHAM}")
    assert "18.6% of people in Nottingham are disabled" in words


def serving(context: Context, code: str, area_type: str, *having: str) -> list[tuple[str, float]]:
    """The areas of a type that speak for another, where those given have a figure, with their shares."""
    found = stand_ins(context.register, code, date(2026, 11, 22), {area_type: set(having)})
    return [(place.area_code, place.share) for place in found if place.relation != "own"]


def test_an_area_that_is_no_more_is_served_by_what_it_became(seeded: Context) -> None:
    assert serving(seeded, OLD_CCG, "sub_icb", SUB_ICB) == [(SUB_ICB, 1.0)]
    assert serving(seeded, OLD_CCG, "icb", NOTTINGHAM_ICB) == [(NOTTINGHAM_ICB, 1.0)]
    # the county holds most of what it became, and nothing of the city that it was
    assert serving(seeded, OLD_CCG, "utla", "E10000024") == []


def test_a_board_of_before_the_last_change_stands_in_where_that_of_today_has_no_figure(
    seeded: Context,
) -> None:
    """Figures of 2024/25 are on the 42 boards of until March 2026; where today's has none, they are the newest."""
    slough, surrey = "E06000039", "E10000030"
    for code, now, before in (
        (slough, "E54000070", "E54000034"),
        (surrey, "E54000069", "E54000063"),
    ):
        assert [board for board, _ in serving(seeded, code, "icb", now, before)] == [now]
        assert [board for board, _ in serving(seeded, code, "icb", before)] == [before]


def test_a_county_is_served_by_the_board_of_its_districts(seeded: Context) -> None:
    assert serving(seeded, KENT, "icb", "E54000032") == [("E54000032", 1.0)]


def test_illustrative_figures_are_marked_and_not_judged(visitor: Any) -> None:
    words = words_of(visitor, f"/conditions?area={NOTTINGHAM}")
    assert "IPS referral rate (illustrative, not real)" in words
    assert (
        "Not available Not compared Illustrative" in words
        or "Illustrative Apr" in words
        or " Illustrative 2024/25" in words
    )
    assert "Illustrative figures: IPS referral rate. These were invented" in re.sub(" +", " ", words)


def test_inequalities_are_reported_for_the_areas_own_board(visitor: Any) -> None:
    words = words_of(visitor, f"/conditions?area={NOTTINGHAM}")
    assert "Sex: women 50.4% and men 52.7%." in words
    assert (
        "the line through the ten groups (slope index of inequality) rises by 15.0 percentage points" in words
    )
    assert "decile 1, most deprived" in words and "decile 10, least deprived" in words
    # the most deprived first, however the publisher numbers them
    table = table_of(visitor.get(f"/conditions?area={NOTTINGHAM}").text, "recovery-by-group").rows
    deciles = [cells[0] for cells in table if cells[1] == "Deprivation"]
    assert deciles[0] == "1 (most deprived)" and deciles[-1] == "10 (least deprived)"
    assert [int(words.split()[0]) for words in deciles] == list(range(1, 11))
    # parts of an ethnic group stand in the finer table only
    assert "Ethnic group: Mixed 44.4% and White 52.5%." in words


def test_groups_without_a_figure_of_the_period_are_named(seeded: Context) -> None:
    indicator = seeded.catalogue[RECOVERY]

    def of(answer: str, value: float | None, period: str = "2024-04-01/P1Y") -> dict[str, Any]:
        breakdown = f"long-term condition: {answer}"
        return {
            **_row(RECOVERY, NOTTINGHAM_ICB, 0.0, None, THERAPIES, breakdown=breakdown),
            "value": value,
            "period": period,
        }

    stated = {**of("yes", 48.9), "lower_ci_95": 47.0, "upper_ci_95": 50.0}
    hidden = RecoveryGroup("condition", (of("no", None), stated))
    gone = RecoveryGroup("condition", (stated,), (of("no", 53.0, "2022-04-01/P1Y"),))
    for group in (hidden, gone):
        assert sentences.hidden_sentence(group) == "“No” is not published for 2024/25."
        assert group_sentence(group, indicator) == "Long-term condition: yes 48.9%."
    assert sentences.hidden_sentence(RecoveryGroup("condition", (stated,))) == ""


def test_several_areas_and_none_that_is_known(visitor: Any) -> None:
    words = words_of(visitor, f"/conditions?area={NOTTINGHAM},{KENT}")
    assert "The address names several: the first of them is shown." in words
    assert visitor.get("/conditions?area=E99999999").status_code == 404
    assert visitor.get("/conditions/more").status_code == 404


def test_an_empty_store_says_what_is_missing(
    tmp_path: Path, register: Register, indicators: dict[str, Indicator]
) -> None:
    settings = load_settings(data_dir=tmp_path, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    store.create()
    bare = Context(settings, register, indicators, store, lambda: date(2026, 11, 22))
    words = words_of(build_app(bare).server.test_client(), f"/conditions?area={NOTTINGHAM}")
    for missing in (
        "No employment rates are loaded yet.",
        "No employment rates by health condition are loaded for Nottingham yet.",
        "No figures about services are loaded yet.",
        "Recovery by sex, age, deprivation and ethnic group is not loaded yet.",
    ):
        assert missing in words


# ---- the slope ---------------------------------------------------------------------------------------


def _deciles() -> list[dict[str, Any]]:
    return [
        {
            "breakdown": decile(number),
            "value": 58.0 - 1.5 * number,
            "denominator": 900.0 + 20 * number,
            "lower_ci_95": 56.0 - 1.5 * number,
            "upper_ci_95": 60.0 - 1.5 * number,
        }
        for number in range(1, 11)
    ]


def test_the_words_say_which_end_is_the_most_deprived() -> None:
    assert deprivation_ranks([decile(1), decile(10), decile(4)]) == [10, 1, 7]
    turned = ["deprivation decile: 01 Most deprived", "deprivation decile: 10 Least deprived"]
    assert deprivation_ranks(turned) == [1, 10]
    assert deprivation_ranks(["deprivation decile: 01", "deprivation decile: 10"]) == [None, None]
    assert deprivation_ranks([*turned, "deprivation decile: not stated"])[2] is None


def test_the_slope_is_that_of_the_statistics() -> None:
    rows = _deciles()
    slope = deprivation_slope([*rows, {"breakdown": "deprivation decile: not stated"}])
    expected = slope_index(
        [row["value"] for row in rows],
        [row["denominator"] for row in rows],
        list(range(10, 0, -1)),
        [4.0 / (2 * 1.959964)] * 10,
    )
    assert slope.index is not None
    assert tuple(slope.index) == pytest.approx(tuple(expected))
    assert slope.index.value > 0


@pytest.mark.parametrize("key", ["value", "denominator", "lower_ci_95"])
def test_a_hidden_count_gives_no_slope_but_a_reason(key: str) -> None:
    rows = _deciles()
    rows[3][key] = None
    slope = deprivation_slope(rows)
    assert slope.index is None
    assert sentences.slope_problem(slope) == "1 of the ten groups by deprivation has no count or interval"


def test_nine_groups_give_no_slope() -> None:
    slope = deprivation_slope(_deciles()[:9])
    assert slope.index is None and "each of the ten groups" in sentences.slope_problem(slope)


# ---- pictures ----------------------------------------------------------------------------------------


def test_pictures_are_well_formed_and_escape_what_they_show() -> None:
    dots = [Dot("A & <b>", 66.1, "66.1%", 62.0, 70.2, 76.0, "worse"), Dot("B", 3.0, "3.0%")]
    drawn = grouped_svg(
        [("Sex & age", dots)], ends=(0, 100), suffix="%", label="L & <l>", shown="Here", benchmark=None
    )
    root = ElementTree.fromstring(drawn)
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None and title.text == "L & <l>"
    assert "A & <b>" in "".join(root.itertext())


def line(group: float, everyone: float | None, name: str = "A & B", colour: str = colours.OWN) -> Dumbbell:
    gap = "" if everyone is None else f"{everyone - group:g}"
    return Dumbbell(name, group, everyone, group - 1, group + 1, (f"{group:g}%", f"{everyone}%", gap), colour)


def test_a_dumbbell_draws_the_group_everyone_and_the_gap() -> None:
    drawn = ElementTree.fromstring(
        dumbbell([line(10, 70), line(20, 72, "England", ENGLANDS)], 80.0, "L & <l>")
    )
    assert drawn.get("aria-label") == "L & <l>"
    circles = [(circle.get("cx"), circle.get("fill")) for circle in drawn.iter("circle")]
    assert circles == [
        ("12.5%", colours.OWN),
        ("87.5%", colours.PAPER),
        ("25.0%", ENGLANDS),
        ("90.0%", colours.PAPER),
    ]
    pills = [text.text for pill in drawn.iter("svg") if pill is not drawn for text in pill.iter("text")]
    assert pills == ["A & B: gap 60 points", "England: gap 52 points"]


def test_a_gap_narrower_than_its_words_has_them_beside_it() -> None:
    narrow = ElementTree.fromstring(dumbbell([line(60, 70)], 80.0, "Gap"))
    assert not [pill for pill in narrow.iter("svg") if pill is not narrow]
    [beside] = [text for text in narrow.iter("text") if "gap" in (text.text or "")]
    assert (beside.text, beside.get("text-anchor")) == ("A & B: gap 10 points", "end")
    # where there is more room at the right they stand there
    low = ElementTree.fromstring(dumbbell([line(5, 15)], 80.0, "Gap"))
    [beside] = [text for text in low.iter("text") if "gap" in (text.text or "")]
    assert beside.get("text-anchor") is None and beside.get("x") == "18.8%"


def test_a_rate_without_a_gap_is_one_dot() -> None:
    alone = ElementTree.fromstring(dumbbell([line(5, None)], 80.0, "Rate"))
    assert len(list(alone.iter("circle"))) == 1
    assert [text.text for text in alone.iter("text")] == ["5%"]


def test_the_scale_is_the_same_for_every_row() -> None:
    assert scale_end([1.2, None, 80.0]) == 80.0
    assert scale_end([1.2, 80.1]) == 100.0
    assert scale_end([]) == 80.0


def test_an_axis_holds_everything_in_whole_tens() -> None:
    dots = [Dot("A", 44.0, "", 41.0, 66.0, 50.0), Dot("B", 71.0, "")]
    assert nice_ends(dots, from_zero=False) == (40.0, 80.0)
    assert nice_ends(dots, from_zero=True) == (0.0, 80.0)
    assert nice_ends([Dot("A", -4.0, "")], from_zero=True) == (-10.0, 0.0)
    assert nice_ends([], from_zero=True) == (0.0, 100.0)


@pytest.mark.parametrize("name", ["work-by-condition", "employment-gaps", "recovery"])
def test_each_picture_is_a_file_and_stands_in_a_frame(visitor: Any, name: str) -> None:
    drawn = visitor.get(f"/picture/conditions/{name}.svg?area={NOTTINGHAM}")
    assert drawn.mimetype == "image/svg+xml"
    words = "".join(ElementTree.fromstring(drawn.data).itertext())
    assert "Nottingham" in words or name == "recovery"
    assert re.search(r"Sources: .*Licence *v3\.0\.$", words)
    page = visitor.get(f"/embed/conditions/{name}?area={NOTTINGHAM}").text
    assert ">Work by health condition: Nottingham</h1>" in page and page.count("<img ") == 1


def test_the_picture_of_the_rows_names_every_group_and_its_source(visitor: Any) -> None:
    drawn = visitor.get(f"/picture/conditions/work-by-condition.svg?area={NOTTINGHAM}").data
    words = " ".join(text for text in ElementTree.fromstring(drawn).itertext())
    for said in (
        "Learning disability",
        "Nottingham: gap 74.0 points",
        "Disabled people",
        "No figures loaded.",
        "Sources:",
    ):
        assert said in words


# ---- the files of its tables ---------------------------------------------------------------------------


def test_the_tables_link_to_their_own_files(visitor: Any) -> None:
    page = visitor.get(f"/conditions?area={NOTTINGHAM}").text
    for name, table in (
        ("rates", "work-by-condition"),
        ("gaps", "gaps"),
        ("need", "need-table"),
        ("services", "services-table"),
    ):
        address = f"/csv/conditions/{name}.csv?area={NOTTINGHAM}"
        assert f'href="{address}"' in page
        rows = rows_of_csv(visitor.get(address))
        shown = table_of(page, table).rows
        assert len(rows) == len(shown)
        assert all(cells[1].startswith(row["area_name"]) for row, cells in zip(rows, shown, strict=True))


def test_the_file_of_recovery_is_of_the_area_that_the_table_is_of(visitor: Any) -> None:
    page = visitor.get(f"/conditions?area={NOTTINGHAM}").text
    address = page.split('href="/csv/conditions/recovery.csv?area=')[1].split('"')[0]
    rows = rows_of_csv(visitor.get(f"/csv/conditions/recovery.csv?area={address}"))
    assert {row["area_code"] for row in rows} == {address}
    assert len(rows) == len(table_of(page, "recovery-by-group").rows)


def test_a_table_that_is_not_there_is_a_page_in_words(visitor: Any) -> None:
    answer = visitor.get("/csv/conditions/happiness.csv")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "The page at /conditions has no table “happiness”." in answer.get_data(as_text=True)
    assert visitor.get("/csv/happiness/rates.csv").status_code == 404
    assert visitor.get("/csv/map/rates.csv").status_code == 404


# ---- the page of an area's figures by sex, age and group --------------------------------------------------


def test_figures_by_sex_age_and_group_have_a_page_of_their_own(visitor: Any, seeded: Context) -> None:
    codes = sorted({area.area_code for area in seeded.register})
    rows = {code: found for code in codes if has_groups(found := seeded.store.newest([code]))}
    assert rows
    for code, found in rows.items():
        name = seeded.register.area(code).name
        first = visitor.get(f"/areas/{code}").get_data(as_text=True)
        assert f'href="/areas/{code}/figures"' in first
        page = visitor.get(f"/areas/{code}/figures").get_data(as_text=True)
        assert f'{name}<span class="wh-visually-hidden">: all figures</span></h1>' in page
        others = by_group(lines_of(seeded, code))
        assert others and len(table_of(page, "by-group").rows) == len(others)
        # the lines shown first are the same, worked out alone or with all others
        assert main_lines(seeded, found) == main_of(lines_of(seeded, code))
        assert not has_groups(main_rows(found))


def test_an_area_without_groups_has_no_table_of_them(visitor: Any, seeded: Context) -> None:
    code = next(
        area.area_code for area in seeded.register if not has_groups(seeded.store.newest([area.area_code]))
    )
    page = visitor.get(f"/areas/{code}/figures").get_data(as_text=True)
    assert 'id="by-group"' not in page and "By sex, age and group" not in page
