"""``/api/v1/openapi.json``: the API described for programs (OpenAPI 3.1), made from the models of questions and answers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, get_args

import flask
from pydantic.json_schema import models_json_schema

from dashboard.address.keys import SERVICE
from dashboard.api import answers, questions
from dashboard.api.addresses import ADDRESSES, Address
from dashboard.api.answering import answering
from dashboard.api.problems import MIMETYPE
from dashboard.api.questions import FigureFormat, Format, Question, is_list

if TYPE_CHECKING:
    from dashboard.address.context import Context

VERSION = "1"
_REFERENCE = "#/components/schemas/{model}"
_MIMETYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PARTS = {
    "area_code": "GSS code of an area, such as E06000018. An old code works too.",
    "spec": "A group of areas: custom: and codes with plus signs between them.",
}
_ERRORS = {
    "400": "A parameter cannot be used.",
    "404": "Something that was named does not exist.",
    "503": "The store cannot be read, or other large files are being sent, just now.",
}


def register(server: flask.Flask, context: Context) -> None:
    """Add the route to a server."""

    @answering(server, context)("/api/v1/openapi.json", questions.OpenApi)
    def describe(question: questions.OpenApi) -> dict[str, Any]:
        return {**openapi(), "servers": [{"url": context.settings.root or "/"}]}


@cache
def openapi() -> dict[str, Any]:
    """The description of every address. It depends on the code alone."""
    models = [address.answer for address in ADDRESSES if address.answer is not answers.OpenApi]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in dict.fromkeys([*models, answers.Problem])],
        ref_template=_REFERENCE,
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": SERVICE,
            "version": VERSION,
            "description": "Figures for English areas with intervals, status, sources and dates. Read-only, and no key is "
            "needed.",
            "license": {"name": "Open Government Licence v3.0", "identifier": "OGL-UK-3.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {address.template: {"get": _operation(address)} for address in ADDRESSES},
        # docstrings are not there in an optimised run: what a model is for stands at its address
        "components": {
            "schemas": {
                name: _plain({key: part for key, part in told.items() if key != "description"})
                for name, told in schemas["$defs"].items()
            }
        },
    }


def _operation(address: Address) -> dict[str, Any]:
    name = address.template.removeprefix("/api/v1/")
    content: dict[str, Any] = {"application/json": {"schema": _schema_of(address)}}
    for kind in _formats(address.question):
        if kind in _MIMETYPES:
            content[_MIMETYPES[kind]] = {"schema": {"type": "string"}}
    problem = {MIMETYPE: {"schema": {"$ref": _REFERENCE.format(model="Problem")}}}
    return {
        "operationId": name.replace("/", "_").replace("{", "").replace("}", "").replace(".", "_"),
        "summary": address.summary,
        "parameters": [*_path_parameters(address), *_query_parameters(address.question)],
        "responses": {
            "200": {"description": "The answer.", "content": content},
            "304": {"description": "The client holds the answer already (If-None-Match)."},
            **{status: {"description": words, "content": problem} for status, words in _ERRORS.items()},
        },
    }


def _schema_of(address: Address) -> dict[str, Any]:
    if address.answer is answers.OpenApi:
        return {"type": "object"}
    own = {"$ref": _REFERENCE.format(model=address.answer.__name__)}
    if "json-stat" in _formats(address.question):
        return {"anyOf": [own, {"type": "object", "required": ["version", "class", "dimension", "value"]}]}
    return own


def _formats(question: type[Question]) -> tuple[str, ...]:
    field = question.model_fields.get("format")
    if field is None:
        return ("json",)
    return get_args(FigureFormat) if field.annotation is FigureFormat else get_args(Format)


def _path_parameters(address: Address) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PARTS[name],
            "schema": {"type": "string"},
        }
        for name in address.parts
    ]


def _query_parameters(question: type[Question]) -> list[dict[str, Any]]:
    schema = question.model_json_schema()
    needed = schema.get("required", [])
    parameters = []
    for name, told in schema.get("properties", {}).items():
        kind = {key: part for key, part in told.items() if key not in ("title", "description", "default")}
        if "anyOf" in kind:
            # a parameter is left out where it is none
            (kind,) = [part for part in kind["anyOf"] if part.get("type") != "null"]
        parameter = {
            "name": name,
            "in": "query",
            "required": name in needed,
            "description": told.get("description", ""),
            "schema": kind,
        }
        if is_list(question, name):
            parameter |= {"style": "form", "explode": False}
        parameters.append(parameter)
    return parameters


def _plain(schema: Any) -> Any:
    """A schema without the titles that pydantic makes of names."""
    if isinstance(schema, dict):
        return {
            key: _plain(part)
            for key, part in schema.items()
            if not (key == "title" and isinstance(part, str))
        }
    return [_plain(part) for part in schema] if isinstance(schema, list) else schema
