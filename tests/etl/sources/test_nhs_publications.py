"""Finding publications and their files on the pages of digital.nhs.uk."""

from __future__ import annotations

import re
import zipfile
from datetime import date

import pytest

from etl.fetching.archives import unpack
from etl.sources import SOURCES
from etl.sources.base import LiveSource, Problems, ReleaseChanged
from etl.sources.mhsds import FETCHED
from etl.sources.reading import nhs_publications

SERIES = f"{nhs_publications.SERIES}a-series"


def test_publications_come_the_newest_first_from_the_lists_alone(fake_downloads, nhs_site) -> None:
    downloads = fake_downloads(nhs_site(SERIES, {"may-2025": {}, "april-2025": {}, "guide": {}}))
    found = nhs_publications.publications(downloads, SERIES, lambda slug: slug != "guide")
    assert [(publication.slug, publication.url) for publication in found] == [
        ("may-2025", f"{SERIES}/may-2025"),
        ("april-2025", f"{SERIES}/april-2025"),
    ]
    assert downloads.calls == [("read", SERIES, ("text/html",), None)]


def test_a_series_without_its_list_is_named(fake_downloads) -> None:
    downloads = fake_downloads({SERIES: b"<a href='a-series/may-2025'>May</a>"})
    with pytest.raises(
        ReleaseChanged, match=r"a-series: no publication of the series .*found \[\]; the page"
    ):
        nhs_publications.publications(downloads, SERIES)


def test_links_in_the_list_that_are_no_publications_are_named(fake_downloads) -> None:
    page = '<ul data-uipath="ps.series.publications-list"><li><a href="/about/us">Us</a></ul>'
    with pytest.raises(ReleaseChanged, match=r"found \['https://digital.nhs.uk/about/us'\]"):
        nhs_publications.publications(fake_downloads({SERIES: page.encode()}), SERIES)


def test_files_are_chosen_by_their_name_with_the_day_of_publication(fake_downloads, nhs_site) -> None:
    site = nhs_site(SERIES, {"may-2025": {"Data May 2025.csv": b"a", "notes.pdf": b"b", "data.zip": b"c"}})
    downloads = fake_downloads(site)
    nhs_publications.save_newest(downloads, SERIES, r"^data.*\.(csv|zip)$")
    assert downloads.saved == ["Data May 2025.csv", "data.zip"]
    assert (downloads.folder / "Data May 2025.csv").read_bytes() == b"a"
    assert [call[1:] for call in downloads.calls if call[0] == "save"] == [
        (
            "https://files.digital.nhs.uk/00/000000/Data%20May%202025.csv",
            nhs_publications.TABLE_TYPES,
            date(2025, 5, 15),
        ),
        ("https://files.digital.nhs.uk/00/000002/data.zip", nhs_publications.ZIP_TYPES, date(2025, 5, 15)),
    ]


def test_a_file_that_is_not_there_is_reported_with_those_found(fake_downloads, nhs_site) -> None:
    downloads = fake_downloads(nhs_site(SERIES, {"may-2025": {"notes.pdf": b"b"}}))
    message = r"a-series/may-2025: no link to a file named like '\^data'; found \['notes.pdf'\]; the file may"
    with pytest.raises(ReleaseChanged, match=message):
        nhs_publications.save_newest(downloads, SERIES, "^data")
    assert downloads.saved == []


@pytest.mark.parametrize(("words", "expected"), [("", None), (" 1 September 2026\n", date(2026, 9, 1))])
def test_the_day_is_what_the_page_says(fake_downloads, nhs_site, words: str, expected: date | None) -> None:
    downloads = fake_downloads(nhs_site(SERIES, {"may": {"data.csv": b"a"}}, day=words))
    nhs_publications.save_newest(downloads, SERIES, "data")
    assert downloads.calls[-1][3] == expected


@pytest.mark.parametrize("words", ["soon", "31 February 2025", "5 Mai 2025"])
def test_a_day_that_cannot_be_read_is_reported(fake_downloads, nhs_site, words: str) -> None:
    downloads = fake_downloads(nhs_site(SERIES, {"may": {"data.csv": b"a"}}, day=words))
    with pytest.raises(ReleaseChanged, match=f"a-series/may: the day of publication says '{words}'"):
        nhs_publications.save_newest(downloads, SERIES, "data")


def test_a_file_of_another_host_is_not_taken(fake_downloads, nhs_site) -> None:
    downloads = fake_downloads(nhs_site(SERIES, {"may": {"data.csv": b"a"}}))
    with pytest.raises(ReleaseChanged, match=r"found \['data.csv'\]"):
        nhs_publications.save_newest(downloads, SERIES, "other")


