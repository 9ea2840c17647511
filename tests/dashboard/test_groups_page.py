"""The page that makes a group of areas: works as a plain form, names what is wrong, leads to the group."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from dashboard.address.context import Context
from dashboard.exports.pack import gather
from dashboard.exports.pack_html import pack_html
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
    assert '<option value="" selected="selected">Any one type</option>' in text


def test_the_type_is_that_of_the_areas_where_none_is_chosen(client: Any) -> None:
    chosen = '<option value="utla" selected="selected">'
    assert chosen in page(client, "?area_type=&members=Kent,Nottingham")
    assert chosen in page(client, "?area_type=utla")


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
    assert "East Midlands is left out: it is a region." in words
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


# ---- a group on other pages ----------------------------------------------------------------------------

NAMED = f"area={GROUP}&name=Two%20cities"


def plain(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.get_data(as_text=True))


def test_its_page_names_its_members(client: Any) -> None:
    text = plain(client, f"/areas/{GROUP}?name=Two%20cities")
    assert re.search(r"<h1[^>]*>Two cities</h1>", text)
    members = re.search(r'<p id="members">(.*?)</p>', text)
    assert members
    assert f'<a href="/areas/{DERBY}" class="wh-link">Derby</a>' in members[1]
    assert f"/groups?area={GROUP.replace('+', '%2B')}&name=Two+cities" in members[1]


def test_the_members_of_a_large_group_are_folded(client: Any, register: Register) -> None:
    codes = sorted(register.codes("ltla", 2024))[:20]
    text = plain(client, f"/areas/custom:{'+'.join(codes)}")
    assert "The 20 areas of this group" in text


def test_no_other_area_has_members(client: Any) -> None:
    text = plain(client, f"/areas/{NOTTINGHAM}")
    assert 'id="members"' not in text and 'id="not-summed"' not in text


@pytest.mark.parametrize("page_name", ["compare", "trends", "map", "overview"])
def test_its_name_stands_where_areas_are_chosen(client: Any, page_name: str) -> None:
    assert "Two cities" in plain(client, f"/{page_name}?{NAMED}")


@pytest.mark.parametrize("page_name", ["compare", "trends"])
def test_it_can_be_removed_where_it_is_chosen(client: Any, page_name: str) -> None:
    text = plain(client, f"/{page_name}?{NAMED}")
    assert "Remove Two cities" in text
    removing = re.search(r'<a href="([^"]+)"[^>]*class="wh-chip-remove"', text)
    assert removing and "custom" not in removing[1] and "name=" not in removing[1]


def test_it_is_offered_as_benchmark(client: Any) -> None:
    text = plain(client, f"/compare?{NAMED}")
    options = re.search(r'<select id="choose-benchmark".*?</select>', text)
    assert options and re.search(r'<option value="custom:[^"]+">Two cities</option>', options[0])
    chosen = plain(client, f"/compare?benchmark={GROUP}&name=Two%20cities")
    assert re.search(r'<option value="custom:[^"]+" selected="selected">Two cities</option>', chosen)


def test_the_code_of_a_group_is_not_spelled_out_in_tables(client: Any) -> None:
    text = plain(client, f"/trends?{NAMED}")
    table = re.search(r'<table[^>]*id="trends-table".*?</table>', text, re.DOTALL)
    assert "group of 2 areas" in (table[0] if table else text)


def test_a_frame_in_another_page_keeps_its_name(client: Any) -> None:
    assert "Two cities" in plain(client, f"/embed/trends/trends-chart?{NAMED}")


def test_the_card_on_the_map_says_why_there_is_no_figure(client: Any) -> None:
    text = plain(client, f"/map?{NAMED}")
    card = re.search(r'<div id="map-chosen">(.*?)</section>', text, re.DOTALL)
    assert card
    words = re.sub(r"<[^>]+>", " ", card[1])
    assert "Two cities" in words and "Not available" in words and "Not summed" in words
    assert f"/groups?area={GROUP.replace('+', '%2B')}&name=Two+cities" in card[1]


def test_areas_that_make_no_group_lead_to_the_page_that_says_why(client: Any) -> None:
    answer = client.get(f"/compare?area=custom:{NOTTINGHAM}+{DERBY}+E12000007&name=x")
    assert answer.status_code == 400
    way = re.search(r'href="(/groups[^"]+)"', answer.get_data(as_text=True))
    assert way
    text = plain(client, unescape(way[1]))
    assert "London is left out: it is a region." in said(text)
    assert f'data-group-code="{GROUP}"' in text


def test_the_pack_of_a_group_says_what_it_is_made_of(context: Context) -> None:
    area = context.register.area(f"{GROUP}~Two%20cities")
    pack = gather(context, area, "http://127.0.0.1/areas")
    assert "Derby and Nottingham" in pack_html(pack)
    codes = sorted(context.register.codes("ltla", 2024))[:25]
    large = context.register.area(f"custom:{'+'.join(codes)}")
    assert " and 5 more" in gather(context, large, "").caption
