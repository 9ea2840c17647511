"""Stat-Xplore: cubes of JSON read cell by cell; tables asked for in pieces. Numbers of the fixtures are invented."""

from __future__ import annotations

import csv
import json
import math
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest

from etl.deriving.derive import derive
from etl.fetching.failures import FetchFailed
from etl.pipeline.contract import check_measurements
from etl.sources import SOURCES, dwp_stat_xplore
from etl.sources.base import BadFile, MissingKey, Problems, ReleaseChanged
from etl.sources.dwp_stat_xplore import sanctions, tables
from etl.sources.dwp_stat_xplore.cubes import Item, read_cube
from indicators.catalogue import load_catalogue

SOURCE = "dwp_stat_xplore"
CHESTERFIELD, NOTTINGHAM, ENGLAND = "E07000034", "E06000018", "E92000001"
MAY, FEBRUARY, APRIL = "2024-05-01/P1M", "2024-02-01/P1M", "2026-04-01/P1M"
EDITIONS = [
    "ESA_Caseload_new-2024-05",
    "PIP_Monthly_new-2026-04",
    "UC_WCA_CASE-2026-06",
    "UC_sanc_rates-2026-04",
]


def test_one_edition_for_each_database_and_newest_month(copied, editions) -> None:
    found = editions(SOURCE, copied(SOURCE))
    assert list(found) == EDITIONS
    assert [file.path.name for file in found[EDITIONS[0]].files] == ["esa-ltla.json", "esa-regions.json"]
    assert [edition.precedence for edition in found.values()] == [202405, 202604, 202606, 202604]
    assert not any(edition.illustrative for edition in found.values())


def test_rows_of_esa(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))[EDITIONS[0]])
    rows = rows_of(parsed.measurements, "measure", "area_code", "period", "value", "status")
    assert rows[:4] == [
        ("esa.people", CHESTERFIELD, FEBRUARY, 3000.0, "ok"),
        ("esa.people", CHESTERFIELD, MAY, 2900.0, "ok"),
        ("esa.people", NOTTINGHAM, FEBRUARY, 9105.0, "ok"),
        ("esa.people", NOTTINGHAM, MAY, 9002.0, "ok"),
    ]
    # the total over all nine regions is England; that over some medical conditions is nobody's
    assert rows[4:6] == [
        ("esa.mental-health.people", "E12000001", MAY, 100.0, "ok"),
        ("esa.musculoskeletal.people", "E12000001", MAY, 20.0, "ok"),
    ]
    assert rows[-2:] == [
        ("esa.mental-health.people", ENGLAND, MAY, 4501.0, "ok"),
        ("esa.musculoskeletal.people", ENGLAND, MAY, 902.0, "ok"),
    ]
    assert (parsed.rows_in, len(rows)) == (8 + 40, 24)
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("outside England", 2, ("Cardiff",)),
        ("not an area: unknown, abroad or a group of areas", 2, ("Unknown",)),
        (
            "a category that is not shown, or a total of some of them",
            20,
            ("Diseases of the circulatory system", "Total"),
        ),
    ]


def test_a_nil_or_negligible_count_is_not_nought(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))[EDITIONS[1]])
    assert rows_of(parsed.measurements, "measure", "area_code", "period", "value", "status", "note") == [
        ("pip.people", CHESTERFIELD, "2026-04-01/P1M", 8100.0, "ok", ""),
        ("pip.people", NOTTINGHAM, "2026-04-01/P1M", None, "suppressed",
         'Nil or negligible (".."), as the publisher shows it'),
    ]  # fmt: skip
    assert [(kind.reason, kind.rows) for kind in parsed.set_aside] == [("another measure", 2)]


def test_stages_of_universal_credit_and_their_total(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))[EDITIONS[2]])
    assert rows_of(parsed.measurements, "measure", "breakdown", "period", "value") == [
        ("uc_health.people", "stage: fit note", "2026-06-01/P1M", 310.0),
        ("uc_health.people", "stage: limited capability for work", "2026-06-01/P1M", 920.0),
        ("uc_health.people", "stage: limited capability for work and work-related activity",
         "2026-06-01/P1M", 5700.0),
        ("uc_health.people", "all", "2026-06-01/P1M", 6931.0),
    ]  # fmt: skip