def test_a_page_has_many_links(fake_downloads, nhs_site) -> None:
    files = {f"file-{number}.pdf": b"" for number in range(20)}
    with pytest.raises(ReleaseChanged, match=r"'file-11.pdf'\] and 8 more; the file may have a new name"):
        nhs_publications.save_newest(fake_downloads(nhs_site(SERIES, {"may": files})), SERIES, "csv")


# --- each source of the site ------------------------------------------------------------------------------

ANNUAL = f"{nhs_publications.SERIES}nhs-talking-therapies-for-anxiety-and-depression-annual-reports"
MONTHLY = f"{nhs_publications.SERIES}nhs-talking-therapies-monthly-statistics-including-employment-advisors"


def month(name: str) -> dict[str, bytes]:
    return {f"nhstalkingtherapies_month_{name}_activity_performance.csv": b"a", "metadata.xlsx": b"b"}


def test_talking_therapies(fake_downloads, nhs_site) -> None:
    annual = {"2024-25": {"psych-ther-ann-rep-csvs-2024-25.zip": b"z"}, "2023-24": {"old.zip": b"z"}}
    months = {f"performance-{name}": month(name) for name in ("apr_2026", "mar_2026", "feb_2026", "jan_2026")}
    downloads = fake_downloads(nhs_site(ANNUAL, annual) | nhs_site(MONTHLY, months))
    source = SOURCES["nhs_talking_therapies"]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2026, 6, 20))
    assert downloads.saved == [
        "nhstalkingtherapies_month_apr_2026_activity_performance.csv",
        "nhstalkingtherapies_month_feb_2026_activity_performance.csv",
        "nhstalkingtherapies_month_mar_2026_activity_performance.csv",
        "psych-ther-ann-rep-csvs-2024-25.zip",
    ]
    assert [publication.edition for publication in source.discover(downloads.folder)] == [
        f"nhstalkingtherapies_month_{name}_activity_performance"
        for name in ("apr_2026", "feb_2026", "mar_2026")
    ]


def month_of_talking_therapies(*files: str) -> dict[str, bytes]:
    return dict.fromkeys((*files, "metadata.xlsx"), b"a")


def test_a_month_is_taken_under_either_name_and_a_miss_is_a_note(fake_downloads, nhs_site) -> None:
    """July 2025 is called final; a month without its file and an annual report that is gone discard nothing."""
    start = "nhstalkingtherapies_month_"
    months = {
        "performance-august-2025": month_of_talking_therapies(f"{start}aug_2025_activity_performance.csv"),
        "final-july-2025": month_of_talking_therapies(f"{start}jul_2025_activity_final.csv"),
        "performance-june-2025": month_of_talking_therapies("other.csv"),
    }
    downloads = fake_downloads(nhs_site(MONTHLY, months))
    SOURCES["nhs_talking_therapies"].fetch(downloads, date(2025, 10, 20))
    assert downloads.saved == [
        f"{start}aug_2025_activity_performance.csv",
        f"{start}jul_2025_activity_final.csv",
    ]
    told = "\n".join(downloads.notes)
    assert "performance-june-2025: not fetched: " in told
    assert "annual report: not fetched: " in told
    assert told.count("employment advisers: not fetched") == 3


def test_a_miss_in_the_months_does_not_discard_the_annual_report(fake_downloads, nhs_site) -> None:
    annual = {"2024-25": {"psych-ther-ann-rep-csv-2024-25-2.zip": b"z"}}
    downloads = fake_downloads(nhs_site(ANNUAL, annual) | nhs_site(MONTHLY, {"performance-may-2026": {}}))
    SOURCES["nhs_talking_therapies"].fetch(downloads, date(2026, 8, 20))
    assert downloads.saved == ["psych-ther-ann-rep-csv-2024-25-2.zip"]
    assert "monthly statistics: not fetched" in downloads.notes[-1]


def test_neither_months_nor_years_is_a_failure(fake_downloads, nhs_site) -> None:
    downloads = fake_downloads(nhs_site(ANNUAL, {"2024-25": {}}) | nhs_site(MONTHLY, {"may-2026": {}}))
    with pytest.raises(Problems, match="no link to a file named like"):
        SOURCES["nhs_talking_therapies"].fetch(downloads, date(2026, 8, 20))
    assert downloads.notes == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nhstalkingtherapies_month_may_2026_employment_advisors.csv", "CSV"),
        ("nhstt_may_2026_ea.csv", "NHS Talking Therapies: Employment Advisor data file, May 2026 [csv]"),
    ],
)
def test_employment_advisers_are_found_by_their_name_or_the_words_of_their_link(
    fake_downloads, nhs_site, name: str, words: str
) -> None:
    activity = "nhstalkingtherapies_month_may_2026_activity_performance.csv"
    site = nhs_site(MONTHLY, {"performance-may-2026": {activity: b"a", name: b"b", "EA metadata.xlsx": b"c"}})
    page = f"{MONTHLY}/performance-may-2026"
    site[page] = site[page].replace(f">{name}</a>".encode(), f"><span>{words}</span></a>".encode())
    downloads = fake_downloads(site)
    SOURCES["nhs_talking_therapies"].fetch(downloads, date(2026, 8, 20))
    assert downloads.saved == sorted([activity, name])
    assert not any("advisers" in words for words in downloads.notes)


