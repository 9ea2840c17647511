"""How the words of every page and document read: words a sentence, the longest one, and the Flesch–Kincaid grade.

``python -m bench words`` prints a line a page; ``WORKHEALTH_DATA_DIR`` names a store other than the starter edition.
``LONG=1`` prints each sentence of more than 30 words, ``ALL=1`` every sentence of more than 15.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from bench.readability import (
    MEAN_WORDS,
    MOST_WORDS,
    Mask,
    Reading,
    is_citation,
    markdown_prose,
    measure,
    prose_of,
    too_long,
)
from bench.serving import ROOT, starter_store
from dashboard.address.context import Context
from dashboard.components.glossary import glossary
from dashboard.exports.pack import gather
from dashboard.exports.pack_html import pack_html
from dashboard.sentences import in_words, lower_first
from dashboard.serving.application import build_app
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.evidence import load_evidence
from indicators.settings import load_settings
from indicators.store import Store

TODAY = date(2026, 11, 22)
AREAS = (
    "E06000018",
    "E08000035",
    "E10000024",
    "E54000061",
    "E38000228",
    "E37000001",
    "E47000013",
    "E12000004",
    "E92000001",
)
PAGES = (
    "/",
    "/map",
    "/map?indicator=employment-rate&area_type=ltla&area=E06000018",
    "/map?indicator=employment-rate&area_type=ltla&area=E06000018&view=hex&shading=quintile",
    "/map?indicator=talking-therapies-recovery-rate&area_type=icb",
    "/compare?indicator=employment-rate&area_type=ltla&area=E06000018",
    "/compare?indicator=employment-rate&area_type=lep&chart=ranks",
    "/compare?indicator=talking-therapies-recovery-rate&area_type=icb&chart=funnel",
    "/trends?indicator=employment-rate&area=E06000018,E06000060",
    "/trends?indicator=talking-therapies-recovery-rate&area=E54000061",
    "/relate?indicator=employment-rate&with=disability-prevalence",
    "/overview?area=E06000018",
    "/overview?area_type=icb",
    "/map?indicator=employment-rate&area_type=ltla&shading=trend",
    "/map?indicator=employment-rate&area_type=ltla&shading=change",
    "/map?indicator=ips-people-accessing-rate&area_type=ccg",
    "/compare?indicator=talking-therapies-referrals&area_type=icb",
    "/trends?indicator=employment-gap-learning-disability&area=E06000018",
    "/relate?indicator=median-weekly-pay&with=healthy-life-expectancy",
    "/areas?q=Leeds",
    "/areas",
    "/groups",
    "/groups?members=Nottingham,Derby,Nottinghm,East%20Midlands",
    *(f"/areas/{area_code}" for area_code in AREAS),
    *(
        f"/areas/{area_code}/{tab}"
        for area_code in ("E06000018", "E54000061")
        for tab in ("figures", "trends", "similar", "sources")
    ),
    "/conditions?area=E06000018",
    "/conditions",
    "/indicators",
    "/data",
    "/refresh",
    "/about",
    "/accessibility",
    "/glossary",
    "/goal",
    "/evidence",
    "/evidence?area=E08000001",
    "/areas/E99999999",
    "/nowhere",
)
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/user-guide.md",
    "docs/architecture.md",
    "docs/data-attribution.md",
    "docs/design.md",
    "docs/geography.md",
    "docs/layouts.md",
    "docs/methods.md",
    "docs/operations.md",
    "docs/outlines.md",
)
MOST_GRADE = 10.0
FEWEST_WORDS = 100
"""Words from which on a grade says something: Flesch took samples of a hundred."""
NOTES = ("docs/methods.md", "docs/geography.md", "docs/layouts.md", "docs/outlines.md", "docs/operations.md")
"""Method notes and operators' notes: what they explain needs harder words."""
MOST_GRADE_OF_NOTES = 12.0


