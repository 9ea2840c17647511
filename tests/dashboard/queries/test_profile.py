"""Which lines of an area are shown first, which stand apart, and which are spoken of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.answers.profile import Line, Spine
from dashboard.queries import profile
from dashboard.queries.profile import (
    by_group,
    differs,
    headline_of,
    is_compared,
    main_of,
    main_rows,
    needs_a_look,
    spoken_of,
    stands_out,
    told_apart,
)


def row(indicator_id: str = "rate", area_code: str = "E06000018", **more: Any) -> dict[str, Any]:
    plain = {
        "sex": "persons",
        "age": "all",
        "breakdown": "all",
        "period": "2023",
        "status": "ok",
        "value": 1.0,
    }
    return {"indicator_id": indicator_id, "area_code": area_code, **plain, **more}


def line(
    indicator_id: str,
    compared: str = "similar",
    distance: float | None = 0.5,
    *,
    theme: str = "Work",
    is_main: bool = True,
    comparable: bool = True,
    roles: tuple[str, ...] = (),
    **more: Any,
) -> Line:
    indicator: Any = SimpleNamespace(
        id=indicator_id,
        theme=theme,
        comparable=comparable,
        is_count=not comparable,
        not_compared=None,
        roles=roles,
    )
    spine = None if distance is None else Spine(distance, None, None, None, None, None, None)
    word: Any = compared
    return Line(indicator, row(indicator_id, **more), 1.0, word, spine, is_main)


def ids(lines: Any) -> list[str]:
    return [line.indicator.id for line in lines]


def test_countries_are_compared_with_nothing() -> None:
    assert [is_compared(code) for code in ("E92000001", "K02000001", "E06000018")] == [False, False, True]


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ([row()], [0]),
        ([row(sex="male")], [0]),
        # everyone of every age
        ([row(sex="male"), row(), row(age="16-64"), row(breakdown="a: b")], [1]),
        # else each sex
        ([row(sex="male"), row(sex="female"), row(sex="male", breakdown="a: b")], [0, 1]),
        # else each group
        ([row(breakdown="a: b"), row(breakdown="a: c"), row(breakdown="a: b", sex="male")], [0, 1]),
        # else each age
        ([row(age="16-64"), row(age="65+"), row(age="65+", breakdown="a: b")], [0, 1]),
        # each area and indicator by itself
        ([row(sex="male"), row(area_code="E06000015"), row("other", sex="male"), row()], [1, 2, 3]),
    ],
)
def test_rows_that_are_shown_first(rows: list[dict[str, Any]], first: list[int]) -> None:
    assert main_rows(rows) == [rows[place] for place in first]


def test_groups_are_those_of_the_same_period_as_the_main_line() -> None:
    main = line("a")
    young = line("a", is_main=False, age="16-24")
    given_up = line("a", is_main=False, age="16-24", period="2019")
    alone = line("b", is_main=False, sex="male")
    lines = [main, young, given_up, alone]
    assert main_of(lines) == [main]
    assert by_group(lines) == [young]


def test_counts_and_illustrative_lines_stand_apart() -> None:
    lines = [line("rate"), line("count", comparable=False), line("made-up", status="illustrative")]
    beside = told_apart(lines, True)
    assert [ids(part) for part in (beside.shown, beside.counts, beside.illustrative)] == [
        ["rate"],
        ["count"],
        ["made-up"],
    ]
    alone = told_apart(lines, False)
    assert [ids(part) for part in (alone.shown, alone.counts, alone.illustrative)] == [
        ["rate", "count"],
        [],
        ["made-up"],
    ]


def test_what_stands_out_is_the_furthest_first_and_never_illustrative_or_of_a_group() -> None:
    lines = [
        line("near", "better", 0.2),
        line("far", "much_better", -0.9),
        line("unknown", "better", None),
        line("made-up", "better", 1.0, status="illustrative"),
        line("group", "better", 1.0, is_main=False),
        line("bad", "worse", -0.3),
        line("worst", "much_worse", -0.4),
        line("low", "much_lower", 0.1),
        line("high", "higher", 0.2),
        line("same", "similar", 0.9),
    ]
    assert ids(stands_out(lines)) == ["far", "near", "unknown"]
    assert ids(needs_a_look(lines)) == ["worst", "bad"]
    assert ids(differs(lines)) == ["high", "low"]


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(profile, "headline", lambda context: SimpleNamespace(id="first"))
    monkeypatch.setattr(profile, "holds", lambda indicator, role: role in indicator.roles)
    return SimpleNamespace()


def test_the_headline_opens_or_else_the_first_line(context: Any) -> None:
    assert headline_of(context, []) is None
    assert headline_of(context, [line("b"), line("c")]).indicator.id == "b"  # type: ignore[union-attr]
    assert headline_of(context, [line("b"), line("first")]).indicator.id == "first"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lines", "spoken"),
    [
        # the headline, then the worst and the best of other themes
        (
            [
                line("best", "better", 0.9),
                line("other-best", "better", 0.3, theme="Care"),
                line("first"),
                line("worst", "worse", 0.9),
                line("other-worst", "worse", 0.2, theme="Health"),
            ],
            ["first", "other-worst", "other-best"],
        ),
        # of the same theme where there is no other
        ([line("first"), line("worst", "worse", 0.9), line("bad", "worse", 0.1)], ["first", "worst"]),
        # the headline is not said twice
        ([line("first", "worse", 0.9), line("bad", "worse", 0.1)], ["first", "bad"]),
        ([line("first", "better")], ["first"]),
        ([line("first", value=None), line("bad", "worse")], ["bad"]),
        ([line("first", status="illustrative"), line("bad", "worse")], ["bad"]),
        ([line("first", is_main=False), line("bad", "worse")], ["bad"]),
        ([line("other")], []),
        ([], []),
        # nothing to compare with: what has a goal, then one of each theme, three in all
        (
            [
                line("a", "not_compared"),
                line("first", "not_compared"),
                line("goal", "not_compared", theme="Care", roles=("goal",)),
                line("c", "not_compared", theme="Care"),
                line("d", "not_compared", theme="Health"),
                line("e", "not_compared", theme="Money"),
            ],
            ["first", "goal", "d"],
        ),
        # two have been said, or something was compared: no more
        (
            [line("first"), line("a", "not_compared", theme="Care", roles=("goal",))],
            ["first"],
        ),
    ],
)
def test_two_or_three_lines_for_someone_with_a_minute(
    lines: list[Line], spoken: list[str], context: Any
) -> None:
    assert ids(spoken_of(context, lines)) == spoken


def test_a_row_is_shown_as_the_type_of_area_that_a_spread_is_known_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds = {"age": "utla", "same": "ltla", "none": None}
    asked = []

    def references(context: Any, keys: Any, types: Any) -> list[Any]:
        asked.append(([key[0] for key in keys], types))
        return [(kinds[key[0]], key[0]) for key in keys]

    monkeypatch.setattr(profile, "references_of", references)
    monkeypatch.setattr(
        profile, "beside", lambda context, rows, found, every: list(zip(rows, found, strict=True))
    )
    register = SimpleNamespace(
        types_of=lambda code: ("ltla", "utla"),
        land_types=lambda code: ("ltla", "utla"),
        area=lambda code, kind: SimpleNamespace(name=f"{code} as {kind}"),
    )
    context: Any = SimpleNamespace(register=register)
    rows = [
        row(name, area_code=code, area_type="ltla", area_name=code)
        for name, code in (
            ("age", "E06000018"),
            ("same", "E06000018"),
            ("none", "E06000015"),
            ("age", "E92000001"),
        )
    ]
    found: Any = profile.lines_from(context, rows)
    shown = [(row["indicator_id"], row["area_type"], row["area_name"]) for row, _ in found]
    assert shown == [
        ("age", "utla", "E06000018 as utla"),
        ("same", "ltla", "E06000018"),
        ("none", "ltla", "E06000015"),
        ("age", "ltla", "E92000001"),
    ]
    assert [reference for _, reference in found][:3] == ["age", "same", "none"]
    # England stands beside nothing
    assert asked == [(["age", "same"], ("ltla", "utla")), (["none"], ("ltla", "utla"))]


def test_figures_by_group_alone_stand_among_the_newest_of_an_area_whose_type_has_no_others() -> None:
    councils, boards = ("ltla", "utla"), ("icb",)
    loaded = {
        "rate": [{"area_type": "ltla", "breakdown": "all"}, {"area_type": "ltla", "breakdown": "sector: a"}],
        "grouped": [
            {"area_type": "ltla", "breakdown": "sector: a"},
            {"area_type": "icb", "breakdown": "all"},
        ],
        "elsewhere": [{"area_type": "region", "breakdown": "sector: a"}],
    }
    council, board = "E06000018", "E54000060"
    grouped = [row("grouped", code, breakdown="sector: a") for code in (board, council)]
    everyone = [row("rate", council), row("grouped", board)]
    context: Any = SimpleNamespace(
        catalogue=dict.fromkeys(("grouped", "rate", "elsewhere")),
        all_available=lambda: loaded,
        cached=lambda key, build, pinned=False: build(),
        register=SimpleNamespace(land_types=lambda code: councils if code == council else boards),
        store=SimpleNamespace(newest=lambda codes, **how: grouped if "indicator_ids" in how else everyone),
    )
    found = profile.newest_main_each(context, [council, board])
    # in the order of the catalogue; the board has a figure of everyone
    assert found == {council: [grouped[1], everyone[0]], board: [everyone[1]]}