def test_sanctions_and_regimes_by_the_words_of_their_labels(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))[EDITIONS[3]])
    rows = rows_of(parsed.measurements, "measure", "area_code", "period", "value")
    assert [row for row in rows if row[1] == CHESTERFIELD] == [
        ("uc_sanctions.searching", CHESTERFIELD, APRIL, 1300.0),
        ("uc_sanctions.planning", CHESTERFIELD, APRIL, 150.0),
        ("uc_sanctions.preparing", CHESTERFIELD, APRIL, 350.0),
        ("uc_sanctions.regime_unknown", CHESTERFIELD, APRIL, 100.0),
        ("uc_sanctions.not_sanctioned", CHESTERFIELD, APRIL, 5700.0),
        ("uc_sanctions.sanctioned", CHESTERFIELD, APRIL, 100.0),
    ]
    [aside] = parsed.set_aside
    assert (aside.rows, sorted(aside.examples)) == (
        6,
        ["No work requirements", "Working - no requirements", "Working - with requirements"],
    )
    assert parsed.warnings == []


def test_the_sanction_rate_divides_by_the_regimes_where_sanctions_apply(
    copied, editions, parse, register
) -> None:
    """100 of 1,900 people, not of all 5,800 on Universal Credit: DWP's definition."""
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))[EDITIONS[3]])
    derived, _ = derive(
        parsed.measurements,
        source_id=SOURCE,
        file="uc-sanctions.json",
        illustrative=False,
        register=register,
        catalogue=load_catalogue(),
    )
    rates = derived.set_index("area_code")
    assert set(rates["indicator_id"]) == {"uc-sanction-rate"}
    assert rates.loc[CHESTERFIELD, ["numerator", "denominator"]].tolist() == [100.0, 1900.0]
    assert rates.loc[CHESTERFIELD, "value"] == pytest.approx(100 * 100 / 1900)
    assert rates.loc[ENGLAND, "value"] == pytest.approx(100 * 100_000 / 1_850_000)


def changed(path: Path, change) -> None:
    answer = json.loads(path.read_text(encoding="utf-8"))
    change(answer)
    path.write_text(json.dumps(answer), encoding="utf-8")


def counts(answer) -> list:
    return next(iter(answer["cubes"].values()))["values"]


def in_month(words: str):
    return lambda answer: answer["fields"][1]["items"][0].update(labels=[words])


@pytest.mark.parametrize(
    ("month", "sanctioned", "refused"),
    [
        ("April 2026", 100_000.0, None),
        # the rate over all regimes, as it was once made: about a third of the published one
        ("April 2026", 32_000.0, "'1.73% in England in 2026-04': expected 3.21% to 12.49%"),
        ("August 2024", 100_000.0, None),
        ("August 2024", 130_000.0, "'7.03% in England in 2024-08': expected 4.61% to 6.61%"),
        ("November 2023", 130_000.0, None),
        ("November 2023", 100_000.0, "'5.41% in England in 2023-11': expected 6.14% to 8.14%"),
    ],
)
def test_englands_rate_is_held_against_the_published_one(
    copied, editions, parse, month: str, sanctioned: float, refused: str | None
) -> None:
    folder = copied(SOURCE, "uc-sanctions.json", "uc-sanctions-regimes.json")
    for path in folder.iterdir():
        changed(path, in_month(month))
    changed(folder / "uc-sanctions.json", lambda answer: counts(answer)[1][0].__setitem__(1, sanctioned))
    [edition] = editions(SOURCE, folder).values()
    if refused is None:
        assert parse(SOURCE, edition).warnings == []
        return
    with pytest.raises(BadFile, match=re.escape(refused)):
        parse(SOURCE, edition)


