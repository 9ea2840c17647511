"""The page that makes a group of areas: works as a plain form, names what is wrong, leads to the group."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from geodata.register import Register

DERBY, NOTTINGHAM = "E06000015", "E06000018"
GROUP = f"custom:{DERBY}+{NOTTINGHAM}"


def page(client: Any, query: str) -> str:
    answer = client.get(f"/groups{query}")
    assert answer.status_code == 200, query
    return unescape(answer.get_data(as_text=True))


def links(text: str) -> list[str]:
    return re.findall(r'<a [^>]*?href="([^"]+)"', text)


def said(text: str) -> str:
    """What stands in the box of what is wrong; empty without one."""
    found = re.search(r'id="group-problems">(.*?)</div></div>', text)
    return re.sub(r"<[^>]+>", " ", found[1]) if found else ""


def test_the_page_alone_is_an_empty_form(client: Any) -> None:
    text = page(client, "")
    assert 'id="group-problems"' not in text and 'id="group"' not in text
    assert re.search(r'<form[^>]* id="group-form"[^>]* method="get" action="/groups"', text)
    assert text.count('type="checkbox"') > 290


def test_pasted_names_make_a_group_with_ways_on(client: Any) -> None:
    text = page(client, "?name=Two%20cities&members=Nottingham%0ADerby")
    assert '<h2 class="wh-h2">Two cities</h2>' in text
    found = links(text)
    query = f"area={GROUP.replace('+', '%2B')}&name=Two+cities"
    for path in ("compare", "trends", "map"):
        assert f"/{path}?{query}" in found, path
    assert f"/areas/{GROUP}?name=Two+cities" in found
    assert said(text) == ""


def test_members_are_ticked_and_may_be_removed(client: Any) -> None:
    text = page(client, f"?members={NOTTINGHAM},{DERBY}&area_type=ltla")
    ticked = re.findall(r'value="(E\d{8})" checked', text)
    assert sorted(ticked) == [DERBY, NOTTINGHAM]
    assert f"/groups?area_type=ltla&area={DERBY}" in links(text)


def test_what_is_wrong_is_said_and_stays_in_the_box(client: Any) -> None:
    text = page(client, "?members=Nottingham%0ADerby%0ANottinghm%0AEast%20Midlands")
    words = said(text)
    assert "“Nottinghm” is not an area that we know." in words
    assert "East Midlands (region) is left out" in words
    box = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert box and box[1].strip() == "Nottinghm"


def test_more_than_sixty_areas_are_no_group(client: Any, register: Register) -> None:
    codes = sorted(register.codes("ltla", 2024))[:62]
    text = page(client, f"?members={','.join(codes)}")
    assert "62 areas are chosen. A group can have at most 60: remove 2." in said(text)
    assert "data-group-code" not in text


def test_areas_chosen_on_the_map_make_a_group(client: Any) -> None:
    text = page(client, f"?area_type=ltla&area={NOTTINGHAM},{DERBY}")
    assert f'data-group-code="{GROUP}"' in text


def test_a_group_of_the_address_can_be_changed(client: Any) -> None:
    text = page(client, f"?area={GROUP}&name=Two%20cities")
    assert f'data-group-code="{GROUP}"' in text
    assert "Change this group" in text
    assert 'value="Two cities"' in text


@pytest.mark.parametrize("name", ["<b>x</b>", '"', "a&b=c", "100% ☃", "a~b+c"])
def test_any_name_comes_back_as_it_was_given(client: Any, name: str) -> None:
    answer = client.get(f"/groups?members=Nottingham,Derby&name={quote(name)}")
    text = answer.get_data(as_text=True)
    assert "<b>x" not in text
    assert f'<h2 class="wh-h2">{name}</h2>' in unescape(text)