class Measured(NamedTuple):
    """One page or document: what it is called here, its paragraphs with names masked, and what was counted."""

    name: str
    paragraphs: list[str]
    reading: Reading

    @property
    def most_grade(self) -> float:
        return MOST_GRADE_OF_NOTES if self.name in NOTES else MOST_GRADE

    @property
    def faults(self) -> list[str]:
        """What is above its bar, with the figure; [] for a page that reads well."""
        found = self.reading
        words = []
        if round(found.mean, 1) > MEAN_WORDS:
            words.append(f"{found.mean:.1f} words a sentence, at most {MEAN_WORDS:.0f}")
        if found.most > MOST_WORDS:
            words.append(f"a sentence of {found.most} words, at most {MOST_WORDS}: {found.longest}")
        if found.words >= FEWEST_WORDS and round(found.grade, 1) > self.most_grade:
            words.append(f"grade {found.grade:.1f}, at most {self.most_grade:.0f}")
        return words


def names_masked() -> Iterator[str]:
    """Names that nobody can shorten: areas, indicators, terms of the glossary, publications and their publishers."""
    for area in load_register():
        yield from (area.name, in_words(area), area.name.replace(" Integrated Care Board", " ICB"))
    for area_type in load_register().area_types.values():
        yield from (
            area_type.name,
            area_type.plural,
            lower_first(area_type.name),
            lower_first(area_type.plural),
        )
    for indicator in catalogue().values():
        for title in (indicator.title, indicator.short_title):
            yield from (title, lower_first(title))
        yield from (route.publication for route in indicator.routes)
    for entry in glossary().values():
        name = entry.term.split(" (")[0]
        yield from (entry.term, lower_first(entry.term), name, lower_first(name), f"{lower_first(name)}s")
    for paper in load_evidence(catalogue(), load_register()).papers.values():
        yield from (paper.title, paper.publisher, paper.short)
    yield from (
        "Office for National Statistics",
        "Department for Work and Pensions",
        "Open Government Licence v3.0",
    )


def context_of(folder: Path) -> Context:
    """What the pages need, over the store in ``folder``."""
    register, indicators = load_register(), catalogue()
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    return Context(settings, register, indicators, store, lambda: TODAY)


def client_of(context: Context) -> Any:
    """A client of the app."""
    return build_app(context).server.test_client()


def indicator_pages() -> list[str]:
    return [f"/indicators/{indicator_id}" for indicator_id in catalogue()]


def measured_pages(client: Any, mask: Mask, paths: Iterable[str]) -> Iterator[Measured]:
    """Each page as it is served. Raises RuntimeError for an answer that is no page."""
    for path in paths:
        answer = client.get(path, follow_redirects=True)
        if answer.status_code not in (200, 404):
            raise RuntimeError(f"{path}: the app answered {answer.status_code}; expected a page")
        yield measured(path, prose_of(answer.get_data(as_text=True)), mask)


def measured_packs(context: Context, mask: Mask) -> Iterator[Measured]:
    """The pack of each area, as it is made for its PDF."""
    for area_code in AREAS:
        pack = gather(context, context.register.area(area_code), f"https://example.org/areas/{area_code}")
        yield measured(f"pack of {area_code}", prose_of(pack_html(pack)), mask)


def measured_documents(mask: Mask) -> Iterator[Measured]:
    for name in DOCUMENTS:
        yield measured(name, markdown_prose((ROOT / name).read_text(encoding="utf-8")), mask)


def measured(name: str, paragraphs: Iterable[str], mask: Mask) -> Measured:
    """One text; citations are left out."""
    kept = [mask(text) for text in paragraphs if not is_citation(text)]
    return Measured(name, kept, measure(kept))


def main() -> None:
    """Print a line a page and a document, and the sentences that were asked for."""
    mask = Mask(names_masked())
    named = os.environ.get("WORKHEALTH_DATA_DIR")
    context = context_of(Path(named) if named else starter_store())
    least = 16 if os.environ.get("ALL") else MOST_WORDS + 1 if os.environ.get("LONG") else None
    print("   mean  most  grade")
    for found in (
        *measured_pages(client_of(context), mask, (*PAGES, *indicator_pages())),
        *measured_packs(context, mask),
        *measured_documents(mask),
    ):
        reading = found.reading
        mark = "*" if found.faults else " "
        print(f"{mark} {reading.mean:5.1f} {reading.most:5d} {reading.grade:6.1f}  {found.name}")
        if least is not None:
            for n, sentence in too_long(found.paragraphs, least - 1):
                print(f"      {n:3d}  {sentence}")