def test_each_publication_fails_alone(fake_downloads, nhs_site) -> None:
    site = nhs_site(SERIES, {"may-2025": {"data-may.csv": b"a"}, "april-2025": {"data-april.csv": b"b"},
                             "march-2025": {"data-march.csv": b"c", "data-more.csv": b"d"}})  # fmt: skip
    [gone] = [url for url in site if url.endswith("data-march.csv")]
    del site[gone], site[f"{SERIES}/april-2025"]
    downloads = fake_downloads(site)
    nhs_publications.save_newest(downloads, SERIES, "^data", newest=3)
    assert downloads.saved == ["data-may.csv", "data-more.csv"]
    assert [words.split(": not fetched")[0] for words in downloads.notes] == [
        "april-2025",
        "march-2025, data-march.csv",
    ]


def test_a_year_of_adult_social_care_fails_alone(fake_downloads, nhs_site) -> None:
    series = f"{nhs_publications.SERIES}adult-social-care-outcomes-framework-ascof"
    site = nhs_site(
        series,
        {
            "england-2022-23": {"report.pdf": b"p"},
            "england-2019-20": {"meas-from-asc-of-eng-1920-open-data-csv.csv": b"a"},
        },
    )
    downloads = fake_downloads(site)
    SOURCES["ascof"].fetch(downloads, date(2026, 3, 20))
    assert downloads.saved == ["meas-from-asc-of-eng-1920-open-data-csv.csv"]
    [words] = downloads.notes
    assert words.startswith("england-2022-23: not fetched: ")


def test_adult_social_care_outcomes(fake_downloads, nhs_site) -> None:
    series = f"{nhs_publications.SERIES}adult-social-care-outcomes-framework-ascof"
    site = nhs_site(
        series,
        {
            "england-2023-24": {"ascof-2023-24.csv": b"n"},
            "england-2022-23": {"meas-from-asc-of-eng-2022-23-csv.csv": b"a", "report.pdf": b"p"},
            "upcoming": {},
            "england-2021-22": {"meas-from-asc-of-eng-2022-csv-v3.csv": b"b"},
            "archive-2016-17": {},
        },
    )
    downloads = fake_downloads(site)
    source = SOURCES["ascof"]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2026, 3, 20))
    assert downloads.saved == ["meas-from-asc-of-eng-2022-23-csv.csv", "meas-from-asc-of-eng-2022-csv-v3.csv"]
    assert [publication.edition for publication in source.discover(downloads.folder)] == [
        "2021-22",
        "2022-23",
    ]


def test_fit_notes(fake_downloads, nhs_site) -> None:
    series = f"{nhs_publications.SERIES}fit-notes-issued-by-gp-practices"
    files = {
        "gp-fit-note-eng-csv-ep-dur-sep-22.csv": b"e",
        "gp-fit-note-eng-csv-fit-notes-sep-22.csv": b"f",
        "gp-fit-note-eng-tab-sep-22.xlsx": b"x",
    }
    downloads = fake_downloads(nhs_site(series, {"guide": {}, "september-2022": files, "june-2022": {}}))
    source = SOURCES["fit_notes"]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2022, 11, 20))
    assert downloads.saved == ["gp-fit-note-eng-csv-fit-notes-sep-22.csv"]
    assert [publication.edition for publication in source.discover(downloads.folder)] == [
        "gp-fit-note-eng-csv-fit-notes-sep-22"
    ]


def test_quality_and_outcomes(fake_downloads, nhs_site) -> None:
    series = (
        f"{nhs_publications.SERIES}quality-and-outcomes-framework-achievement-prevalence-and-exceptions-data"
    )
    site = nhs_site(
        series,
        {
            "guide": {},
            "2024-25": {"QOF2425.zip": b"z", "qof-2425-prev.xlsx": b"x"},
            "2023-24": {"QOF2324.zip": b"o"},
        },
    )
    downloads = fake_downloads(site)
    source = SOURCES["qof"]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2026, 3, 20))
    assert downloads.saved == ["QOF2425.zip"]


