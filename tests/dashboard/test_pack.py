"""The pack of an area: a tagged PDF (PDF/UA-1, as far as pypdf can see; veraPDF is not part of the tests) and a workbook."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from dashboard.address.context import Context
from dashboard.exports import apart, drawings
from dashboard.exports.drawings import SeriesPoint
from dashboard.exports.pack import gather
from dashboard.exports.pack_html import pack_html
from dashboard.exports.workbook import workbook
from dashboard.serving.application import build_app

from .conftest import NOTTINGHAM

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = f"http://localhost/areas/{NOTTINGHAM}"


@pytest.fixture(scope="module")
def reader(fuller: Context) -> Any:
    shutil.rmtree(fuller.settings.data_dir / "files", ignore_errors=True)
    return build_app(fuller).server.test_client()


@pytest.fixture(scope="module")
def document(fuller: Context) -> PdfReader:
    """The PDF of Nottingham; skipped only where Pango is missing and CI does not ask for it."""
    try:
        made = apart.pdf_of(pack_html(gather(fuller, fuller.register.area(NOTTINGHAM), ADDRESS)), seconds=60)
    except apart.NotMade as error:
        if "pdf" in os.environ.get("WORKHEALTH_REQUIRE", "").split(","):
            raise
        pytest.skip(str(error))
    return PdfReader(io.BytesIO(made))


def elements(node: Any) -> Iterator[dict[str, Any]]:
    """Every structure element of a PDF, in reading order."""
    found = node.get_object()
    if isinstance(found, list):
        for child in found:
            yield from elements(child)
    elif isinstance(found, dict):
        if "/S" in found:
            yield found
        if "/K" in found:
            yield from elements(found["/K"])


def test_the_pdf_says_that_it_is_tagged_and_in_what_language(document: PdfReader) -> None:
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata.title == "Nottingham: work and health"
    assert document.metadata.author == "Work and health indicators"
    assert (
        b"<pdfuaid:part>1</pdfuaid:part>"
        in root["/Metadata"].get_object().get_data().replace(b' rdf:parseType="Resource"', b"")
        or b'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data()
    )


def test_the_pdf_has_headings_lists_and_tables_with_headers(document: PdfReader) -> None:
    kinds = [str(element["/S"]) for element in elements(document.trailer["/Root"]["/StructTreeRoot"])]
    assert kinds.count("/H1") == 1
    assert kinds.index("/H1") < kinds.index("/H2") < kinds.index("/Table")
    assert {"/L", "/LI", "/TH", "/TD", "/TR", "/P", "/Figure"} <= set(kinds)


def test_every_picture_of_the_pdf_has_a_text_alternative(document: PdfReader) -> None:
    pictures = [
        element
        for element in elements(document.trailer["/Root"]["/StructTreeRoot"])
        if element["/S"] == "/Figure"
    ]
    alternatives = [str(picture.get("/Alt", "")) for picture in pictures]
    assert alternatives and all(alternatives)


def test_the_fonts_of_the_pdf_stand_in_it(document: PdfReader) -> None:
    fonts = [font.get_object() for page in document.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        described = inner["/FontDescriptor"].get_object()
        assert any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_the_pdf_has_summary_figures_sources_and_how_to_read(document: PdfReader) -> None:
    words = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    for part in (
        "In 2023, 66.1% of people aged 16 to 64 in Nottingham were in work (95% CI 62.0% to 70.2%), compared with 76.0% in England. This figure is over 2 years old.",
        "Worse than England",
        "Survey quality A: precise",
        "How to read the figures",
        "Office for National Statistics, Local indicators (edition 2024-11). Published 12 November 2024",
        "Open Government Licence v3.0",
        ADDRESS,
        "Page 1 of ",
    ):
        assert part in words


def test_illustrative_figures_are_marked_in_words(fuller: Context) -> None:
    real = gather(fuller, fuller.register.area(NOTTINGHAM), ADDRESS)
    assert "llustrative" not in pack_html(real)
    (line,) = real.main
    illustrative = replace(real, lines=[replace(line, row={**line.row, "status": "illustrative"})])
    words = pack_html(illustrative)
    assert "Employment rate <strong>(illustrative, not a real figure)</strong>" in words
    assert "They are not real and describe no area." in words
    book = load_workbook(io.BytesIO(workbook(illustrative)))
    rows = list(book["Newest figures"].iter_rows(min_row=5, values_only=True))
    assert [row[0] for row in rows] == ["Employment rate, people aged 16 to 64 (illustrative, not real)"]
    assert rows[0][9:11] == ("[z]", "[z]")  # England and how it compares
    assert "illustrative, not real" in book["Contents"]["A1"].value


def test_every_text_of_the_document_is_escaped(fuller: Context) -> None:
    made = gather(fuller, fuller.register.area(NOTTINGHAM), 'http://x/"><script>alert(1)</script>')
    assert "<script>" not in pack_html(made)


# ---- how it is made ------------------------------------------------------------------------------------


def test_nothing_of_the_pdf_stays_in_the_web_process() -> None:
    code = (
        "import sys, app; server = app.create_app().server; "
        "sys.exit(any(name in sys.modules for name in ('weasyprint', 'openpyxl', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_missing_library_is_said_plainly_and_the_workbook_is_offered(
    reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = subprocess.CompletedProcess(
        [], apart.LIBRARY_MISSING, b"", b"cannot load library 'libgobject-2.0-0'"
    )
    monkeypatch.setattr(apart.subprocess, "run", lambda *_, **__: absent)
    answer = reader.get(f"/areas/{NOTTINGHAM}/pack.pdf")
    assert answer.status_code == 503
    page = answer.get_data(as_text=True)
    assert "WeasyPrint or the system’s Pango library is missing" in page.replace("&#39;", "’").replace(
        "'", "’"
    )
    assert f'href="/areas/{NOTTINGHAM}/pack.xlsx"' in page
    assert f'href="/areas/{NOTTINGHAM}"' in page


def test_a_pdf_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: Any, **__: Any) -> None:
        raise subprocess.TimeoutExpired("pdf", 20)

    monkeypatch.setattr(apart.subprocess, "run", slow)
    with pytest.raises(apart.NotMade, match="was not ready after 20 seconds"):
        apart.pdf_of("<p>x</p>")


def test_a_pdf_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, b"", b"Traceback\nMemoryError: no room")
    monkeypatch.setattr(apart.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(apart.NotMade, match=r"could not be made \(MemoryError: no room\)"):
        apart.pdf_of("<p>x</p>")


def test_a_workbook_that_fails_says_why_and_the_csv_is_offered(
    reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CompletedProcess([], 1, b"", b"Traceback\nMemoryError: no room")
    monkeypatch.setattr(apart.subprocess, "run", lambda *_, **__: failed)
    answer = reader.get(f"/areas/{NOTTINGHAM}/pack.xlsx")
    assert answer.status_code == 503
    page = answer.get_data(as_text=True)
    assert "The workbook could not be made (MemoryError: no room)." in page
    assert f'href="/csv/areas/{NOTTINGHAM}"' in page


def test_the_process_of_the_workbook_needs_no_dash() -> None:
    code = "import sys, dashboard.exports.workbook_process; sys.exit('dash' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_process_without_weasyprint_ends_with_its_own_code() -> None:
    code = "import sys; sys.modules['weasyprint'] = None; from dashboard.exports.pdf_process import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == apart.LIBRARY_MISSING
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/areas/E99999999/pack.pdf", 404, "E99999999"),
        ("/areas/E06000018/pack.docx", 404, "There is no such pack"),
        ("/areas/%3Cb%3E/pack.xlsx", 404, "We do not know this area"),
    ],
)
def test_what_has_no_pack_says_so(reader: Any, address: str, status: int, words: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert "<b>" not in answer.get_data(as_text=True)


# ---- drawings ------------------------------------------------------------------------------------------


def test_a_series_is_drawn_inside_its_frame_with_england_dashed() -> None:
    own = [
        SeriesPoint(float(date(year, 7, 1).toordinal()), str(year), value, value - 2, value + 2)
        for year, value in ((2021, 60.0), (2022, 64.0), (2023, 62.0))
    ]
    england = [SeriesPoint(point.place, point.label, 75.0) for point in own]
    assert drawings.bounds(own, england) == (58.0, 75.0)
    svg = drawings.series_svg(own, england, ("58.0%", "75.0%"))
    assert svg.count("<circle") == 3 and svg.count("stroke-dasharray") == 1
    assert '<circle cx="44.0"' in svg and '<circle cx="318.0"' in svg
    assert ">58.0%</text>" in svg and ">2021</text>" in svg and ">2023</text>" in svg


def test_a_series_that_never_moves_has_room_on_both_sides() -> None:
    assert drawings.bounds([SeriesPoint(1.0, "2021", 5.0)], []) == (4.0, 6.0)
    svg = drawings.series_svg([SeriesPoint(1.0, "a < b", 5.0)], [], ("4", "6"))
    assert "a &lt; b" in svg and 'cx="181.0"' in svg
