"""Mental Health Services Data Set, monthly statistics: the CSV of a month, every measure in one long table.

Source: NHS England. Measure ids are the publisher's (``MHS116a``, ``AMH17e``…). Individual Placement and
Support is MHS116 (referrals that accessed it in twelve months) and MHS116a (its rate per 100,000 people), both for
England and sub-ICB locations of residence; ICBs are sums of those. Of people aged 18 to 69 in contact (AMH03e), AMH17e are in employment and AMH14e in settled accommodation.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    EVERY_MONTH,
    BadFile,
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    SourceInfo,
)
from etl.sources.reading import nhs_publications
from geodata.register import Register
from indicators.periods import Period

COLUMNS = (
    "REPORTING_PERIOD_START",
    "REPORTING_PERIOD_END",
    "STATUS",
    "BREAKDOWN",
    "PRIMARY_LEVEL",
    "PRIMARY_LEVEL_DESCRIPTION",
    "SECONDARY_LEVEL",
    "SECONDARY_LEVEL_DESCRIPTION",
    "MEASURE_ID",
    "MEASURE_NAME",
    "MEASURE_VALUE",
)
SERIES = f"{nhs_publications.SERIES}mental-health-services-monthly-statistics"
# the file of all measures under its names of the last years, and the measures by council; not the four-week waits
FETCHED = (
    r"^MHSDS[\s_]+(Data[\s_]+(ASCOF[\s_]+)?[A-Z]{3}[A-Z]*[\s_]*(Prf|Perf|Final)[\s_]+\d{4}"
    r"|Monthly[\s_]+Performance[\s_]+.*Data[\s_]+File)"
    r".*\.(csv|zip)$"
)
COUNT, RATE = "MHS116", "MHS116a"
"""Referrals that accessed IPS in twelve months, and their rate per 100,000 people."""
AGES = dict.fromkeys(("AMH03e", "AMH14e", "AMH17e", "AMH14e%", "AMH17e%"), "18-69")
ILLUSTRATIVE_FOLDER = Path(__file__).parents[1] / "illustrative" / "mhsds"

# kinds of area by how the breakdown begins; how people are placed in it comes after
_AREA_TYPES = (
    ("england", ("england",)),
    ("sub_icb", ("sub icb", "ccg")),
    ("icb", ("icb", "stp")),
    ("nhs_region", ("commissioning region", "nhs region", "region")),
    ("local_authority", ("cassr", "lad/ua", "lad", "la/ua")),
)
# the same area is published by several ways of placing people: one is kept
_PLACED = ("gp practice or residence", "registration or residence", "of residence", "residence", "cassr", "")
_MARKERS = {
    "*": "suppressed",
    "-": "not_available",
    "NULL": "not_collected",
    "N/A": "not_available",
    "": "not_available",
}
_STATUSES = {"final": 2, "performance": 1, "provisional": 0}
# names come with one or more underscores, hyphens, spaces or no-break spaces between their parts, or none
_MONTH = re.compile(
    r"(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*?[\s_-]*(?:per|prf|pro|fin)?[a-z]*[\s_-]*(20\d{2})",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(perf|prf|prov|fin)", re.IGNORECASE)


class Mhsds:
    """Reads the monthly CSVs of the Mental Health Services Data Set."""

    info = SourceInfo(
        source_id="mhsds",
        publisher="NHS England",
        title="Mental Health Services Monthly Statistics",
        licence="Open Government Licence v3.0",
        url=SERIES,
        cadence="every month, some two and a half months after its end",
        attribution=(
            "Source: NHS England, Mental Health Services Monthly Statistics, licensed under the Open "
            "Government Licence v3.0."
        ),
        calendar=Calendar(EVERY_MONTH, 15),
    )
    parser_version = 3
    bundled = ILLUSTRATIVE_FOLDER

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a monthly CSV; a name that starts with ``illustrative`` makes it so."""
        editions = []
        for path in reading.files_below(folder, "*.csv"):
            named = re.match(r"(illustrative-)?mhsds[\s_]+(data|monthly)", path.name, re.IGNORECASE)
            if not named and not {"PRIMARY_LEVEL", "MEASURE_ID", "MEASURE_VALUE"} <= set(
                reading.header_of(path)
            ):
                continue
            illustrative = path.name.casefold().startswith("illustrative")
            rank, words = _month_in_name(path)
            editions.append(
                Edition(
                    edition=path.stem,
                    publication=(
                        "Illustrative figures in the layout of the Mental Health Services Monthly Statistics"
                        if illustrative
                        else f"Mental Health Services Monthly Statistics{words}"
                    ),
                    files=(FoundFile(path, "monthly"),),
                    precedence=-1 if illustrative else rank,
                    illustrative=illustrative,
                )
            )
        return sorted(editions, key=lambda edition: (edition.precedence, edition.edition))

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the newest month's file of all measures, and that by council where there is one.

        Raises ReleaseChanged, FetchFailed.
        """
        nhs_publications.save_newest(
            downloads, SERIES, FETCHED, wanted=lambda slug: slug.startswith("performance-")
        )

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one month; counts its rows.

        England, regions, ICBs, sub-ICB locations and local authorities are kept; providers, splits by a second
        variable (age, ethnicity …) and codes of no area are set aside. Referrals to IPS come for sub-ICB locations and
        not for ICBs: those are summed (``board_sums``). Raises BadFile and ReleaseChanged.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        tally = reading.Tally()
        month = _Month(path, register, tally)
        for rows in reading.csv_chunks(path, needed=COLUMNS, keep=COLUMNS, or_windows=True):
            tally.rows_in += len(rows)
            month.take(rows)
            progress(f"{path.name}: reading", tally.rows_in, 0)
        measured = month.measured()
        reading.refuse_duplicates(measured, path)
        aside = tally.set_aside()
        return Parsed(
            measured,
            rows_in=tally.rows_in,
            set_aside=aside,
            # the sums for ICBs are figures besides those of the rows
            used=tally.rows_in - sum(part.rows for part in aside),
            warnings=[
                f"{path.name}: counts below England are rounded to the nearest 5, those below 5 hidden",
                *month.warnings,
            ],
        )


class _Month:
    """Figures of areas out of the chunks of a file; most of its rows are of providers and are not kept.

    The same area by several ways of placing people stands anywhere in a file: which way is kept is decided at the end.
    """

    def __init__(self, path: Path, register: Register, tally: reading.Tally) -> None:
        self._path = path
        self._register = register
        self._tally = tally
        self._kinds: dict[str, str | None] = {}
        self._codes: dict[tuple[str, str, str], str] = {}
        self._any_area = False
        self.warnings: list[str] = []
        self._breakdowns: list[pd.Series] = []
        self._measured: list[pd.DataFrame] = []

    def take(self, rows: pd.DataFrame) -> None:
        """Keep what a chunk says of areas, and tell the rest to the tally."""
        self._kinds |= {
            words: _kind(words) for words in rows["BREAKDOWN"].unique() if words not in self._kinds
        }
        is_area = rows["BREAKDOWN"].map({words: kind is not None for words, kind in self._kinds.items()})
        split = is_area & ~rows["SECONDARY_LEVEL"].str.casefold().isin(["none", "", "null"])
        for words, count in rows.loc[~is_area, "BREAKDOWN"].value_counts().items():
            self._tally.leave(f"breakdown {words!r} is not an area", int(count))
        for words, count in rows.loc[split, "BREAKDOWN"].value_counts().items():
            self._tally.leave(f"breakdown {words!r} is split by a second level", int(count))
        rows = rows[is_area & ~split].reset_index(drop=True)
        if rows.empty:
            return
        self._any_area = True
        periods = reading.whole_months(self._path, rows)
        codes = pd.Series(
            [self._code(*key) for key in zip(rows["BREAKDOWN"], rows["PRIMARY_LEVEL"], periods, strict=True)],
            dtype="str",
        )
        lost = codes == ""
        for words, group in rows[lost].groupby("BREAKDOWN"):
            self._tally.leave_unknown(
                f"{words}: code of no area of the register in the period",
                group["PRIMARY_LEVEL"],
                group["MEASURE_ID"],
            )
        rows = rows[~lost]
        values, statuses = reading.numbers(
            rows["MEASURE_VALUE"],
            file=self._path,
            rows=rows["row"],
            column="MEASURE_VALUE",
            markers=_MARKERS,
        )
        self._breakdowns.append(rows["BREAKDOWN"])
        self._measured.append(
            measurements.arrange(
                pd.DataFrame(
                    {
                        "measure": rows["MEASURE_ID"],
                        "area_code": codes[~lost],
                        "period": periods[~lost],
                        "age": rows["MEASURE_ID"].map(AGES).fillna("all"),
                        "value": values,
                        "status": statuses,
                        "row": rows["row"],
                    }
                )
            )
        )

    def measured(self) -> pd.DataFrame:
        """All of them, each area by one way of placing people. Raises BadFile where the file has no area."""
        if not self._any_area:
            raise BadFile(
                self._path,
                column="BREAKDOWN",
                expected="England, ICB or Sub ICB among the breakdowns",
                value=sorted(self._kinds)[:8],
            )
        breakdowns = pd.concat(self._breakdowns, ignore_index=True)
        measured = _one_way_of_placing(breakdowns, measurements.join(self._measured), self._tally)
        sums, words = board_sums(measured, self._register)
        self.warnings = [f"{self._path.name}: {words}"] if words else []
        return measurements.join([measured, sums])

    def _code(self, breakdown: str, code: str, period: str) -> str:
        key = breakdown, code, period
        if key not in self._codes:
            self._codes[key] = _area_code(
                self._kinds[breakdown] or "", code, Period.parse(period), self._register
            )
        return self._codes[key]


def board_sums(measured: pd.DataFrame, register: Register) -> tuple[pd.DataFrame, str]:
    """ICBs as sums of their sub-ICB locations, where a file gives none, and words on those that cannot be made.

    MHS116 is summed. MHS116a is that sum per 100,000 of the population that its parts imply (100,000 × MHS116 ÷
    MHS116a of each), so it is as exact as the parts are rounded. A location that is hidden hides its ICB; an ICB of
    which a location is missing is not made.
    """
    wanted = measured[measured["measure"].isin([COUNT, RATE])]
    records: list[dict[str, object]] = []
    incomplete: list[str] = []
    for iso, rows in wanted.groupby("period", sort=True):
        period = Period.parse(str(iso))
        counts, rates = (rows[rows["measure"] == measure].set_index("area_code") for measure in (COUNT, RATE))
        boards = {
            membership.parent_code
            for code in counts.index
            for membership in register.parents(code, "icb", on=period.end_on, child_type="sub_icb")
        }
        for board in sorted(boards - set(counts.index)):
            parts = [
                membership.child_code
                for membership in register.children(board, "sub_icb", on=period.end_on, parent_type="icb")
            ]
            missing = [register.area(code).ods_code or code for code in parts if code not in counts.index]
            if missing:
                incomplete.append(f"{register.area(board).name} (without {', '.join(missing)})")
                continue
            records += _board(str(iso), board, counts.loc[parts], rates.reindex(parts))
    words = f"no sum of referrals to IPS for {'; '.join(incomplete)}" if incomplete else ""
    return measurements.from_rows(records), words


def _board(iso: str, board: str, counts: pd.DataFrame, rates: pd.DataFrame) -> list[dict[str, object]]:
    """The count and the rate of one ICB from those of its locations."""
    number = len(counts)
    note = f"Sum of {number} sub-ICB location{'s' if number > 1 else ''}, each rounded by the publisher."
    facts: dict[str, object] = {
        "area_code": board,
        "period": iso,
        "age": "all",
        "row": int(counts["row"].min()),
    }
    hidden = counts.loc[counts["status"] != "ok", "status"]
    if len(hidden):
        words = "A sub-ICB location of it has no count that is published."
        return [
            {**facts, "measure": measure, "value": float("nan"), "status": str(hidden.iloc[0]), "note": words}
            for measure in (COUNT, RATE)
        ]
    total = float(counts["value"].sum())
    made = [{**facts, "measure": COUNT, "value": total, "status": "ok", "note": note}]
    people = 100_000 * counts["value"] / rates["value"].where(rates["value"] > 0)
    if people.notna().all():
        rate = round(100_000 * total / float(people.sum()), 1)
        made.append({**facts, "measure": RATE, "value": rate, "status": "ok", "note": note})
    return made


def _month_in_name(path: Path) -> tuple[int, str]:
    """(rank, words) of the month and status in a file's name; (0, "") where it has none."""
    found = _MONTH.search(path.stem)
    if not found:
        return 0, ""
    said = _STATUS.search(path.stem)
    status = {"per": "performance", "prf": "performance", "pro": "provisional", "fin": "final"}.get(
        said[1][:3].casefold() if said else "", ""
    )
    year, month = int(found[2]), reading.month_number(found[1])
    rank = (year * 12 + month) * 3 + _STATUSES.get(status, 1)
    words = f", {date(year, month, 1):%B %Y}"
    return rank, f"{words} ({status})" if status else words


