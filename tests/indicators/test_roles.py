"""Where indicators stand: roles, groups of people, words and questions of the catalogue, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.catalogue import (
    CatalogueError,
    Indicator,
    RoleNotHeld,
    catalogue,
    groups,
    holds,
    in_role,
    label_in,
    load_catalogue,
    load_indicator,
    questions,
    the,
)
from indicators.catalogue.loading import CATALOGUE_DIRECTORY
from indicators.catalogue.roles import role_problems
from indicators.catalogue.shown import PEOPLE, SINGLE_ROLES, Group, Question, Standing

EMPLOYMENT = (CATALOGUE_DIRECTORY / "employment-rate.toml").read_text(encoding="utf-8")


def ids(indicators: tuple[Indicator, ...]) -> list[str]:
    return [indicator.id for indicator in indicators]


def changed(indicator_id: str, **keys: object) -> Indicator:
    return catalogue()["unemployment-rate"].model_copy(update={"id": indicator_id, "roles": (), **keys})


def write(folder: Path, text: str, indicator_id: str = "employment-rate") -> Path:
    path = folder / f"{indicator_id}.toml"
    path.write_text(text.replace('id = "employment-rate"', f'id = "{indicator_id}"', 1), encoding="utf-8")
    return path


def test_each_single_role_has_one_holder() -> None:
    assert {role: the(catalogue(), role).id for role in SINGLE_ROLES} == {
        "headline": "employment-rate",
        "overall_rate": "employment-rate",
        "recovery": "talking-therapies-recovery-rate",
        "need_share": "disability-prevalence",
        "net_movement": "talking-therapies-net-movement-into-employment",
        "goal": "disabled-people-in-employment",
        "out_of_work": "moving-out-of-work",
        "into_work": "moving-into-work",
    }


def test_lists_come_in_their_order() -> None:
    assert ids(in_role(catalogue(), "chances")) == [
        "employment-rate-disabled-uk",
        "disability-employment-gap-uk",
        "unemployment-rate-disabled",
    ]
    assert ids(in_role(catalogue(), "set_against")) == [
        "disability-prevalence",
        "no-qualifications",
        "employment-rate",
        "healthy-life-expectancy",
        "talking-therapies-recovery-rate",
    ]
    needs, services = in_role(catalogue(), "needs"), in_role(catalogue(), "services")
    assert len(needs) == 13 and len(services) == 15
    assert ids(services[-3:]) == [
        "talking-therapies-employment-support-rate",
        "talking-therapies-work-impairment-first",
        "talking-therapies-work-impairment-last",
    ]
    assert needs[0].id == "disability-prevalence" and needs[-1].id == "pip-claimants"
    # people who accessed IPS lead; referrals are another count and follow
    assert ids(services[:6]) == [
        "ips-people-accessing-rate",
        "ips-access-of-expected",
        "ips-access-rate",
        "ips-people-accessing",
        "ips-access",
        services[5].id,
    ]
    assert services[6].id == "talking-therapies-recovery-rate"


def test_key_figures_stand_in_their_order_under_their_labels() -> None:
    cards = in_role(catalogue(), "cards")
    assert ids(cards[:4]) == [
        "employment-rate",
        "economic-inactivity-rate",
        "healthy-life-expectancy",
        "employment-rate-learning-disability",
    ]
    assert label_in(cards[0], "cards") == "In work, aged 16 to 64"
    assert label_in(cards[0], "headline") == cards[0].title


def test_order_is_of_the_role_and_not_of_the_catalogue() -> None:
    first = changed("first", roles=(Standing(role="needs", order=30), Standing(role="services", order=1)))
    second = changed("second", roles=(Standing(role="needs", order=20), Standing(role="services", order=2)))
    known = {"first": first, "second": second}
    assert ids(in_role(known, "needs")) == ["second", "first"]
    assert ids(in_role(known, "services")) == ["first", "second"]
    assert in_role(known, "chances") == ()


def test_a_role_that_nobody_or_several_hold_is_an_error() -> None:
    with pytest.raises(RoleNotHeld, match="role 'goal': held by no indicator"):
        the({}, "goal")
    goal = the(catalogue(), "goal")
    with pytest.raises(RoleNotHeld, match=f"role 'goal': held by {goal.id}, twin"):
        the({goal.id: goal, "twin": changed("twin", roles=goal.roles)}, "goal")


def test_holds() -> None:
    headline = the(catalogue(), "headline")
    assert holds(headline, "headline") and holds(headline, "set_against")
    assert not holds(headline, "goal")


def test_groups_come_in_the_order_of_the_page_with_those_that_have_no_indicator() -> None:
    rates, gaps = groups(catalogue(), "rate"), groups(catalogue(), "gap")
    assert [group.people for group in rates] == [group.people for group in gaps] == list(PEOPLE.values())
    assert [group.indicator and group.indicator.id for group in rates] == [
        "employment-rate-disabled",
        "employment-rate-long-term-condition",
        None,
        None,
        "employment-rate-learning-disability",
        "employment-rate-secondary-mental-health",
    ]
    assert [group.indicator and group.indicator.id for group in gaps] == [
        "disability-employment-gap",
        "employment-gap-long-term-condition",
        None,
        None,
        "employment-gap-learning-disability",
        "employment-gap-secondary-mental-health",
    ]


def test_a_gap_is_made_from_the_rate_of_its_own_group() -> None:
    rates = {group.condition: group.indicator for group in groups(catalogue(), "rate")}
    for group in groups(catalogue(), "gap"):
        for route in group.indicator.routes if group.indicator else ():
            if route.subtrahend is not None:
                rate = rates[group.condition]
                assert rate is not None and rate.id == route.subtrahend


def test_a_group_that_was_not_foreseen_comes_last_under_its_short_title() -> None:
    new = changed("employment-rate-carers", short_title="Carers in work", group=Group(measure="rate"))
    found = groups({**catalogue(), new.id: new}, "rate")
    assert found[:-1] == groups(catalogue(), "rate")
    assert (found[-1].people, found[-1].condition, found[-1].indicator) == ("Carers in work", None, new)
    assert groups({**catalogue(), new.id: new}, "gap") == groups(catalogue(), "gap")


def test_every_gap_of_the_catalogue_that_is_published_for_places_has_a_group() -> None:
    for indicator in catalogue().values():
        is_gap = any(route.method == "difference" for route in indicator.routes)
        if is_gap and indicator.area_types != ("uk",):
            assert indicator.group is not None and indicator.group.measure == "gap", indicator.id


def test_questions_come_in_their_order_each_with_its_indicator() -> None:
    found = questions(catalogue())
    orders = [question.order for _, question in found]
    assert orders == sorted(set(orders)) and (orders[0], orders[-1]) == (10, 170)
    assert (found[0][0].id, found[0][1].page) == ("employment-rate", "map")
    assert (found[1][0].id, found[1][1].page) == ("employment-rate", "conditions")
    assert ("esa-claimants", "compare") in [(indicator.id, question.page) for indicator, question in found]
    assert (found[-1][0].id, found[-1][1].page) == ("employment-rate", "trends")
    assert all(question in indicator.questions for indicator, question in found)


def test_every_indicator_says_its_figure_in_a_clause() -> None:
    assert [indicator.id for indicator in catalogue().values() if indicator.said is None] == []
    assert catalogue()["employment-rate"].said == "{value} of {people} in {place} were in work"


def test_terms_are_those_of_the_glossary_that_explain_the_name() -> None:
    assert catalogue()["employment-gap-learning-disability"].terms == (
        "gap",
        "percentage-point",
        "learning-disability",
    )
    assert catalogue()["gender-pay-gap"].terms == ()


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        (
            'role = "headline"',
            'role = "first"',
            "employment-rate.toml: roles.0.role: 'first' is not one of headline, overall_rate,",
        ),
        (
            'role = "headline"',
            'role = "needs"',
            "roles.0: role 'needs' is held by several indicators and needs an order",
        ),
        (
            'role = "headline"',
            'role = "headline"\norder = 1',
            "roles.0: role 'headline' is held by one indicator and takes no order",
        ),
        ("order = 30", "order = 0", "roles.2.order:"),
        (
            "in {place} were in work",
            "in {area} were in work",
            "said: area cannot be filled in; use {value} or {number}, {place}, {people}",
        ),
        ("in {place} were in work", "were in work", "said: must say {place}"),
        (
            '"{value} of {people}',
            '"{value} or {number} of {people}',
            "said: must say {value} (with its unit) or {number} (without), and only one of them",
        ),
        ('"{value} of {people}', '"Some {people}', "said: must say {value} (with its unit) or {number}"),
        (
            'page = "conditions"',
            'page = "league"',
            "questions.1.page: 'league' is not one of map, compare, trends, conditions",
        ),
        ('below = "Every area', 'under = "Every area', "questions.2.under: is not a key of the catalogue"),
    ],
)
def test_a_bad_key_is_named_with_what_was_expected(
    tmp_path: Path, was: str, becomes: str, expected: str
) -> None:
    assert was in EMPLOYMENT
    with pytest.raises(CatalogueError) as caught:
        load_indicator(write(tmp_path, EMPLOYMENT.replace(was, becomes, 1)))
    assert expected in str(caught.value)


def test_a_role_of_one_that_two_files_hold_is_refused_by_file_and_key(tmp_path: Path) -> None:
    write(tmp_path, EMPLOYMENT)
    write(tmp_path, EMPLOYMENT, "work-rate")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    lines = str(caught.value).splitlines()
    assert (
        "work-rate.toml: roles: 'headline' is held by employment-rate, work-rate; one indicator holds it"
        in lines
    )
    assert "work-rate.toml: roles: 'set_against' 30 is taken by employment-rate.toml already" in lines
    assert "work-rate.toml: questions: order 10 is taken by employment-rate.toml already" in lines


def test_an_indicator_of_the_users_own_cannot_take_a_role_that_is_held(tmp_path: Path) -> None:
    own = (CATALOGUE_DIRECTORY / "unemployment-rate.toml").read_text(encoding="utf-8")
    own = own[: own.index("[[")].replace('"unemployment-rate"', '"own-rate"')
    own += '[[roles]]\nrole = "goal"\n\n[[routes]]\nsource = "local_upload"\npublication = "Our own"\n'
    own += 'area_types = ["ltla"]\nmethod = "published"\ninterval = "none"\nvalue = ["own-rate"]\n'
    (tmp_path / "own-rate.toml").write_text(own, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"own-rate\.toml: roles: 'goal' is held by disabled-people-"):
        load_catalogue(local=tmp_path)


def test_a_role_of_one_must_be_held_in_the_complete_catalogue_only() -> None:
    goalless = [indicator for indicator in catalogue().values() if not holds(indicator, "goal")]
    assert role_problems(goalless, complete=True) == [
        "catalogue: roles: 'goal' is held by no indicator; give it to one file"
    ]
    assert role_problems(goalless, complete=False) == []
    assert role_problems(catalogue().values(), complete=True) == []


def test_a_group_has_one_indicator_and_an_indicator_stands_once_in_a_role() -> None:
    rate = changed("one", group=Group(measure="rate", condition="disabled"))
    gap = changed("two", group=Group(measure="gap", condition="disabled"))
    again = changed("three", group=Group(measure="rate", condition="disabled"))
    unforeseen = [changed(name, group=Group(measure="rate")) for name in ("four", "five")]
    assert role_problems([rate, gap, *unforeseen], complete=False) == []
    assert role_problems([rate, gap, again], complete=False) == [
        "three.toml: group: 'rate' of 'disabled' is taken by one.toml already"
    ]
    twice = changed("six", roles=(Standing(role="needs", order=1), Standing(role="needs", order=2)))
    assert role_problems([twice], complete=False) == ["six.toml: roles: 'needs' stands there twice"]


def test_two_questions_of_one_file_need_two_places() -> None:
    asked = [Question(order=10, page="map", words=words, below="Below.") for words in ("One?", "Two?")]
    assert role_problems([changed("one", questions=tuple(asked))], complete=False) == [
        "one.toml: questions: order 10 is taken by one.toml already"
    ]