@pytest.mark.parametrize(
    ("source_id", "names", "archive", "expected"),
    [
        ("qof", ("PREVALENCE_2425.csv", "MAPPING_NHS_GEOGRAPHIES_2425.csv"), "QOF2425.zip", ["2024-25"]),
        ("mhsds", ("MHSDS_Data_MarPerf_2024.csv",), "MHSDS Data_MarPerf_2024.zip",
         ["MHSDS_Data_MarPerf_2024"]),
        ("nhs_talking_therapies", ("psych-ther-ann-rep-csv-2021-22-main-csv.csv",),
         "psych-ther-ann-rep-csvs-2021-22.zip", ["2021-22-main"]),
        ("nhs_talking_therapies_employment", ("psych-ther-ann-rep-csv-2021-22-employment-status.csv",),
         "psych-ther-ann-rep-csvs-2021-22.zip", ["2021-22"]),
    ],
)  # fmt: skip
def test_what_a_zip_holds_is_found_once_it_is_unpacked(
    copied, tmp_path, source_id: str, names: tuple[str, ...], archive: str, expected: list[str]
) -> None:
    folder = copied(source_id, *names)
    into = tmp_path / "unpacked"
    into.mkdir()
    with zipfile.ZipFile(into / archive, "w") as opened:
        for name in names:
            opened.write(folder / name, f"a folder/{name}")
        opened.writestr(
            "a folder/psych-ther-ann-rep-csv-2021-22-therapy-type.csv", "OrgType,VariableB,Count_Recovery"
        )
    unpack(into / archive, into)
    assert [edition.edition for edition in SOURCES[source_id].discover(into)] == expected


def test_gp_patient_survey(fake_downloads, nhs_site) -> None:
    series = f"{nhs_publications.SERIES}nhse-gp-patient-survey-results"
    start = "https://www.gp-patient.co.uk/FileDownload/Download?fileRedirect=2025%2Fsurvey-results%2F"
    end = "_data_%28weighted%29_%28csv%29_PUBLIC.csv"
    files = {
        f"{start}national-results%2Fnational-data-csv%2FGPPS_2025_National{end}": b"n",
        f"{start}region-results%2Fregion-data-csv%2FGPPS_2025_Region{end}": b"r",
        f"{start}ics-results%2Fics-data-csv%2FGPPS_2025_ICS{end}": b"i",
    }
    downloads = fake_downloads(nhs_site(series, {"2025": {}, "2024": {}}, day="10 July 2025") | files)
    source = SOURCES["gp_patient_survey"]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2026, 3, 20))
    assert [call[1] for call in downloads.calls if call[0] == "save"] == list(files)
    assert {call[3] for call in downloads.calls if call[0] == "save"} == {date(2025, 7, 10)}
    [edition] = source.discover(downloads.folder)
    assert [file.role for file in edition.files] == ["national", "region", "ics"]


def test_mental_health_services(fake_downloads, nhs_site) -> None:
    series = f"{nhs_publications.SERIES}mental-health-services-monthly-statistics"
    files = {
        "MHSDS Data_JanPerf_2026.zip": b"z",
        "MHSDS_Data_4WW_JanPerf_2026.csv": b"w",
        "MHSDS_Data_ASCOF_JanPerf_2026.csv": b"a",
        "MHSDS Metadata.xlsx": b"x",
    }
    site = nhs_site(
        series, {"children-and-young-people": {}, "performance-january-2026": files, "performance-x": {}}
    )
    downloads = fake_downloads(site)
    source = SOURCES["mhsds"]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2026, 3, 20))
    assert downloads.saved == ["MHSDS Data_JanPerf_2026.zip", "MHSDS_Data_ASCOF_JanPerf_2026.csv"]
    assert [publication.edition for publication in source.discover(downloads.folder)] == [
        "MHSDS_Data_ASCOF_JanPerf_2026"
    ]


@pytest.mark.parametrize(
    ("name", "fetched"),
    [
        ("MHSDS Data_AprPrf_2023 v3.csv", True),
        ("MHSDS_Data_MarFinal_2024.csv", True),
        ("MHSDS Monthly Performance July 2025 MHSDS Data File.zip", True),
        ("MHSDS_Data_RI_JanPerf_2026.csv", False),
        ("MHSDS_Data_OAPs_JanPerf_2026.csv", False),
    ],
)
def test_the_names_of_the_years(name: str, fetched: bool) -> None:
    assert bool(re.search(FETCHED, name, re.IGNORECASE)) is fetched


def test_talking_therapies_employment(fake_downloads, nhs_site) -> None:
    annual = {"2024-25": {"psych-ther-ann-rep-csvs-2024-25.zip": b"z"}}
    downloads = fake_downloads(nhs_site(ANNUAL, annual))
    source = SOURCES["nhs_talking_therapies_employment"]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2026, 6, 20))
    assert downloads.saved == ["psych-ther-ann-rep-csvs-2024-25.zip"]
