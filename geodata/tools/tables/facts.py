"""Facts that no file of the sources gives: codes and days of NHS regions and combined authorities, other names."""

from __future__ import annotations

from datetime import date

ENGLAND_CODE = "E92000001"
UK_CODE = "K02000001"
TOPOLOGY = "ons_uk_topo_2014-2025.topojson"
LSOA_2021 = "lookup_lsoa11_ccg21_stp21_ltla21.csv"
LSOA_2022 = "lookup_lsoa11_sicbl22_icb22_ltla22.csv"
LSOA_2024 = "lookup_lsoa21_icb24.csv"
LSOA_2026 = "icb_2026/lsoa21_icb26_derived.csv"
SUCCESSION_2026 = "icb_2026/icb24_to_icb26.csv"
WARDS = "lookup_lsoa21_ward24_ltla24.csv"
# file, column of the code, column of the name
LOCATIONS = ("sicbl_2023-04_en_bsc.geojson", "SICBL23CD", "SICBL23NM")
DISTRICTS = ("lad_2024-05_uk_bsc.geojson", "LAD24CD", "LAD24NM")
CCG_FIRST_YEAR = 2017
CCG_END = date(2022, 6, 30)
ICB_START = date(2022, 7, 1)
SUB_ICB_CHANGE = date(2023, 4, 1)
BOARD_CHANGE = date(2026, 4, 1)
# Frimley was divided on 1 April 2026 between three locations; of their new GSS codes only one is known
FRIMLEY_LOCATION, SURREY_LOCATION, HAMPSHIRE_LOCATION = "E38000252", "E38000264", "E38000253"
HAMPSHIRE_LOCATION_2026 = "E38000266"
FRIMLEY_BOARD, HAMPSHIRE_BOARD_2026 = "E54000034", "E54000067"
LEP_VINTAGE_START = date(2021, 4, 1)


# (code, name, ODS code, start, end): the lookup of 2020 has 7–10, the boundaries of January 2024 have 11–14
NHS_REGIONS: tuple[tuple[str, str, str, date | None, date | None], ...] = (
    ("E40000003", "London", "Y56", None, None),
    ("E40000005", "South East", "Y59", date(2018, 4, 1), None),
    ("E40000006", "South West", "Y58", date(2018, 4, 1), None),
    ("E40000007", "East of England", "Y61", date(2019, 4, 1), date(2023, 12, 31)),
    ("E40000008", "Midlands", "Y60", date(2019, 4, 1), date(2022, 6, 30)),
    ("E40000009", "North East and Yorkshire", "Y63", date(2019, 4, 1), date(2022, 6, 30)),
    ("E40000010", "North West", "Y62", date(2019, 4, 1), date(2023, 12, 31)),
    ("E40000011", "Midlands", "Y60", date(2022, 7, 1), None),
    ("E40000012", "North East and Yorkshire", "Y63", date(2022, 7, 1), None),
    ("E40000013", "East of England", "Y61", date(2024, 1, 1), None),
    ("E40000014", "North West", "Y62", date(2024, 1, 1), None),
)


NHS_REGIONS_FROM = date(2019, 4, 1)


# days on which combined authorities began or ended; those not named stood before 2018 and still stand
NORTH_EAST_2014, NORTH_EAST_2018, NORTH_OF_TYNE = "E47000005", "E47000010", "E47000011"


COMBINED_AUTHORITY_DATES: dict[str, tuple[date | None, date | None]] = {
    NORTH_EAST_2014: (None, date(2018, 11, 1)),
    NORTH_EAST_2018: (date(2018, 11, 2), date(2024, 5, 6)),
    NORTH_OF_TYNE: (date(2018, 11, 2), date(2024, 5, 6)),
    "E47000012": (date(2024, 2, 1), None),
    "E47000013": (date(2024, 2, 27), None),
    "E47000014": (date(2024, 5, 7), None),
    # in the lookup of May 2025 and not in that of May 2024; the day itself is not in the sources
    "E47000015": (date(2025, 5, 1), None),
    "E47000016": (date(2025, 5, 1), None),
    "E47000017": (date(2025, 5, 1), None),
    "E47000018": (date(2025, 5, 1), None),
}


# spellings of publishers and everyday short names that normalising cannot reach: (code, alias, kind)
PUBLISHERS_NAMES: tuple[tuple[str, str, str], ...] = (
    ("E12000006", "East", "nomis"),
    ("E37000043", "Buckinghamshire Thames Valley", "nomis"),
    ("E37000061", "Hull and East Riding", "nomis"),
    ("E06000020", "Telford and the Wrekin", "ascof"),
    ("E06000035", "Medway Towns", "ascof"),
    ("E12000006", "Eastern", "ascof"),
    ("E37000045", "D2N2", "short"),
    ("E06000010", "Hull", "short"),
    ("E06000010", "Kingston upon Hull", "short"),
    ("E06000019", "Herefordshire", "short"),
    ("E06000023", "Bristol", "short"),
    ("E06000047", "Durham", "short"),
    ("E07000083", "North Gloucestershire", "other"),
    ("E47000009", "West of England Combined Authority", "other"),
    ("K02000001", "UK", "short"),
)


# the Nomis workbook of April 2023 names combined authorities so; its North East is the one of that day
NOMIS_COMBINED_AUTHORITIES = ("{name}-MCA", "{name}-MCA - from dn81838")
NOMIS_COMBINED_AUTHORITIES_ON = date(2022, 12, 31)