def _kind(breakdown: str) -> str | None:
    """The area type of a breakdown such as ``Sub ICB of GP Practice or Residence``; None for others."""
    text = breakdown.casefold().strip()
    if ";" in text:
        return None
    for area_type, beginnings in _AREA_TYPES:
        if any(text == begin or text.startswith((f"{begin} ", f"{begin}-")) for begin in beginnings):
            return area_type
    return None


def _placing(breakdown: str) -> int:
    """Rank of the way people are placed in an area, the preferred first."""
    text = breakdown.casefold()
    return next((rank for rank, words in enumerate(_PLACED) if words in text), len(_PLACED))


def _area_code(kind: str, code: str, period: Period, register: Register) -> str:
    """GSS code of a level, empty where there is no such area."""
    if kind == "england":
        return reading.ENGLAND
    if kind == "local_authority":
        return code if code.startswith("E") and code in register else ""
    # CCGs and STPs lived on as sub-ICB locations and ICBs in July 2022, and files of either time call them so
    candidates = {"sub_icb": ("sub_icb", "ccg"), "icb": ("icb", "stp")}.get(kind, (kind,))
    for day in (period.end_on, period.start_on):
        for area_type in candidates:
            area = register.by_ods(code, area_type, day)
            if area is not None:
                return area.area_code
    return ""


def _one_way_of_placing(breakdowns: pd.Series, measured: pd.DataFrame, tally: reading.Tally) -> pd.DataFrame:
    """Where an area is published by several ways of placing people, the preferred one."""
    rank = breakdowns.map({words: _placing(words) for words in breakdowns.unique()}).to_numpy()
    best = measured.assign(rank=rank).groupby(list(measurements.KEY), sort=False)["rank"].transform("min")
    other = rank > best.to_numpy()
    for words, count in breakdowns[other].value_counts().items():
        tally.leave(f"breakdown {words!r}: the same area is there by another way", int(count))
    return measured[~other].reset_index(drop=True)


source = Mhsds()
