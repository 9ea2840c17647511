"""Evidence beside the figures: the list, cards on indicator and area pages, the API and the pack."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from openpyxl import load_workbook

from dashboard.address.context import Context
from dashboard.answers.evidence import LocalProgramme
from dashboard.exports.pack import gather
from dashboard.exports.pack_html import pack_html
from dashboard.exports.workbook import workbook
from dashboard.queries.evidence import evidence_list, local_programmes
from dashboard.sentences import evidence as words
from indicators.catalogue import catalogue

BOLTON, GREATER_MANCHESTER, LEEDS, EALING = "E08000001", "E47000001", "E08000035", "E09000009"
WEST_YORKSHIRE, WEST_YORKSHIRE_ICB, SOLENT, NORTH_WEST = "E47000003", "E54000054", "E37000055", "E12000002"
SHEFFIELD_BEFORE_2025, BIRMINGHAM, BLACKPOOL, BUCKINGHAMSHIRE = (
    "E08000019", "E08000025", "E06000009", "E06000060",
)  # fmt: skip


def local(context: Context, area_code: str) -> tuple[LocalProgramme, ...]:
    return local_programmes(context, context.register.area(area_code))


def told(context: Context, area_code: str) -> dict[str, tuple[str, str]]:
    """Relation and place in words of each programme of an area, by id."""
    return {
        found.programme.id: (found.relation, words.place_words(found)) for found in local(context, area_code)
    }


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.data[:300]
    return unescape(answer.get_data(as_text=True))


def section(text: str, id: str) -> str:
    """A section of a page, from its id to the next section."""
    return text.split(f'id="{id}"', 1)[1].split('<section class="wh-section"', 1)[0]


# ---- which programmes an area has --------------------------------------------------------------------------


def test_a_programme_of_a_combined_authority_is_that_of_its_districts(context: Context) -> None:
    in_words = "In Greater Manchester"
    own = {
        "working-well-greater-manchester", "working-well-early-help", "work-and-health-programme-greater-manchester",
        "jobcentre-integration-greater-manchester",
    }  # fmt: skip
    assert told(context, BOLTON) == dict.fromkeys(own, ("inside", in_words))
    whole = told(context, GREATER_MANCHESTER)
    assert {name: whole[name] for name in own} == dict.fromkeys(own, ("here", in_words))
    assert whole["fit-for-work-manchester"] == ("holds", "In Manchester")


def test_a_programme_of_a_council_is_named_by_the_areas_that_hold_it(context: Context) -> None:
    assert told(context, LEEDS) == {"workplace-leeds": ("here", "In Leeds")}
    for wider in (WEST_YORKSHIRE, WEST_YORKSHIRE_ICB):
        assert told(context, wider) == {"workplace-leeds": ("holds", "In Leeds")}
    assert told(context, SOLENT) == {"solent-jobs": ("holds", "In Southampton and Portsmouth")}


def test_a_code_of_the_same_land_has_the_same_programmes(context: Context) -> None:
    assert told(context, SHEFFIELD_BEFORE_2025) == {
        "ips-drug-and-alcohol-councils": ("here", "In Sheffield"),
        "ips-trial-sheffield-city-region": ("inside", "In South Yorkshire"),
    }


def test_the_nearest_programmes_stand_first(context: Context) -> None:
    relations = [found.relation for found in local(context, BIRMINGHAM)]
    assert relations == ["here", "inside", "part"]
    assert list(told(context, BLACKPOOL)) == ["ips-drug-and-alcohol-councils", "trailblazer-blackpool"]


def test_a_place_that_the_papers_leave_open_is_said_so(context: Context) -> None:
    assert told(context, EALING) == {
        "work-and-health-programme-london": ("inside", "In London"),
        "trailblazer-west-london": ("part", "West London: the papers do not say which parts of London"),
        "working-capital-central-london": (
            "part",
            "Central London Forward, eight boroughs: the papers do not say which parts of London",
        ),
    }
    (found,) = (programme for programme in local(context, BIRMINGHAM) if programme.relation == "part")
    assert words.place_words(found) == "In the West Midlands, in parts that the papers do not name"


def test_a_whole_country_and_most_places_have_none(context: Context) -> None:
    assert local(context, "E92000001") == local(context, "K02000001") == local(context, BUCKINGHAMSHIRE) == ()


# ---- the list ----------------------------------------------------------------------------------------------


def test_the_list_has_every_piece_with_strength_and_source(client: Any, context: Context) -> None:
    text = page(client, "/evidence")
    evidence = context.evidence()
    pieces = [*evidence.interventions.values(), *evidence.programmes.values()]
    assert len(pieces) == 77
    for piece in pieces:
        entry = text.split(f'id="{piece.id}">', 1)[1].split('<div class="wh-entry', 1)[0]
        assert words.strength_words(piece.strength) in entry
        assert f"Source: {words.sources_words(piece, evidence.papers)}" in entry
        assert piece.people in entry
    assert "48 interventions and 29 local programmes, with findings, strength of evidence and sources" in text
    assert "not what came later. Some of these programmes have ended." in text
    assert "Nothing here is a reason to push anyone into any job." in text


def test_ips_is_told_with_its_trials_and_their_limits(client: Any) -> None:
    entry = page(client, "/evidence").split('id="individual-placement-and-support">')[1].split("wh-entry")[0]
    assert "Tested in trials" in entry
    assert "17 trials. A systematic review and meta-analysis of 2016" in entry
    assert "no paper gives the size of the effect" in entry
    assert 'href="/indicators/ips-access-rate"' in entry
    assert (
        "Improving Lives: The Future of Work, Health and Disability (Cm 9526), HM Government, November 2017: "
        "paragraphs 157, 160 to 161 and 163" in entry
    )


def test_the_list_is_narrowed_by_group_of_people_and_by_indicator(client: Any) -> None:
    text = page(client, "/evidence?condition=learning_disability")
    assert "5 interventions and 4 local programmes" in text
    assert 'id="supported-internships"' in text and 'id="group-work-jobs-ii"' not in text
    assert '<option value="learning_disability" selected' in text
    text = page(client, "/evidence?indicator=neet")
    assert 'id="mygo-suffolk"' in text and 'id="workplace-leeds"' not in text
    text = page(client, "/evidence?condition=secondary_mental_health&indicator=neet")
    assert "No evidence in these papers goes with this choice." in text


def test_the_list_is_narrowed_to_the_programmes_of_an_area(client: Any) -> None:
    text = page(client, f"/evidence?area={LEEDS}")
    assert "48 interventions and 1 local programme," in text
    assert 'id="workplace-leeds"' in text and 'id="solent-jobs"' not in text


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("condition=sad", 400, "“sad” is not one of: disabled, long_term_condition"),
        ("indicator=none", 400, "No indicator is called “none”"),
        ("area=E00000000", 404, "No area has the code “E00000000”"),
    ],
)
def test_an_unknown_choice_is_told_in_words(client: Any, query: str, status: int, sentence: str) -> None:
    answer = client.get(f"/evidence?{query}")
    assert answer.status_code == status
    assert sentence in unescape(answer.get_data(as_text=True))


# ---- cards -------------------------------------------------------------------------------------------------


def test_an_area_page_has_its_programmes_first_and_then_the_three_questions(client: Any) -> None:
    text = section(page(client, f"/areas/{BOLTON}/figures"), "evidence")
    places = [
        text.index(words_)
        for words_ in (
            "Local programmes", "Working Well", "In Greater Manchester", "Over 1,000 had found work so far",
            "Employment by health condition: 6 interventions", "Supported internships",
            "Individual Placement and Support: 2 interventions", "Work and talking therapies: 3 interventions",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert 'href="/evidence#working-well-greater-manchester"' in text
    assert "Source: Local Government Association, February 2017 (chapter 1)" in text


def test_an_area_without_a_programme_has_the_interventions(client: Any) -> None:
    text = section(page(client, f"/areas/{BUCKINGHAMSHIRE}/figures"), "evidence")
    assert "Local programmes" not in text
    assert 'href="/evidence#individual-placement-and-support"' in text


def test_a_region_with_many_programmes_shows_six_and_leads_to_all(client: Any, context: Context) -> None:
    text = section(page(client, f"/areas/{NORTH_WEST}/figures"), "evidence")
    cards = text.split("<h3", 2)[1].split("<details", 1)[0]
    assert cards.count("wh-card-link") == 6
    assert len(local(context, NORTH_WEST)) == 9
    assert (
        f'<a href="/evidence?area={NORTH_WEST}#programmes" class="wh-link">All 9 local programmes</a>' in text
    )


def test_what_the_papers_leave_open_is_listed_apart(client: Any) -> None:
    text = section(page(client, f"/areas/{EALING}/figures"), "evidence")
    assert "In parts of London that the papers do not set out by council:" in text
    assert "Mental Health Trailblazer in West London</a> (West London). Trial without a result." in text


def test_the_page_of_an_indicator_has_what_goes_with_it(client: Any) -> None:
    text = section(page(client, "/indicators/ips-access-rate"), "evidence")
    assert text.index("Individual Placement and Support (IPS)") < text.index("Health-led IPS trials")
    assert "Tested in trials" in text
    number = re.search(r"All (\d+) pieces of evidence for this indicator", text)
    assert number and int(number[1]) == 12
    assert 'href="/evidence?indicator=ips-access-rate"' in text


def test_an_indicator_that_nothing_goes_with_has_no_section(client: Any, context: Context) -> None:
    assert evidence_list(context, indicator_id="gender-pay-gap").is_empty
    assert 'id="evidence"' not in page(client, "/indicators/gender-pay-gap")


# ---- the API -----------------------------------------------------------------------------------------------


def test_the_api_gives_everything_by_default(client: Any) -> None:
    answer = client.get("/api/v1/evidence").json
    assert (len(answer["interventions"]), len(answer["programmes"])) == (48, 29)
    first = answer["interventions"][0]
    assert (first["id"], first["strength"], first["trials"]) == (
        "individual-placement-and-support", "tested", 17,
    )  # fmt: skip
    assert first["sources"][0] == {
        "title": "Improving Lives: The Future of Work, Health and Disability (Cm 9526)",
        "publisher": "HM Government",
        "published": "November 2017",
        "place": "paragraphs 157, 160 to 161 and 163; footnote 25; Annex B initiative 66; glossary",
    }
    assert answer["strengths"]["weak"]["label"] == "Weak results or harm"
    known = set(catalogue())
    assert all(
        set(piece["indicators"]) <= known
        for kind in ("interventions", "programmes")
        for piece in answer[kind]
    )


def test_the_api_narrows_by_area_indicator_and_condition(client: Any) -> None:
    answer = client.get(f"/api/v1/evidence?area={BOLTON}&indicator=fit-notes-rate").json
    (programme,) = answer["programmes"]
    assert (programme["id"], programme["relation"], programme["found"], programme["intervention"]) == (
        "working-well-early-help", "inside", None, "early-help",
    )  # fmt: skip
    assert programme["areas"] == [{"area_code": GREATER_MANCHESTER, "area_name": "Greater Manchester"}]
    assert {piece["id"] for piece in answer["interventions"]} == {
        "early-help", "fit-note-reform", "health-professionals-and-work",
    }  # fmt: skip
    answer = client.get("/api/v1/evidence?condition=learning_disability").json
    assert (len(answer["interventions"]), len(answer["programmes"])) == (5, 4)


@pytest.mark.parametrize(
    ("query", "status", "parameter", "message"),
    [
        ("condition=sad", 400, "condition", "no health condition 'sad'"),
        ("indicator=none", 404, "indicator", "no indicator 'none'"),
        ("area=E00000000", 404, "area", "no area has the code 'E00000000'"),
        (f"area={LEEDS},{BOLTON}", 400, "area", "area names 2 areas; give one"),
    ],
)
def test_the_api_says_what_is_wrong(
    client: Any, query: str, status: int, parameter: str, message: str
) -> None:
    answer = client.get(f"/api/v1/evidence?{query}")
    assert answer.status_code == status
    assert (answer.json["parameter"], answer.json["detail"]) == (parameter, message)


def test_an_unknown_api_names_this_one(client: Any) -> None:
    assert "/api/v1/evidence" in client.get("/api/v1/proof").json["allowed"]


# ---- the pack ----------------------------------------------------------------------------------------------


def test_the_pdf_has_the_programmes_first_and_then_the_three_questions(fuller: Context) -> None:
    text = unescape(
        pack_html(gather(fuller, fuller.register.area(BOLTON), "http://localhost/areas/E08000001"))
    )
    places = [
        text.index(part)
        for part in (
            "<h2>What may help: evidence</h2>", "Nothing here is a reason to push anyone into any job.",
            "<h3>Local programmes</h3>", "<strong>Working Well.</strong> In Greater Manchester.",
            "Over 1,000 had found work so far, of over 10,000 who had joined. Results, not from a trial.",
            "<h3>Employment by health condition</h3>", "<h3>Individual Placement and Support</h3>",
            "<h3>Work and talking therapies</h3>", "<h2>How to read the figures</h2>",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_the_workbook_has_a_sheet_of_evidence(fuller: Context) -> None:
    made = workbook(gather(fuller, fuller.register.area(LEEDS), "http://localhost/areas/E08000035"))
    sheet = load_workbook(io.BytesIO(made))["Evidence"]
    heading, first, *rest = sheet.iter_rows(min_row=5, values_only=True)
    assert heading[:3] == ("About", "Title", "Where")
    assert first[:3] == ("Local programme", "Workplace Leeds", "In Leeds")
    assert first[5:7] == (
        "Nine in ten of those helped got jobs in the last year, by the programme’s own count.",
        "Results, not from a trial",
    )
    assert [row[0] for row in rest] == [
        *["Employment by health condition"] * 6,
        *["Individual Placement and Support"] * 2,
        *["Work and talking therapies"] * 3,
    ]
    ips = next(row for row in rest if row[1] == "Individual Placement and Support (IPS)")
    assert ips[7].startswith("17 trials. A systematic review")