def test_a_rate_that_cannot_be_checked_says_so(copied, editions, parse) -> None:
    folder = copied(SOURCE, "uc-sanctions.json", "uc-sanctions-regimes.json")
    for path in folder.iterdir():
        changed(path, in_month("April 2020"))
    [edition] = editions(SOURCE, folder).values()
    [words] = parse(SOURCE, edition).warnings
    assert "could not be held against the published one in 2020-04" in words


def test_one_table_of_sanctions_alone_makes_no_rate(copied, editions, parse) -> None:
    folder = copied(SOURCE, "uc-sanctions.json")
    [words] = parse(SOURCE, editions(SOURCE, folder)[EDITIONS[3]]).warnings
    assert "no figures of uc_sanctions.searching, uc_sanctions.planning" in words
    assert "one by conditionality regime" in words


@pytest.mark.shared
def test_the_published_rates_are_those_of_the_shared_table(shared) -> None:
    rows = csv.DictReader(
        (shared / "formats" / "statxplore" / "uc_sanction_rate_published.csv").open(encoding="utf-8")
    )
    assert {
        f"{row['month']}-01/P1M": float(row["sanction_rate_percent"]) for row in rows
    } == sanctions.PUBLISHED


def test_every_cell_is_used_or_set_aside(copied, editions, parse, register) -> None:
    for edition in editions(SOURCE, copied(SOURCE)).values():
        parsed = parse(SOURCE, edition)
        assert parsed.rows_in == len(parsed.measurements) + parsed.rows_set_aside
        check_measurements(parsed, edition, SOURCE, register, load_catalogue())


def test_a_total_of_some_regions_is_not_england(copied, editions, parse) -> None:
    path = copied(SOURCE, "esa-regions.json") / "esa-regions.json"
    answer = json.loads(path.read_text(encoding="utf-8"))
    del answer["fields"][0]["items"][8]
    cube = next(iter(answer["cubes"].values()))
    del cube["values"][8]
    path.write_text(json.dumps(answer), encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, path.parent)[EDITIONS[0]])
    assert ENGLAND not in set(parsed.measurements["area_code"])
    assert ("a total over areas", 4) in [(kind.reason, kind.rows) for kind in parsed.set_aside]


def test_the_same_figure_in_two_tables_is_refused(copied, editions, parse) -> None:
    folder = copied(SOURCE, "esa-ltla.json")
    (folder / "again.json").write_bytes((folder / "esa-ltla.json").read_bytes())
    with pytest.raises(
        BadFile,
        match=r"again\.json, esa-ltla\.json: 'esa\.people of E07000034 in 2024-02-01/P1M \(all\)': expected each",
    ):
        parse(SOURCE, editions(SOURCE, folder)[EDITIONS[0]])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda answer: answer.pop("cubes"), ReleaseChanged, "esa-ltla.json: column 'cubes' gone; found"),
        (
            lambda answer: answer["fields"][0].pop("items"),
            ReleaseChanged,
            "KeyError 'items'; expected a database",
        ),
        (
            lambda answer: answer["fields"].pop(),
            BadFile,
            r"values of shape \(4, 2\)': expected numbers or null of shape \(4,\)",
        ),
        (
            lambda answer: answer["cubes"]["str:count:ESA_Caseload_new:V_F_ESA_NEW"]["values"][0].pop(),
            BadFile,
            r"values of shape \(4,\)': expected numbers or null of shape \(4, 2\)",
        ),
        *(
            (
                lambda answer, cell=cell: answer["cubes"]["str:count:ESA_Caseload_new:V_F_ESA_NEW"]["values"][
                    1
                ].__setitem__(0, cell),
                BadFile,
                rf"column 'str:count:ESA_Caseload_new:V_F_ESA_NEW': {cell!r}: expected a number or null",
            )
            for cell in ("inf", "nan", "9105", True, float("inf"), float("nan"))
        ),
        (
            lambda answer: answer["fields"][1].update(uri="str:field:ESA_Caseload_new:V_F_ESA_NEW:CCSEX"),
            ReleaseChanged,
            r"fields \['National - Regional - LA - OAs', 'Month'\] found; expected those of \['COA_CODE'",
        ),
        (
            lambda answer: answer["fields"][1]["items"][0].update(uris=["a:b:X"], labels=["Spring"]),
            BadFile,
            r"column 'Month': 'Spring \(X\)': expected one month, such as 201805",
        ),
    ],
)
def test_what_cannot_be_is_named(copied, editions, parse, change, error, message) -> None:
    path = copied(SOURCE, "esa-ltla.json") / "esa-ltla.json"
    answer = json.loads(path.read_text(encoding="utf-8"))
    change(answer)
    path.write_text(json.dumps(answer), encoding="utf-8")
    (edition,) = editions(SOURCE, path.parent).values()
    with pytest.raises(error, match=message):
        parse(SOURCE, edition)


