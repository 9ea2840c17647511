"""What ``area_types.toml`` says of one type of area beside another, and how strictly it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.register import FOLDER, TABLES, BadRegister, load_register, read_register

TYPES = load_register().area_types
TOML = FOLDER / "area_types.toml"


def test_a_region_is_the_nhs_region_for_nhs_areas_and_the_region_for_councils() -> None:
    assert {area_type: kind.region for area_type, kind in TYPES.items()} == {
        "ltla": "region",
        "utla": "region",
        "region": None,
        "england": None,
        "combined_authority": "region",
        "lep": "region",
        "sub_icb": "nhs_region",
        "icb": "nhs_region",
        "nhs_region": None,
        "ccg": "nhs_region",
        "stp": "nhs_region",
        "uk": None,
        "custom": None,
    }


def test_what_is_named_above_an_area_is_what_people_know_it_by() -> None:
    assert {area_type: kind.named_with for area_type, kind in TYPES.items() if kind.named_with} == {
        "ltla": ("utla", "icb"),
        "utla": ("icb",),
        "sub_icb": ("icb",),
        "ccg": ("stp",),
    }


def test_what_lies_around_an_area_comes_nearest_first() -> None:
    assert {area_type: kind.around for area_type, kind in TYPES.items() if kind.around} == {
        "ltla": ("utla", "region"),
        "utla": ("combined_authority", "region"),
        "sub_icb": ("icb", "nhs_region"),
        "icb": ("nhs_region",),
        "ccg": ("stp", "nhs_region"),
        "stp": ("nhs_region",),
    }


def test_orders_of_nearness_and_preference() -> None:
    nearness = sorted(TYPES, key=lambda area_type: TYPES[area_type].nearness)
    assert nearness == [
        "ltla", "sub_icb", "ccg", "utla", "icb", "stp", "combined_authority", "lep", "region", "nhs_region", "england", "uk",
        "custom",
    ]  # fmt: skip
    preferred = {kind.preferred: area_type for area_type, kind in TYPES.items() if kind.preferred}
    assert [preferred[place] for place in sorted(preferred)] == [
        "ltla", "utla", "icb", "sub_icb", "ccg", "stp", "lep", "combined_authority", "region", "nhs_region",
    ]  # fmt: skip


def test_every_type_named_by_another_is_one_that_it_can_lie_in() -> None:
    """A relation without a way through the memberships would be an empty choice on every page."""
    register = load_register()
    reachable: dict[str, set[str]] = {}
    for area in register:
        found = reachable.setdefault(area.area_type, set())
        found.update(link.parent_type for link in register.parents(area.area_code, child_type=area.area_type))

    def above(area_type: str) -> set[str]:
        direct = reachable[area_type] - {area_type}
        return direct.union(*(above(parent) for parent in direct)) if direct else set()

    for area_type, kind in TYPES.items():
        if not kind.vintages:  # groups of readers
            continue
        parts = above(kind.made_of) if kind.made_of else set()
        named = {*kind.zoom_to, *kind.around, *kind.outlined_by, *kind.outlines, kind.region, kind.grouped_by}
        assert named - {None} <= above(area_type) | parts, area_type


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            'region = "region"',
            'region = "country"',
            "ltla.region: 'country' is not one of ltla, utla, region",
        ),
        ('region = "region"', 'region = "ltla"', "ltla.region: 'ltla' is the type itself"),
        ('region = "region"', 'region = ["region"]', "ltla.region: ['region']; expected str"),
        ('around = ["utla", "region"]', 'around = "utla"', "ltla.around: 'utla'; expected list"),
        ('around = ["utla", "region"]', 'around = ["utla", "utla"]', "ltla.around: 'utla' is named twice"),
        ('around = ["utla", "region"]', "around = [1]", "ltla.around: 1 is not one of ltla"),
        ("has_similar = true", "has_similar = 1", "ltla.has_similar: 1; expected bool"),
        ("preferred = 1\n", "preferred = true\n", "ltla.preferred: True; expected int"),
        ("nearness = 1\n", "", "ltla.nearness: None; expected int"),
        ("nearness = 1\n", "nearness = 4\n", "utla.nearness: 4 is already that of ltla"),
        ("preferred = 1\n", "preferred = 2\n", "utla.preferred: 2 is already that of ltla"),
        ("[ltla]", "spare = 1\n\n[ltla]", "area_types.toml: spare: 1; expected a table [spare]"),
        ("[ltla]", "[ltla]\ncolour = 1", "ltla.colour: unknown key"),
    ],
)
def test_a_mistake_is_named(before: str, after: str, problem: str, tmp_path: Path) -> None:
    text = TOML.read_text(encoding="utf-8")
    assert before in text
    toml = tmp_path / "area_types.toml"
    toml.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadRegister) as caught:
        read_register(TABLES, toml)
    assert problem in str(caught.value)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    toml = tmp_path / "area_types.toml"
    text = TOML.read_text(encoding="utf-8")
    text = text.replace('lists = "region"', 'lists = "realm"').replace('made_of = "ltla"', "made_of = 3")
    toml.write_text(text, encoding="utf-8")
    with pytest.raises(BadRegister) as caught:
        read_register(TABLES, toml)
    problems = [line for line in str(caught.value).splitlines() if line.startswith("area_types.toml")]
    assert [line.split(":")[1].strip() for line in problems] == [
        "utla.made_of", "england.lists", "combined_authority.made_of", "lep.made_of",
    ]  # fmt: skip
