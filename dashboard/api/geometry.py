"""Shapes for the map: ``/geometry/<view>/<area_type>-<vintage>.json``; sent once, kept by the browser.

``official`` shapes come from the boundaries that the ETL wrote, ``hex`` shapes from the layouts that
ship with the project. Both are served as ready drawings (``dashboard.figures.drawing``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import brotli
import flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.address.context import Context
from dashboard.figures.drawing import drawing
from geodata.layouts import available_layouts, layout_geojson
from geodata.register import Register
from indicators.store import NoStore

_NAME = re.compile(r"^([a-z_]+)-(\d{4})\.json$")
_BOUNDARY = re.compile(r"^([a-z_]+)-(\d{4})\.geojson$")
# whose borders are drawn over the areas of a type, the first that its areas lie in
_OUTLINED_BY = {
    "ltla": ("region",),
    "utla": ("region",),
    "combined_authority": ("region",),
    "ccg": ("nhs_region", "stp"),
    "stp": ("nhs_region",),
    "sub_icb": ("nhs_region", "icb"),
    "icb": ("nhs_region",),
}


@dataclass(frozen=True, slots=True)
class Shapes:
    """One ready drawing: its JSON, compressed (each worker keeps all that it drew); a tag of its content; and the codes
    it draws in drawing order (by name).
    """

    view: str
    area_type: str
    vintage: int
    compressed: bytes
    etag: str
    area_codes: tuple[str, ...]
    names: dict[str, str]

    @property
    def body(self) -> bytes:
        body: bytes = brotli.decompress(self.compressed)
        return body

    @property
    def url(self) -> str:
        """With the content's tag: a browser may keep it for good."""
        return f"/geometry/{self.view}/{self.area_type}-{self.vintage}.json?v={self.etag}"

    def outlines_url(self, parent_type: str) -> str:
        """Of the borders of one type of parent over these areas."""
        return f"{self.url}&outline={parent_type}"


# the kinds of parent whose borders can be drawn over areas of a type
_PARENTS = {
    "ltla": ("region", "utla", "combined_authority", "icb", "lep"),
    "utla": ("region", "combined_authority", "icb"),
    "ccg": ("nhs_region", "stp"),
    "stp": ("nhs_region",),
    "sub_icb": ("nhs_region", "icb"),
    "icb": ("nhs_region",),
}


def outline_types(area_type: str) -> tuple[str, ...]:
    """Area types whose borders can be drawn over a map of ``area_type``."""
    return _PARENTS.get(area_type, ())


def vintages(context: Context, view: str, area_type: str) -> tuple[int, ...]:
    """The years whose shapes of a type can be drawn in a view; looked up once a publication."""
    return context.cached(("vintages", view, area_type), lambda: _vintages(context, view, area_type))


def _vintages(context: Context, view: str, area_type: str) -> tuple[int, ...]:
    if view == "hex":
        return tuple(available_layouts(area_type))
    folder = context.settings.boundaries_dir
    found = (_BOUNDARY.match(path.name) for path in folder.glob("*.geojson")) if folder.is_dir() else ()
    return tuple(sorted(int(one[2]) for one in found if one and one[1] == area_type))


def best_vintage(
    register: Register, area_type: str, years: Iterable[int], area_codes: Iterable[str], near: int
) -> int | None:
    """Of the years that can be drawn, the one whose areas fit the figures best; ties go to the nearest year."""
    wanted = frozenset(area_codes)

    def fit(year: int) -> tuple[int, int, int]:
        try:
            codes = register.codes(area_type, year)
        except LookupError:
            return (-1_000_000, -abs(year - near), year)
        return (2 * len(wanted & codes) - len(codes), -abs(year - near), year)

    return max(years, key=fit, default=None)


def shapes(context: Context, view: str, area_type: str, vintage: int) -> Shapes | None:
    """The drawing of a view, type and year, made once; None where there is none."""
    if vintage not in vintages(context, view, area_type):
        return None
    if view == "hex":
        return context.cached_for_good(
            ("shapes", area_type, vintage), lambda: _shapes(context, view, area_type, vintage)
        )
    key = ("shapes", view, area_type, vintage)
    return context.cached(key, lambda: _shapes(context, view, area_type, vintage), pinned=True)


