"""Files to download: ``/csv/<page>`` gives the figures that a page shows, at the page's own address and query.

``/csv/<page>/<name>.csv`` gives those of one of its tables.

``/picture/<page>/<name>.svg`` gives a whole picture that the server draws of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO
from urllib.parse import quote

import flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wsgi import wrap_file

from dashboard.address.context import Context
from dashboard.address.page import STORE_UNAVAILABLE, Found, Page, resolve
from dashboard.address.problems import area_code_of
from dashboard.address.root import root_of
from dashboard.address.view import Problem, clipped
from dashboard.exports.apart import NotMade, pdf_of, xlsx_of
from dashboard.exports.bundle import NAME as BUNDLE
from dashboard.exports.bundle import indicator_csv, releases_csv, write_bundle
from dashboard.exports.pack import gather
from dashboard.exports.pack_html import pack_html
from dashboard.exports.page_csv import export_csv
from dashboard.queries.absence import absence, absence_of
from dashboard.sentences.absence import reason
from dashboard.serving import cache
from dashboard.serving.document import Shell, plain_document
from dashboard.serving.made_files import MadeFile, MadeFiles
from geodata.groups import file_code, is_group
from geodata.register import Area
from indicators.store import NoStore

_CSV = "text/csv; charset=utf-8"
FORMATS = ("csv", "csv-excel")
# pages of two indicators, or of one parent, may be empty for another reason than the view's own
_REASONS = ("indicator", "area_type", "group", "areas")
_PACKS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def register(server: flask.Flask, context: Context, pages: Sequence[Page], shell: Shell) -> None:
    """Add the routes of files to a server. An address that cannot be answered gets a page in words, with its status."""
    made = MadeFiles(context.settings.data_dir / "files")

    @server.get("/csv/<path:page>")
    def page_csv(page: str) -> flask.Response:
        query = flask.request.query_string.decode("utf-8", errors="replace")
        return csv_of(resolve(context, pages, f"/{page}", query, is_exact=True), page)

    @server.get("/csv/<path:page>/<name>.csv")
    def table_csv(page: str, name: str) -> flask.Response:
        query = flask.request.query_string.decode("utf-8", errors="replace")
        return csv_of(resolve(context, pages, f"/{page}", query, is_exact=True), page, name)

    def csv_of(found: Found | Problem, page: str, table: str | None = None) -> flask.Response:
        """The figures of a page, or of one of its tables."""
        if isinstance(found, Problem):
            return problem_response(shell, found)
        make = found.page.export if table is None else found.page.tables.get(table)
        if make is None:
            return problem_response(shell, _no_figures(found.page, table))
        for_excel = is_for_excel()
        if isinstance(for_excel, Problem):
            return problem_response(shell, for_excel)
        cache.begin_answer(context, found)
        try:
            export = make(context, found.asked)
            if not export.figures:
                # a file of headings alone would look like a fault of the reader's
                return problem_response(shell, _none_for_these_choices(context, page, found))
            text = export_csv(context, export, for_excel=for_excel)
        except (SQLAlchemyError, NoStore, OSError) as error:
            server.logger.error("the store cannot be read: %s", error)
            return problem_response(shell, STORE_UNAVAILABLE)
        return attachment(text, f"{export.file_name}.csv", _CSV)

    @server.get("/picture/<path:page>/<name>.svg")
    def page_sheet(page: str, name: str) -> flask.Response:
        query = flask.request.query_string.decode("utf-8", errors="replace")
        found = resolve(context, pages, f"/{page}", query)
        if isinstance(found, Problem):
            return problem_response(shell, found)
        cache.begin_answer(context, found)
        draw = found.page.sheets.get(name)
        try:
            sheet = draw(context, found.asked) if draw else None
        except (SQLAlchemyError, NoStore, OSError) as error:
            server.logger.error("the store cannot be read: %s", error)
            return problem_response(shell, STORE_UNAVAILABLE)
        if sheet is None:
            return problem_response(shell, _no_picture(found.page))
        return attachment(sheet.svg, f"{sheet.file_name}.svg", "image/svg+xml; charset=utf-8")

    @server.get("/data/releases.csv")
    def releases() -> flask.Response:
        for_excel = is_for_excel()
        if isinstance(for_excel, Problem):
            return problem_response(shell, for_excel)
        return streamed(lambda: releases_csv(context, for_excel=for_excel), "releases.csv", _CSV)

    @server.get("/data/<indicator_id>.csv")
    def whole_indicator(indicator_id: str) -> flask.Response:
        if indicator_id not in context.catalogue:
            return problem_response(shell, _no_indicator(indicator_id))
        indicator = context.catalogue[indicator_id]
        try:
            if not context.available(indicator_id):
                return problem_response(shell, _not_loaded(context, indicator_id))
        except (SQLAlchemyError, NoStore, OSError) as error:
            server.logger.error("the store cannot be read: %s", error)
            return problem_response(shell, STORE_UNAVAILABLE)
        for_excel = is_for_excel()
        if isinstance(for_excel, Problem):
            return problem_response(shell, for_excel)
        return streamed(
            lambda: indicator_csv(context, indicator, for_excel=for_excel), f"{indicator_id}.csv", _CSV
        )

    @server.get("/data/all.zip")
    def everything() -> flask.Response:
        try:
            file = made.get("all.zip", context.moment(), lambda file: write_bundle(context, file))
        except (SQLAlchemyError, NoStore, OSError) as error:
            server.logger.error("the store cannot be read: %s", error)
            return problem_response(shell, STORE_UNAVAILABLE)
        except NotMade as error:
            server.logger.error("no zip of everything: %s", error)
            return problem_response(shell, _zip_not_made(str(error)))
        return stored(file, f"{BUNDLE}.zip", "application/zip")

    def streamed(
        make: Callable[[], Iterator[str] | Iterator[bytes]], file_name: str, mimetype: str
    ) -> flask.Response:
        """A file sent while it is made; a store that cannot be read is noticed before the first byte."""
        try:
            pieces = make()
            first = next(pieces)
            second = next(pieces, None)
        except (SQLAlchemyError, NoStore, OSError) as error:
            server.logger.error("the store cannot be read: %s", error)
            return problem_response(shell, STORE_UNAVAILABLE)
        head = [first] if second is None else [first, second]
        response = attachment(b"", file_name, mimetype)
        response.response = chain(head, pieces)
        response.headers.pop("Content-Length", None)
        return response

    @server.get("/areas/<area_code>/pack.<kind>")
    def area_pack(area_code: str, kind: str) -> flask.Response:
        if kind not in _PACKS:
            return problem_response(shell, _no_such_pack(area_code))
        code = area_code_of(context.register, area_code, flask.request.args, [], "area")
        if isinstance(code, Problem):
            return problem_response(shell, code)
        area = context.register.area(code)
        # the pack names its own address
        address = f"{root_of(context)}/areas/{area.area_code}"

        def write(file: BinaryIO) -> None:
            pack = gather(context, area, address)
            file.write(xlsx_of(pack) if kind == "xlsx" else pdf_of(pack_html(pack)))

        try:
            file = made.get(f"{address} {kind}", context.moment(), write)
        except (SQLAlchemyError, NoStore, OSError) as error:
            server.logger.error("the store cannot be read: %s", error)
            return problem_response(shell, STORE_UNAVAILABLE)
        except NotMade as error:
            server.logger.error("no %s of %s: %s", kind, area.area_code, error)
            return problem_response(shell, _not_made(area, kind, str(error)))
        return stored(file, f"work-and-health-{file_code(area.area_code)}.{kind}", _PACKS[kind])


def is_for_excel() -> bool | Problem:
    """Whether the request asks for a CSV that opens in Excel: one that begins with a mark; what is wrong otherwise."""
    given = flask.request.args.get("format", "csv")
    if given in FORMATS:
        return given == "csv-excel"
    return Problem(
        400,
        "There is no such format",
        f"The format “{clipped(given)}” is not known here. Give csv, or csv-excel for a file that opens in Excel.",
        (("Download data", "/data"),),
    )


def _no_indicator(indicator_id: str) -> Problem:
    return Problem(
        404,
        "There is no such indicator",
        f"No indicator is called “{clipped(indicator_id)}”.",
        (("See the files there are", "/data"), ("See the list of indicators", "/indicators")),
    )


def _not_loaded(context: Context, indicator_id: str) -> Problem:
    return Problem(
        404,
        "There are no figures of this indicator",
        reason(absence(context, indicator_id)),
        (
            ("What is counted, and where it comes from", f"/indicators/{indicator_id}"),
            ("Download data", "/data"),
        ),
    )


def _no_such_pack(area_code: str) -> Problem:
    known = area_code if is_group(area_code) else area_code[:9].upper()
    return Problem(
        404,
        "There is no such pack",
        "The pack of an area is a PDF (pack.pdf) or a workbook (pack.xlsx).",
        (("Go to the area’s page", f"/areas/{quote(known)}"),),
    )


def _not_made(area: Area, kind: str, why: str) -> Problem:
    onward = (f"Go to the page of {area.name}, to print it", f"/areas/{area.area_code}")
    if kind == "pdf":
        return Problem(
            503,
            "The PDF cannot be made just now",
            f"{why} The workbook has the same figures, and the page of the area can be printed.",
            ((f"Download the workbook of {area.name} (XLSX)", f"/areas/{area.area_code}/pack.xlsx"), onward),
        )
    return Problem(
        503,
        "The workbook cannot be made just now",
        f"{why} The CSV has the newest figures, and the page of the area can be printed.",
        ((f"Download the figures of {area.name} (CSV)", f"/csv/areas/{area.area_code}"), onward),
    )


def _zip_not_made(why: str) -> Problem:
    return Problem(
        503,
        "The file of all figures cannot be made just now",
        f"{why} Each indicator has a file of its own.",
        (("Download data", "/data"),),
    )


def _no_figures(page: Page, table: str | None) -> Problem:
    return Problem(
        404,
        "There are no figures to download here",
        f"The page at {page.path} shows no figures of its own."
        if table is None
        else f"The page at {page.path} has no table “{clipped(table)}”.",
        ((f"Go to {page.path}", page.path), ("Download data", "/data")),
    )


def _none_for_these_choices(context: Context, page: str, found: Found) -> Problem:
    """Why there is no file: the reason that the page and the API give, where it lies with the indicator or its areas."""
    asked, words = found.asked, "The page says which choices have figures."
    if found.page.takes_view:
        # a page that shows the chosen areas alone is empty because of them
        alone = bool(asked.view.area_codes) and asked.view.period is not None
        why = absence_of(context, asked.view, found.page.path, of_areas=alone)
        words = reason(why) if why.why in _REASONS else words
    return Problem(
        404,
        "There are no figures for these choices",
        words,
        (("Go to the page", f"/{page}{asked.view.search()}"), ("Download data", "/data")),
    )


def _no_picture(page: Page) -> Problem:
    return Problem(
        404,
        "There is no chart to download here",
        f"The page at {page.path} draws no such picture for these choices.",
        ((f"Go to {page.path}", page.path), ("Download data", "/data")),
    )


def attachment(body: str | bytes, file_name: str, mimetype: str) -> flask.Response:
    """A file that the browser saves under ``file_name`` (plain letters, digits, hyphens)."""
    response = flask.Response(body, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def stored(file: MadeFile, file_name: str, mimetype: str) -> flask.Response:
    """A made file as a download: with its length and tag, in parts where a client asks for a part."""
    request = flask.request
    response = attachment(b"", file_name, mimetype)
    response.response = wrap_file(request.environ, file.opened)
    response.direct_passthrough = True
    response.content_length = file.size
    response.set_etag(file.tag)
    return response.make_conditional(request.environ, accept_ranges=True, complete_length=file.size)


def problem_response(shell: Shell, problem: Problem) -> flask.Response:
    """A page that says what is wrong and where to go on, without scripts. ``assets/takeaway.js`` reads out its words."""
    return flask.Response(plain_document(shell, problem), status=problem.status, mimetype="text/html")