def test_a_table_cut_short_empty_or_of_another_kind_is_named(copied, editions, parse) -> None:
    path = copied(SOURCE, "esa-ltla.json") / "esa-ltla.json"
    text = path.read_bytes()
    (edition,) = editions(SOURCE, path.parent).values()
    for content, message in (
        (text[: len(text) // 2], r"esa-ltla\.json: row \d+: .*expected the JSON of a table .*cut short"),
        (b"", r"esa-ltla\.json: expected a file with rows"),
        (b"[]", r"esa-ltla\.json: 'list': expected the JSON object"),
        (b'{"a": "\x92"}', r"esa-ltla\.json: row 1: .*expected text in UTF-8"),
    ):
        path.write_bytes(content)
        with pytest.raises(BadFile, match=message):
            parse(SOURCE, edition)


def test_a_byte_order_mark_changes_nothing(copied, editions, parse) -> None:
    path = copied(SOURCE, "esa-ltla.json") / "esa-ltla.json"
    before = parse(SOURCE, editions(SOURCE, path.parent)[EDITIONS[0]]).measurements
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert parse(SOURCE, editions(SOURCE, path.parent)[EDITIONS[0]]).measurements.equals(before)


# --- the real answers ---------------------------------------------------------------------------------------


@pytest.mark.shared
def test_real_answers_are_read_as_cubes(shared) -> None:
    folder = shared / "formats" / "statxplore"
    families = read_cube(folder / "example_a_response.json")
    assert families.database == "UC_Households"
    assert [(field.label, len(field.items)) for field in families.fields] == [
        ("National - Regional - LA - OAs", 10),
        ("Month", 4),
        ("Family Type", 6),
    ]
    assert families.fields[0].items[0] == Item(("E12000001",), "North East")
    assert families.fields[0].items[-1] == Item((), "Total")
    counts = families.values["str:count:UC_Households:V_F_UC_HOUSEHOLDS"]
    assert counts[0, 0].tolist() == [36393.0, 8362.0, 1843.0, 3409.0, 0.0, 50001.0]
    payments = read_cube(folder / "example_b_response.json")
    assert list(payments.values) == [
        "str:count:UC_Households:V_F_UC_HOUSEHOLDS",
        "str:statfn:UC_Households:V_F_UC_HOUSEHOLDS:HNTOTAL_PAYMENT_AMOUNT:MEAN",
    ]
    housing = read_cube(folder / "example_c_response.json")
    assert [len(field.items) for field in housing.fields] == [635, 1, 3]
    assert housing.values["str:count:hb_new:V_F_HB_NEW"][1, 0].tolist() == [4228.0, 2711.0, 6940.0]


@pytest.mark.shared
def test_real_answers_on_other_databases_are_not_ours(shared) -> None:
    assert SOURCES[SOURCE].discover(shared / "formats" / "statxplore") == []


@pytest.mark.shared
def test_the_ids_are_those_of_the_real_schema(shared) -> None:
    known = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (shared / "formats" / "statxplore" / "schema_ids").rglob("*.csv")
    )
    for table in tables.TABLES:
        fields = [table.month_field, tables.AREA_FIELD]
        fields += [split.field for split in table.splits]
        for words in (f"str:database:{table.database}", table.count, *map(table.field, fields)):
            # the schema at hand is older than the present table of PIP, and its geography
            assert words in known or table.key == "pip", words


# --- fetching -----------------------------------------------------------------------------------------------


VALUES = {
    "CCSANCTION_FLAG": ("Not sanctioned", "Sanctioned"),
    "CCCONDITIONALITY_REGIME": (
        "Searching for work",
        "Working - with requirements",
        "No work requirements",
        "Planning for work",
        "Preparing for work",
        "Unknown or missing regime",
    ),
}


class Publisher:
    """Plays the API: answers by the body that is posted, and keeps what was asked. It has 296 authorities of England
    and one of Wales, and 24 months; ``broken`` are words in the names of tables that it does not answer."""

    def __init__(self, folder: Path, **secrets: str) -> None:
        self.folder = folder
        self.secrets = secrets
        self.asked: list[tuple[str, str, dict | None]] = []
        self.endings = ("LA_TO_REGION", "REGION_TO_COUNTRY")
        self.values = dict(VALUES)
        self.broken: tuple[str, ...] = ()
        self.notes: list[str] = []
        self.heads_only = False

    def note(self, words: str) -> None:
        self.notes.append(words)

    def save(
        self,
        file_name,
        url,
        *,
        content_types=(),
        published_on=None,
        body=None,
        headers=None,
        read_seconds=None,
    ) -> Path:
        assert headers["APIKey"] == "a key"
        assert read_seconds == 300
        query = None if body is None else json.loads(body)
        self.asked.append((file_name, url, query))
        if any(words in file_name for words in self.broken):
            raise FetchFailed(f"{url}: the server answered 504; tried 4 times")
        path = self.folder / file_name
        path.write_text(json.dumps(self._answer(url, query)), encoding="utf-8")
        return path

    def _answer(self, url, query):
        if query is None:
            of = unquote(url.rsplit("/", 1)[-1])
            name = of.rsplit(":", 1)[-1]
            if name == "COA_CODE":
                return {"children": [{"id": f"str:valueset:a:COA_CODE:V_C_MASTERGEOG{n}_{ending}"}
                                     for n in (11, 21) for ending in self.endings]}  # fmt: skip
            if of.startswith("str:field:"):
                return {"children": [{"id": f"{of.replace('field', 'valueset')}:C_{name}", "label": name}]}
            labels = self.values[name.removeprefix("C_")]
            return {"children": [{"id": f"{of.replace('valueset', 'value')}:{n}", "label": label}
                                 for n, label in enumerate(labels)]}  # fmt: skip
        recodes = query.get("recodes", {})
        items = {}
        for (dimension,) in query["dimensions"]:
            if dimension in recodes:
                uris = [uri for (uri,) in recodes[dimension]["map"]]
            elif dimension.startswith("str:valueset:"):
                stem = dimension.replace("valueset", "value")
                uris = [
                    f"{stem}:{code}"
                    for code in ("W06000015", *(f"E{n:08d}" for n in range(6_000_001, 6_000_297)))
                ]
            else:
                uris = [f"{dimension}:C:{y}{m:02d}" for y in (2024, 2025) for m in range(1, 13)][::-1]
            items[dimension] = [{"type": "RecodeItem", "uris": [uri], "labels": [uri.rsplit(":", 1)[-1]]}
                                for uri in uris]  # fmt: skip
            if recodes.get(dimension, {}).get("total"):
                items[dimension].append({"type": "Total", "labels": ["Total"]})
        values = 1.0
        for listed in reversed(list(items.values())):
            values = [values] * len(listed)
        count = query["measures"][0]
        return {
            "query": query,
            "database": {"id": query["database"].rsplit(":", 1)[-1]},
            "measures": [{"uri": count}],
            "fields": [{"uri": name, "label": name, "items": listed} for name, listed in items.items()],
            "cubes": {count: {"values": values}},
        }


def cells(query) -> int:
    recodes = query["recodes"]
    return math.prod(
        len(recodes[dimension]["map"]) + recodes[dimension]["total"] for (dimension,) in query["dimensions"]
    )


def test_the_newest_months_are_asked_for_in_pieces(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path, STATXPLORE_API_KEY="a key")
    SOURCES[SOURCE].fetch(publisher, date(2026, 1, 20))
    names = [name.removeprefix("statxplore-").removesuffix(".json") for name, _, _ in publisher.asked]
    lists = ("months", "areas", "authorities")
    assert names == [
        *(f"esa-{name}" for name in lists),
        "esa-all-region-1", *(f"esa-all-ltla-{n}" for n in range(1, 8)),
        "esa-icdgp-region-1", *(f"esa-icdgp-ltla-{n}" for n in range(1, 14)),
        *(f"pip-{name}" for name in lists),
        "pip-all-region-1", *(f"pip-all-ltla-{n}" for n in range(1, 8)),
        *(f"uc-health-{name}" for name in lists),
        "uc-health-stage-code-region-1", *(f"uc-health-stage-code-ltla-{n}" for n in range(1, 27)),
        *(f"uc-sanctions-{name}" for name in lists),
        "uc-sanctions-ccsanction-flag-values", "uc-sanctions-ccsanction-flag-values-1",
        "uc-sanctions-ccsanction-flag-region-1",
        *(f"uc-sanctions-ccsanction-flag-ltla-{n}" for n in range(1, 8)),
        "uc-sanctions-ccconditionality-regime-values", "uc-sanctions-ccconditionality-regime-values-1",
        "uc-sanctions-ccconditionality-regime-region-1",
        *(f"uc-sanctions-ccconditionality-regime-ltla-{n}" for n in range(1, 27)),
    ]  # fmt: skip
    assert publisher.notes == []
    figures = [query for name, _, query in publisher.asked if "-ltla-" in name or "-region-" in name]
    assert max(map(cells, figures)) <= 800
    asked = {name: (url, query) for (_, url, query), name in zip(publisher.asked, names, strict=True)}
    assert asked["esa-areas"] == (
        "https://stat-xplore.dwp.gov.uk/webapi/rest/v1/schema/"
        "str%3Afield%3AESA_Caseload_new%3AV_F_ESA_NEW%3ACOA_CODE",
        None,
    )
    url, query = asked["esa-icdgp-ltla-1"]
    assert url == "https://stat-xplore.dwp.gov.uk/webapi/rest/v1/table"
    month, area, condition = (
        "str:field:ESA_Caseload_new:F_ESA_QTR_NEW:DATE_NAME",
        "str:field:ESA_Caseload_new:V_F_ESA_NEW:COA_CODE",
        "str:field:ESA_Caseload_new:V_F_ESA_NEW:ICDGP",
    )
    assert query["dimensions"] == [[area], [month], [condition]]
    assert query["recodes"][month] == {"map": [[f"{month}:C:202412"]], "total": False}
    assert query["recodes"][condition] == {
        "map": [[f"str:value:ESA_Caseload_new:V_F_ESA_NEW:ICDGP:C_ESA_ICDGP:{n}"] for n in (5, 13)],
        "total": False,
    }
    authorities = query["recodes"][area]
    assert authorities["total"] is False
    assert authorities["map"][0] == ["str:value:a:COA_CODE:V_C_MASTERGEOG21_LA_TO_REGION:E06000001"]
    assert len(authorities["map"]) == 296
    regions = asked["pip-all-region-1"][1]["recodes"]["str:field:PIP_Monthly_new:V_F_PIP_MONTHLY:COA_CODE"]
    assert regions["total"] is True
    assert regions["map"][0] == ["str:value:a:COA_CODE:V_C_MASTERGEOG21_REGION_TO_COUNTRY:E12000001"]
    assert len(regions["map"]) == 9
    regime = "str:field:UC_sanc_rates:V_F_UC_SANC_RATE:CCCONDITIONALITY_REGIME"
    assert asked["uc-sanctions-ccconditionality-regime-ltla-1"][1]["recodes"][regime]["map"] == [
        [f"{regime.replace('field', 'value')}:C_CCCONDITIONALITY_REGIME:{n}"] for n in (0, 3, 4, 5)
    ]
    # pieces of one question are one edition; lists of months, areas and values are none
    found = SOURCES[SOURCE].discover(tmp_path)
    assert [edition.edition for edition in found] == [
        f"{database}-2025-12"
        for database in ("ESA_Caseload_new", "PIP_Monthly_new", "UC_WCA_CASE", "UC_sanc_rates")
    ]
    assert len(found[-1].files) == 1 + 7 + 1 + 26


@pytest.mark.parametrize(
    ("broken", "missed", "gone"),
    [
        (("esa-icdgp-ltla-3",), ["Employment and Support Allowance caseload, by ICDGP"], []),
        (("pip-months",), ["Personal Independence Payment: cases with entitlement"], ["PIP_Monthly_new"]),
        (("uc-sanctions-areas", "uc-health"), ["Universal Credit health caseload", "Universal Credit sanction rates"],
         ["UC_WCA_CASE", "UC_sanc_rates"]),
        (("uc-sanctions-ccsanction-flag-values-1",), ["Universal Credit sanction rates, by CCSANCTION_FLAG"], []),
    ],
)  # fmt: skip
def test_each_table_fails_alone(tmp_path: Path, broken, missed: list[str], gone: list[str]) -> None:
    publisher = Publisher(tmp_path, STATXPLORE_API_KEY="a key")
    publisher.broken = broken
    SOURCES[SOURCE].fetch(publisher, date(2026, 1, 20))
    assert [words.split(": not fetched: ")[0] for words in publisher.notes] == missed
    assert all("the server answered 504" in words for words in publisher.notes)
    found = {edition.edition.rpartition("-2025-12")[0] for edition in SOURCES[SOURCE].discover(tmp_path)}
    assert found == {table.database for table in tables.TABLES} - set(gone)


def test_no_table_at_all_is_a_failure(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path, STATXPLORE_API_KEY="a key")
    publisher.broken = ("-",)
    with pytest.raises(Problems, match="504") as raised:
        SOURCES[SOURCE].fetch(publisher, date(2026, 1, 20))
    assert len(raised.value.problems) == 4


def test_a_regime_that_the_schema_no_longer_lists_is_named(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path, STATXPLORE_API_KEY="a key")
    publisher.values["CCCONDITIONALITY_REGIME"] = ("Intensive work search", "Unknown or missing regime")
    SOURCES[SOURCE].fetch(publisher, date(2026, 1, 20))
    [words] = publisher.notes
    assert "for uc_sanctions.searching, uc_sanctions.planning, uc_sanctions.preparing; found" in words
    assert "'Intensive work search'" in words


def test_no_key_says_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(
        MissingKey, match=r"STATXPLORE_API_KEY is not set: .* register at https://stat-xplore"
    ):
        SOURCES[SOURCE].fetch(Publisher(tmp_path), date(2026, 1, 20))


def test_a_geography_that_is_gone_is_named(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path, STATXPLORE_API_KEY="a key")
    publisher.endings = ("LA_TO_REGION",)
    with pytest.raises(
        Problems, match="no value set of areas ending in REGION_TO_COUNTRY under str:field:ESA"
    ):
        SOURCES[SOURCE].fetch(publisher, date(2026, 1, 20))


def test_the_illustrative_release(editions, parse, rows_of) -> None:
    (edition,) = editions(SOURCE, dwp_stat_xplore.ILLUSTRATIVE_FOLDER).values()
    assert (edition.edition, edition.illustrative) == ("illustrative-ESA_Caseload_new-2025-02", True)
    measured = parse(SOURCE, edition).measurements
    assert measured.groupby("measure")["area_code"].nunique().to_dict() == {
        "esa.mental-health.people": 306,
        "esa.musculoskeletal.people": 306,
        "esa.people": 306,
    }
    assert sorted(measured["period"].unique()) == [
        f"{month}-01/P1M" for month in ("2024-05", "2024-08", "2024-11", "2025-02")
    ]
    england = measured[(measured["area_code"] == ENGLAND) & (measured["period"] == "2025-02-01/P1M")]
    regions = measured[measured["area_code"].str.startswith("E12") & (measured["period"] == "2025-02-01/P1M")]
    assert england.set_index("measure")["value"].to_dict() == (
        regions.groupby("measure")["value"].sum().to_dict()
    )
