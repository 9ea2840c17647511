"""The answers of the box: what a text leads to, how it is said, and that page, API and CSV agree on names."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.answers.areas import Description
from dashboard.answers.finding import Found, Option
from dashboard.queries.finding import find, sources
from dashboard.sentences import finding as words
from geodata.places import Places
from geodata.places.index import NoIndex
from tests.dashboard.reading import words_of

BROXTOWE, NOTTINGHAM, LEEDS_LOCATION = "E07000172", "E06000018", "E38000225"
ROYAL_MAIL = "Contains Royal Mail data © Royal Mail copyright and database right."
OS = "Contains OS data © Crown copyright and database right."
ONS = "Source: Office for National Statistics."
COMMONS = "Neighbourhood names: House of Commons Library under the Open Parliament Licence v3.0."


def said(context: Context, text: str, limit: int = 12) -> list[tuple[str, str]]:
    """(name, detail) of each option for a text."""
    types = context.register.area_types
    return [
        (words.name_words(option), words.detail_words(option, types[option.described.area.area_type]))
        for option in find(context, text, limit).options
    ]


# ---- postcodes -----------------------------------------------------------------------------------------


def test_a_whole_postcode_in_one_council(context: Context) -> None:
    found = find(context, "ng7 2rd")
    assert words.heading_words(found) == "NG7 2RD is in postcode sector NG7 2, which lies in one council:"
    assert said(context, "ng7 2rd") == [
        ("NG7 2RD: Nottingham (100%)", "Unitary authority in the East Midlands")
    ]
    assert found.credits == (ROYAL_MAIL, OS, ONS)


def test_a_sector_in_two_councils_offers_both_with_their_shares(context: Context) -> None:
    found = find(context, "NG9 2")
    assert words.heading_words(found) == "Postcode sector NG9 2 lies in two councils:"
    assert said(context, "NG9 2") == [
        ("NG9 2: Broxtowe (77%)", "District in the East Midlands"),
        ("NG9 2: Nottingham (23%)", "Unitary authority in the East Midlands"),
    ]
    assert sum(option.share or 0 for option in found.options) == 1


@pytest.mark.parametrize(
    ("text", "heading", "first"),
    [
        ("EC1A 1BB", "EC1A 1BB is in postcode district EC1A, which lies in one council:", "EC1A 1BB: City of London (100%)"),
        ("ec1", "Postcode districts that begin with EC1:", "EC1A: City of London (100%)"),
        ("EC2N 1AA", "EC2N 1AA is not listed. Near matches:", "EC2A: Hackney (89%)"),
        ("CF10 1AA", "No English postcode like CF10 1AA is listed.", None),
    ],
)  # fmt: skip
def test_a_postcode_that_is_not_in_the_tables(
    context: Context, text: str, heading: str, first: str | None
) -> None:
    found = find(context, text)
    assert words.heading_words(found) == heading
    assert [name for name, _ in said(context, text)][:1] == ([first] if first else [])


# ---- names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("beeston", ("Beeston", "Town in Broxtowe, 51,278 people")),
        ("Beeston Rylands", ("Beeston Rylands", "Neighbourhood in Broxtowe")),
        ("hebden bridge", ("Hebden Bridge", "Village in Calderdale, 4,039 people")),
        ("Aylesbury Vale", ("Buckinghamshire", "Unitary authority in the South East. Formerly Aylesbury Vale")),
        ("hull", ("Kingston upon Hull, City of", "Unitary authority in Yorkshire and The Humber")),
        ("d2n2", ("Derby, Derbyshire, Nottingham and Nottinghamshire",
                  "Local enterprise partnership in the East Midlands. Also called D2N2")),
        ("15f", ("NHS West Yorkshire ICB – Leeds (15F)",
                 "Sub-ICB location in the North East and Yorkshire (NHS region)")),
        ("whitley bay", ("Whitley Bay", "Town in North Tyneside, 35,998 people")),
    ],
)  # fmt: skip
def test_what_was_found_says_its_kind_and_place(
    context: Context, text: str, expected: tuple[str, str]
) -> None:
    assert said(context, text)[0] == expected


def test_a_place_in_several_councils_offers_each(context: Context) -> None:
    assert said(context, "Barnsley/Dearne Valley")[:3] == [
        ("Barnsley/Dearne Valley", "Town in Barnsley (79% of residents)"),
        ("Barnsley/Dearne Valley", "Town partly in Doncaster"),
        ("Barnsley/Dearne Valley", "Town partly in Rotherham"),
    ]


def test_wards_of_one_name_are_all_offered_in_order_of_their_councils(context: Context) -> None:
    wards = [detail for name, detail in said(context, "castle", 50) if name == "Castle"]
    assert len(wards) == 18
    assert wards == sorted(wards)
    found = find(context, "castle", 5)
    assert len(found.options) == 5 and found.more > 13
    assert words.heading_words(found) == f"{5 + found.more} matches for “castle”"


def test_an_area_is_offered_once(context: Context) -> None:
    for text in ("nottingham", "castle", "newton"):
        codes = [option.described.area.area_code for option in find(context, text, 200).options]
        assert len(codes) == len(set(codes))


def test_fifty_places_are_offered_where_the_caller_does_not_say(context: Context) -> None:
    found = find(context, "new")
    assert len(found.options) == 50 and found.more > 0


def test_near_matches_say_that_nothing_bears_the_name(context: Context) -> None:
    found = find(context, "nottingam")
    assert found.is_near
    assert words.heading_words(found) == "No place is called “nottingam”. Near matches:"
    assert [name for name, _ in said(context, "nottingam")][:2] == ["Nottingham", "Nottinghamshire"]
    nothing = find(context, "xyzzyqk")
    assert (nothing.options, words.heading_words(nothing)) == ((), "No place is called “xyzzyqk”.")


def test_whoever_gave_the_facts_that_are_shown_is_credited(context: Context) -> None:
    assert find(context, "Leeds City Region").credits == ()
    assert find(context, "beeston rylands").credits == (COMMONS,)
    assert ROYAL_MAIL in find(context, "hull").credits
    assert {ONS, OS} <= set(find(context, "beeston", 3).credits)
    assert COMMONS not in find(context, "beeston", 3).credits


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=250))
def test_any_text_has_an_answer_in_words(context: Context, text: str) -> None:
    found = find(context, text, 5)
    assert words.heading_words(found)
    assert all(name and detail for name, detail in said(context, text, 5))


@pytest.mark.parametrize(
    ("share", "shown"), [(1, "100%"), (0.9999, "over 99%"), (0.995, "over 99%"), (0.9949, "99%"), (0.5, "50%"),
                         (0.01, "1%"), (0.0099, "under 1%"), (0.0001, "under 1%")],
)  # fmt: skip
def test_a_share_is_never_rounded_to_all_or_none(share: float, shown: str) -> None:
    assert words.share_of_residents(share) == shown


def test_sizes_of_built_up_areas(context: Context) -> None:
    area = context.register.area(BROXTOWE)
    kinds = {}
    for text in ("Hebden Bridge", "Beeston", "Tyneside"):
        option = find(context, text).options[0]
        kinds[text] = option.place
    assert kinds == {"Hebden Bridge": "village", "Beeston": "town", "Tyneside": "built-up area"}
    main = Option("Oneham", Description(area, None, None), "place", "town", 5000, None, is_main=False)
    assert words.detail_words(main, context.register.area_types["ltla"]) == "Town partly in Broxtowe"
    assert words.heading_words(Found("x", (main,))) == "1 match for “x”"


# ---- the API -------------------------------------------------------------------------------------------


def test_the_api_tells_what_was_found_beside_the_keys_of_an_area(client: Any) -> None:
    answer = client.get("/api/v1/areas?q=ng9+2ab").json
    assert answer["heading"] == "NG9 2AB is in postcode sector NG9 2, which lies in two councils:"
    assert (answer["reason"], answer["near"], answer["credits"]) == (None, False, [ROYAL_MAIL, OS, ONS])
    first = answer["areas"][0]
    assert first == {
        "area_code": BROXTOWE, "area_name": "Broxtowe", "area_type": "ltla", "area_types": ["ltla"], "ods_code": None,
        "start_on": None, "end_on": None, "label": "NG9 2AB: Broxtowe (77%)", "detail": "District in the East Midlands",
        "matched": "NG9 2AB", "kind": "postcode", "in": "Broxtowe", "share": 0.7684, "why": "postcode", "near": False,
        "latitude": None, "longitude": None,
    }  # fmt: skip


def test_the_api_finds_a_town_in_its_council_with_its_point(client: Any) -> None:
    first = client.get("/api/v1/areas?q=beeston").json["areas"][0]
    assert (first["area_code"], first["kind"], first["in"], first["why"]) == (
        BROXTOWE, "town", "Broxtowe", "place",
    )  # fmt: skip
    assert (first["latitude"], first["longitude"]) == (52.92, -1.23)


def test_an_index_that_cannot_be_read_is_a_503_in_words(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise NoIndex("damaged")

    monkeypatch.setattr(Places, "find", broken)
    answer = client.get("/api/v1/areas?q=leedes")
    assert answer.status_code == 503
    assert answer.json["detail"] == "The index of places cannot be read just now."


def test_a_type_narrows_what_was_found(client: Any) -> None:
    found = client.get("/api/v1/areas?q=nottingham&area_type=icb").json["areas"]
    assert {area["area_type"] for area in found} == {"icb"} and len(found) >= 1
    villages = client.get("/api/v1/areas?q=beeston&area_type=utla").json["areas"]
    assert BROXTOWE not in {area["area_code"] for area in villages}
    assert all("utla" in area["area_types"] for area in villages)


def test_text_that_is_too_long_or_given_twice_is_refused_as_before(client: Any) -> None:
    assert client.get("/api/v1/areas?q=a&q=b").status_code == 400
    assert client.get(f"/api/v1/areas?q={'a' * 200}").status_code == 200


def test_an_answer_without_a_search_has_the_keys_it_had(client: Any) -> None:
    answer = client.get(f"/api/v1/areas?area={NOTTINGHAM}").json
    assert list(answer) == ["areas", "reason"]
    assert "label" not in answer["areas"][0]


# ---- pages without scripts -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/areas"])
def test_the_page_lists_what_was_found_and_where_it_leads(client: Any, path: str) -> None:
    text = client.get(f"{path}?q=ng9+2").text
    found = re.search(r'id="found">(.*?)</section>', text, re.S)
    assert found
    assert re.findall(r'href="(/areas/\w+)"[^>]*>([^<]+)', found[1]) == [
        (f"/areas/{BROXTOWE}", "NG9 2: Broxtowe (77%)"),
        (f"/areas/{NOTTINGHAM}", "NG9 2: Nottingham (23%)"),
    ]
    assert "Postcode sector NG9 2 lies in two councils" in found[1]
    assert ROYAL_MAIL in found[1]


def test_links_of_one_name_say_which_place_they_lead_to(client: Any) -> None:
    labels = re.findall(r'aria-label="(Castle: [^"]+)"', client.get("/areas?q=castle").text)
    assert labels[:2] == ["Castle: Ward in Cambridge", "Castle: Ward in Colchester"]
    assert len(labels) == len(set(labels)) == 18


@pytest.mark.parametrize("path", ["/", "/areas"])
def test_the_page_shows_near_matches_or_what_to_do(client: Any, path: str) -> None:
    near = words_of(client.get(f"{path}?q=nottingam").text)
    assert "No place is called “nottingam”. Near matches" in near and "Nottinghamshire" in near
    nothing = words_of(client.get(f"{path}?q=xyzzyqk").text)
    assert "No place is called “xyzzyqk”." in nothing and words.ADVICE in nothing


@pytest.mark.parametrize("path", ["/", "/areas"])
@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x>', "%00%01", "a" * 200, "%F0%9F%8F%B4"]
)
def test_hostile_text_is_shown_as_text(client: Any, path: str, text: str) -> None:
    answer = client.get(path, query_string={"q": text})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text


def test_boxes_of_one_page_have_ids_of_their_own(client: Any) -> None:
    text = client.get("/areas").text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert text.count("data-find-form") == 2


# ---- names of sub-ICB locations ------------------------------------------------------------------------


def test_page_link_csv_and_api_call_a_location_by_the_same_name(client: Any, context: Context) -> None:
    name = "NHS West Yorkshire ICB – Leeds (15F)"
    assert context.register.area(LEEDS_LOCATION, "sub_icb").name == name
    assert f'<h1 class="wh-h1" tabindex="-1">{name}</h1>' in client.get(f"/areas/{LEEDS_LOCATION}").text
    query = "indicator=ips-access-rate&area_type=sub_icb"
    rows = client.get(f"/api/v1/observations?{query}").json["observations"]
    assert {row["area_name"] for row in rows if row["area_code"] == LEEDS_LOCATION} == {name}
    for page in ("map", "compare"):
        file = csv.DictReader(io.StringIO(client.get(f"/csv/{page}?{query}").text.removeprefix("\ufeff")))
        assert {row["area_name"] for row in file if row["area_code"] == LEEDS_LOCATION} == {name}
        linked = re.findall(
            rf'href="/areas/{LEEDS_LOCATION}[^"]*"[^>]*>([^<]+)<', client.get(f"/{page}?{query}").text
        )
        assert {unescape(words) for words in linked} <= {name} and linked
    assert client.get(f"/api/v1/areas?area={LEEDS_LOCATION}").json["areas"][0]["area_name"] == name


def test_the_about_page_credits_every_source_of_places(client: Any, context: Context) -> None:
    about = words_of(client.get("/about").text)
    for source in sources(context):
        assert source.credit in about