def _collection(context: Context, view: str, area_type: str, vintage: int) -> dict[str, Any]:
    if view == "hex":
        names = {area.area_code: area.name for area in context.register if area.area_type == area_type}
        return layout_geojson(area_type, vintage, names)
    path = context.settings.boundaries_dir / f"{area_type}-{vintage}.geojson"
    collection: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return collection


def outlines(context: Context, view: str, area_type: str, vintage: int, parent_type: str) -> bytes | None:
    """``{"outlines": path}``: the borders between parents of one type, in the drawing of ``shapes``; None without."""
    if vintage not in vintages(context, view, area_type) or parent_type not in outline_types(area_type):
        return None

    def build() -> bytes:
        collection = _collection(context, view, area_type, vintage)
        groups = {}
        for feature in collection["features"]:
            parents = context.register.parents(feature["id"], parent_type)
            # what lies in no parent of the type makes a group of its own, so that the parents are closed
            groups[feature["id"]] = (
                max(parents, key=lambda one: (one.share, one.parent_code)).parent_code if parents else ""
            )
        drawn = drawing(collection, geographic=view == "official", groups=groups)
        return json.dumps({"outlines": drawn["outlines"]}, separators=(",", ":")).encode()

    return context.cached(("outlines", view, area_type, vintage, parent_type), build)


def _shapes(context: Context, view: str, area_type: str, vintage: int) -> Shapes:
    collection = _collection(context, view, area_type, vintage)
    codes = [feature["id"] for feature in collection["features"]]
    drawn = drawing(
        collection, geographic=view == "official", groups=_groups(context.register, area_type, codes)
    )
    body = json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()
    return Shapes(
        view,
        area_type,
        vintage,
        brotli.compress(body, quality=5, lgwin=18),
        hashlib.sha256(body).hexdigest()[:12],
        tuple(area[0] for area in drawn["areas"]),
        {area[0]: area[1] for area in drawn["areas"]},
    )


def _groups(register: Register, area_type: str, area_codes: Iterable[str]) -> dict[str, str]:
    groups = {}
    for code in area_codes:
        for parent_type in _OUTLINED_BY.get(area_type, ()):
            parents = register.parents(code, parent_type)
            if parents:
                groups[code] = max(parents, key=lambda one: (one.share, one.parent_code)).parent_code
                break
    return groups


def register(server: flask.Flask, context: Context) -> None:
    """Add the geometry route to a server."""

    @server.get("/geometry/<view>/<name>")
    def geometry(view: str, name: str) -> flask.Response:
        found = _NAME.match(name)
        try:
            return answer(view, name, found, flask.request.args.get("outline", ""))
        except (SQLAlchemyError, NoStore, OSError) as error:
            server.logger.error("shapes cannot be read: %s", error)
            words = {
                "parameter": "",
                "value": "",
                "message": "The shapes cannot be read just now.",
                "known": [],
            }
            return flask.make_response(flask.jsonify(error=words), 503)

    def answer(view: str, name: str, found: re.Match[str] | None, parent: str) -> flask.Response:
        known = found is not None and found[1] in context.register.area_types and view in ("hex", "official")
        drawn = shapes(context, view, found[1], int(found[2])) if found and known else None
        body = drawn.body if drawn else None
        if drawn and parent:
            body = outlines(context, view, drawn.area_type, drawn.vintage, parent)
        if drawn is None or body is None:
            response = flask.jsonify(
                error={
                    "parameter": "path",
                    "value": f"{view}/{name}"[:120],
                    "message": "No such shapes can be drawn here.",
                    "known": [
                        f"{kind}/{area_type}-{year}.json"
                        for kind in ("hex", "official")
                        for area_type in context.register.area_types
                        for year in vintages(context, kind, area_type)
                    ],
                }
            )
            response.status_code = 404
            return response
        response = flask.Response(body, mimetype="application/json")
        response.set_etag(drawn.etag)
        asked_exactly = flask.request.args.get("v") == drawn.etag
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if asked_exactly else "public, max-age=300"
        )
        response.make_conditional(flask.request)
        return response
