"""Building the tables: the steps on small cases, the whole against the real files, and what the tables resolve."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import geopandas
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon, box
from typer.testing import CliRunner

from geodata.__main__ import app
from geodata.register import TABLES, Area, Membership, Succession, load_register, read_register
from geodata.tools.tables.build import build_tables, write_tables
from geodata.tools.tables.memberships import inherited
from geodata.tools.tables.shares import joined, land_shares, largest, link, points, shares
from geodata.tools.tables.sources import BRITISH_GRID, SourceMissing, Sources


def area(code: str, area_type: str, start_on: date | None = None, end_on: date | None = None) -> Area:
    return Area(code, area_type, code, None, start_on, end_on, None, None)


def shapes(**polygons: Polygon) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {"code": list(polygons), "name": list(polygons)}, geometry=list(polygons.values()), crs=BRITISH_GRID
    )


# ---- the steps ---------------------------------------------------------------------------------


def test_a_link_holds_while_both_stand() -> None:
    child = area("E07000004", "ltla", end_on=date(2020, 3, 31))
    parent = area("E37000043", "lep", start_on=date(2019, 1, 1))
    assert link(child, parent) == Membership(
        "E07000004", "ltla", "E37000043", "lep", date(2019, 1, 1), date(2020, 3, 31), 1.0
    )
    assert link(child, parent, start_on=date(2020, 4, 1)) is None
    assert link(child, parent, 0.123456, date(2019, 6, 1), date(2019, 7, 1)) == Membership(
        "E07000004", "ltla", "E37000043", "lep", date(2019, 6, 1), date(2019, 7, 1), 0.1235
    )


def test_memberships_in_a_row_with_one_share_become_one() -> None:
    def row(start: date | None, end: date | None, share: float = 1.0) -> Membership:
        return Membership("E06000018", "ltla", "E54000060", "icb", start, end, share)

    first, second = row(None, date(2023, 3, 31)), row(date(2023, 4, 1), None)
    assert joined([second, first]) == [row(None, None)]
    assert joined([first, row(date(2023, 4, 2), None)]) == [first, row(date(2023, 4, 2), None)]
    assert joined([first, row(date(2023, 4, 1), None, 0.5)]) == [first, row(date(2023, 4, 1), None, 0.5)]


def test_shares_count_rows_and_the_largest_wins() -> None:
    pairs = [("a", "x"), ("a", "x"), ("a", "x"), ("a", "y"), ("b", "y")]
    assert shares(pairs) == [("a", "x", 0.75), ("a", "y", 0.25), ("b", "y", 1.0)]
    assert largest(shares(pairs)) == {"a": "x", "b": "y"}
    assert shares((), {("a", "x"): 30.0, ("a", "y"): 10.0}) == [("a", "x", 0.75), ("a", "y", 0.25)]


def test_a_border_sliver_is_no_transfer() -> None:
    before = shapes(old=box(0, 0, 100, 100))
    after = shapes(new=box(0, 0, 97, 100), beside=box(97, 0, 200, 100))
    assert land_shares(before, after) == [("old", "new", 1.0)]
    after = shapes(new=box(0, 0, 75, 100), beside=box(75, 0, 200, 100))
    assert land_shares(before, after) == [("old", "beside", 0.25), ("old", "new", 0.75)]


def test_the_point_of_a_crescent_lies_inside_it() -> None:
    crescent = Point(450_000, 350_000).buffer(10_000).difference(Point(453_000, 350_000).buffer(9_000))
    assert not crescent.contains(crescent.centroid)
    latitude, longitude = points(shapes(crescent=crescent))["crescent"]
    (place,) = geopandas.GeoSeries([Point(longitude, latitude)], crs=4326).to_crs(BRITISH_GRID)
    assert crescent.contains(place)


def test_a_parent_is_inherited_only_where_successors_and_predecessors_agree() -> None:
    day = date(2023, 4, 1)
    changes = [Succession("ltla", "a", "n", day, 1.0), Succession("ltla", "b", "n", day, 1.0)]
    assert inherited({"a": "x", "b": "x"}, changes, ["a", "b", "n"]) == {"a": "x", "b": "x", "n": "x"}
    with pytest.raises(
        SourceMissing, match=r"n: its successors and predecessors lie in \['x', 'y'\]; expected one area"
    ):
        inherited({"a": "x", "b": "y"}, changes, ["n"])


def test_a_lost_column_is_named_with_those_found(tmp_path: Path) -> None:
    (tmp_path / "lookup.csv").write_text("\ufeffLAD24CD,LAD24NM\nE06000018,Nottingham\n", encoding="utf-8")
    sources = Sources(tmp_path, tmp_path)
    assert sources.pairs("lookup.csv", "LAD24CD", "LAD24NM") == {"E06000018": "Nottingham"}
    with pytest.raises(
        SourceMissing, match=r"lookup.csv: columns \['CAUTH24CD'\] gone; found \['LAD24CD', 'LAD24NM'\]"
    ):
        sources.rows("lookup.csv", "LAD24CD", "CAUTH24CD")
    with pytest.raises(
        SourceMissing, match=r"other.csv is not in .*; give the folder that holds it with --from"
    ):
        sources.rows("other.csv", "LAD24CD")


def test_the_command_fails_in_words_and_leaves_the_tables_alone(tmp_path: Path) -> None:
    kept = tmp_path / "tables"
    done = CliRunner().invoke(app, ["build", "--from", str(tmp_path), "--to", str(kept)])
    assert done.exit_code == 1
    assert "not built: lookup_lsoa11_sicbl22_icb22_ltla22.csv is not in" in done.output
    assert not kept.exists()


# ---- the whole, from the real files --------------------------------------------------------------


@pytest.fixture(scope="module")
def rebuilt(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    steps: list[str] = []
    write_tables(build_tables(shared / "geography", progress=steps.append), folder)
    assert len(steps) == 5
    return folder


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("table", ["memberships.csv", "successions.csv", "aliases.csv", "similar.csv"])
def test_the_committed_tables_are_those_the_files_give(rebuilt: Path, table: str) -> None:
    assert rows_of(rebuilt / table) == rows_of(TABLES / table)


@pytest.mark.shared
def test_the_committed_areas_are_those_the_files_give(rebuilt: Path) -> None:
    new, committed = rows_of(rebuilt / "areas.csv"), rows_of(TABLES / "areas.csv")
    assert [row[:6] for row in new] == [row[:6] for row in committed]
    # the last decimal of a point may differ with the version of the projection library
    for row, other in zip(new[1:], committed[1:], strict=True):
        assert [float(cell) for cell in row[6:]] == pytest.approx(
            [float(cell) for cell in other[6:]], abs=0.0002
        )


@pytest.mark.shared
def test_the_rebuilt_register_is_sound(rebuilt: Path) -> None:
    assert len(read_register(rebuilt).vintage("ltla", 2024)) == 296


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "code", "area_type", "year"),
    [
        ("lad_2024-05_uk_bsc.geojson", "LAD24CD", "ltla", 2024),
        ("ctyua_2023-12_uk_bsc.geojson", "CTYUA23CD", "utla", 2023),
        ("ccg_2021-04_en_buc.geojson", "CCG21CD", "ccg", 2021),
        ("icb_2023-04_en_bsc.geojson", "ICB23CD", "icb", 2023),
        ("sicbl_2023-04_en_bsc.geojson", "SICBL23CD", "sub_icb", 2023),
        ("lep_2021-05_en_buc.geojson", "LEP21CD", "lep", 2021),
        ("nhser_2024-01_en_bsc.geojson", "NHSER24CD", "nhs_region", 2024),
        ("cauth_2024-05_en_buc.geojson", "CAUTH24CD", "combined_authority", 2024),
        ("rgn_2023-12_en_buc.geojson", "RGN23CD", "region", 2023),
    ],
)
def test_points_lie_in_the_official_boundaries(
    shared: Path, name: str, code: str, area_type: str, year: int
) -> None:
    register = load_register()
    boundaries = geopandas.read_file(shared / "geography" / name)
    boundaries = boundaries[boundaries[code].str.startswith("E")]
    assert set(boundaries[code]) == register.codes(area_type, year)
    places = [register.area(area_code, area_type) for area_code in boundaries[code]]
    inside = boundaries.geometry.contains(
        geopandas.GeoSeries(
            [Point(place.longitude, place.latitude) for place in places], index=boundaries.index, crs=4326
        )
    )
    assert list(boundaries[code][~inside]) == []


# ---- what the publications need --------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    ("pattern", "column"),
    [
        ("ons_local_indicators/*.csv", "areacd"),
        ("iod/iod2019_lad.csv", "lad19cd"),
        ("iod/iod2025_lad.csv", "area_code"),
        ("census_2021/*.csv", "ltla24_code"),
        ("ascof/*.csv", "ONS Code"),
    ],
)
def test_every_english_code_of_the_publications_is_known(shared: Path, pattern: str, column: str) -> None:
    register = load_register()
    files = sorted((shared / "publications").glob(pattern))
    assert files
    codes = set()
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            codes |= {row[column] for row in csv.DictReader(lines)}
    assert sorted(code for code in codes if code.startswith(("E", "K02")) and code not in register) == []


# organisations of the annual therapies file that are no area, or that ended before the register begins
NOT_AREAS = {
    ("CCG", "UNKNOWN"),
    ("STP", "UNKNOWN"),
    ("ICB", "UNKNOWN"),
    ("Commissioning Region", "UNKNOWN"),
    ("CCG", "13Q"),  # commissioning hubs
    ("CCG", "13R"),
    ("CCG", "14A"),
    ("CCG", "14E"),
    ("CCG", "14R"),
    ("Commissioning Region", "Y54"),  # the regions of 2017, whose GSS codes no file at hand gives
    ("Commissioning Region", "Y55"),
    ("Commissioning Region", "Y57"),
}
AREA_TYPES = {"CCG": "ccg", "STP": "stp", "ICB": "icb", "Commissioning Region": "nhs_region"}


@pytest.mark.shared
def test_every_organisation_of_the_therapies_file_is_an_area_in_its_year(shared: Path) -> None:
    register = load_register()
    rows = pd.read_parquet(
        shared / "publications" / "nhs_talking_therapies" / "measures_annual.parquet",
        columns=["reporting_period", "org_type", "org_code"],
    ).drop_duplicates()
    unknown, counts = set(), {}
    for period, org_type, org_code in rows.itertuples(index=False, name=None):
        if org_type not in AREA_TYPES:
            continue
        found = register.by_ods(org_code, AREA_TYPES[org_type], date(int(period[:4]) + 1, 3, 31))
        if found is None:
            unknown.add((org_type, org_code))
        else:
            counts.setdefault((period, org_type), set()).add(found.area_code)
    assert unknown == NOT_AREAS
    for (period, org_type), codes in counts.items():
        if org_type != "Commissioning Region":
            assert codes == register.codes(AREA_TYPES[org_type], int(period[:4])), (period, org_type)


@pytest.mark.shared
@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_every_english_name_of_the_labour_market_workbooks_is_known(shared: Path) -> None:
    register = load_register()
    types = {"ladu": "ltla", "lep": "lep", "gor": "region", "country": "england"}
    abroad = {"Wales", "Scotland", "Northern Ireland"}
    files = sorted((shared / "publications" / "nomis_aps_t01").glob("*.xlsx"))
    assert len(files) == 2
    for path in files:
        sheet = openpyxl.load_workbook(path).worksheets[0]
        codes: dict[str, set[str]] = {}
        unknown: dict[str, set[str]] = {}
        for (cell,) in sheet.iter_rows(min_col=1, max_col=1, values_only=True):
            kind, _, name = str(cell or "").partition(":")
            if kind == "User Defined Geography" and "-MCA" in name:
                kind, area_type = "mca", "combined_authority"
            elif kind in types and name not in abroad:
                area_type = types[kind]
            else:
                continue
            # both workbooks give every year on the areas of 2021 and 2022
            found = register.by_name(name, area_type, date(2022, 12, 31))
            if found:
                codes.setdefault(kind, set()).add(found.area_code)
            else:
                unknown.setdefault(kind, set()).add(name)
        # the workbooks give every authority of Great Britain: 22 of Wales and 32 of Scotland are not the register's
        assert {kind: len(names) for kind, names in unknown.items()} == {"ladu": 54}
        assert codes["ladu"] == register.codes("ltla", 2021)
        assert codes["lep"] == register.codes("lep", 2021)
        assert codes.get("gor", register.codes("region", 2021)) == register.codes("region", 2021)
        assert codes.get("mca", register.codes("combined_authority", 2022)) == register.codes(
            "combined_authority", 2022
        )
