"""What is read of Stat-Xplore: its databases, their ids, and the categories of each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.sources.dwp_stat_xplore.cubes import Item

AREA_FIELD = "COA_CODE"
REGIONS = tuple(f"E1200000{number}" for number in range(1, 10))
SANCTIONED = "uc_sanctions.sanctioned"


@dataclass(frozen=True)
class Category:
    """One item of a category field: known by its code, or by words in its label where the code is not certain.

    Where a code is not known before the call, ``words`` find it among the values that the publisher's schema lists.
    """

    measure: str
    code: str | None = None
    words: str | None = None
    breakdown: str = "all"

    def is_item(self, item: Item) -> bool:
        """Whether an item of a cube is this category."""
        if self.words is not None:
            return re.search(self.words, item.label, re.IGNORECASE) is not None
        return item.codes == (self.code,)


@dataclass(frozen=True)
class Split:
    """A field of categories. Where ``whole_measure`` is given, the categories are all that there are and a total
    over them is everyone. Without ``asked_codes`` the codes are looked up in the publisher's schema by the words of
    the categories that are ``wanted`` (all of them when it is empty)."""

    field: str
    categories: tuple[Category, ...]
    asked_codes: tuple[str, ...] = ()
    value_set: str = ""
    whole_measure: str | None = None
    wanted: tuple[str, ...] = ()

    @property
    def asked_categories(self) -> tuple[Category, ...]:
        """The categories whose figures are asked for."""
        return tuple(
            category for category in self.categories if not self.wanted or category.measure in self.wanted
        )


@dataclass(frozen=True)
class Table:
    """One database of Stat-Xplore, with what is read of it. ``measure`` is that of everyone, None where a table
    without a category field is of no use. Each of ``splits`` is asked for in tables of its own."""

    key: str
    database: str
    facts: str
    month_field: str
    publication: str
    measure: str | None
    splits: tuple[Split, ...] = ()

    @property
    def count(self) -> str:
        """Id of the count of people."""
        return f"str:count:{self.database}:{self.facts}"

    def field(self, name: str) -> str:
        """Id of a field of the facts table, or of the months' (which has a table of its own)."""
        return f"str:field:{self.database}:{name if ':' in name else f'{self.facts}:{name}'}"


TABLES = (
    Table(
        "esa",
        "ESA_Caseload_new",
        "V_F_ESA_NEW",
        "F_ESA_QTR_NEW:DATE_NAME",
        "Employment and Support Allowance caseload",
        "esa.people",
        (
            Split(
                "ICDGP",
                (
                    Category("esa.mental-health.people", words=r"\bmental\b"),
                    Category("esa.musculoskeletal.people", words=r"\bmusculoskeletal\b"),
                ),
                asked_codes=("5", "13"),
                value_set="C_ESA_ICDGP",
            ),
        ),
    ),
    Table(
        "pip",
        "PIP_Monthly_new",
        "V_F_PIP_MONTHLY",
        "F_PIP_DATE:DATE2",
        "Personal Independence Payment: cases with entitlement",
        "pip.people",
    ),
    Table(
        "uc-health",
        "UC_WCA_CASE",
        "V_F_UC_WCA_CASE",
        "F_UC_WCA_MONTH:DATE_NAME",
        "Universal Credit health caseload",
        "uc_health.people",
        (
            Split(
                "STAGE_CODE",
                (
                    Category("uc_health.people", code="1", breakdown="stage: fit note"),
                    Category("uc_health.people", code="2", breakdown="stage: limited capability for work"),
                    Category(
                        "uc_health.people",
                        code="3",
                        breakdown="stage: limited capability for work and work-related activity",
                    ),
                ),
                asked_codes=("1", "2", "3"),
                value_set="C_UC_WCA_STAGE",
                whole_measure="uc_health.people",
            ),
        ),
    ),
    Table(
        "uc-sanctions",
        "UC_sanc_rates",
        "V_F_UC_SANC_RATE",
        "V_F_UC_SANC_RATE:DATE_CODE",
        "Universal Credit sanction rates",
        None,
        (
            Split(
                "CCSANCTION_FLAG",
                (
                    Category("uc_sanctions.not_sanctioned", words=r"^(no|not sanctioned|no sanction)$"),
                    Category(SANCTIONED, words=r"^(yes|sanctioned|sanction)$"),
                ),
                wanted=(SANCTIONED,),
            ),
            Split(
                "CCCONDITIONALITY_REGIME",
                (
                    Category("uc_sanctions.searching", words=r"^searching for work\b"),
                    Category("uc_sanctions.planning", words=r"^planning for work\b"),
                    Category("uc_sanctions.preparing", words=r"^preparing for work\b"),
                    Category("uc_sanctions.regime_unknown", words=r"^(unknown|not known|missing)\b"),
                ),
            ),
        ),
    ),
)
REGIMES = tuple(category.measure for category in TABLES[-1].splits[1].categories)
"""People in the regimes in which a sanction can be applied: DWP divides by the sum of them."""
TABLE_OF = {table.database: table for table in TABLES}
