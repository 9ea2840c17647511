"""What the environment may set: one typed object, every bad value named with how to fix it."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_MAIL_ADDRESS = re.compile(r"[^@\s<>?&]+@[^@\s<>?&]+\.[^@\s<>?&]+")
_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_FIXES = {
    "database_url": "give an SQLAlchemy address such as sqlite:///var/workhealth.sqlite "
    "or postgresql+psycopg://user:password@host/name",
    "data_dir": "give a folder that can be written to, such as var",
    "illustrative": "give on or off",
    "local_dir": "give the folder of your own indicators (TOML and CSV), or leave it out",
    "geography_url": "give the address of the services of ONS Open Geography, or leave it out",
    "contact": "give a mail address such as figures@example.org, or leave it out",
    "public_url": "give the address under which readers reach the service, such as https://indicators.example.org or "
    "https://www.example.org/work-health, or leave it out",
    "SCRIPT_NAME": "give a path such as /work-health, or leave it out",
    "FORWARDED_ALLOW_IPS": "give addresses with commas between, such as 127.0.0.1,10.0.0.5, or * for all",
    "webhook_url": "give an address that begins with https:// (or http://), or leave it out",
}


# the short forms that hosts of databases give
_POSTGRESQL = ("postgresql://", "postgres://")


def _without_secret(field: str, given: object) -> object:
    """What was given, without a password or a webhook's key in it, however the rest is mistyped.

    ``postgres:u:secret@h/n`` → ``postgres:***@h/n``.
    """
    if not isinstance(given, str):
        return given
    start = given.find("//") + 2 if "//" in given else 0
    if field == "webhook_url":
        host, slash, _ = given[start:].partition("/")
        return given[:start] + host + (f"{slash}***" if slash else "")
    before, at, after = given.rpartition("@")
    if not at:
        return given
    return f"{before[:start]}{before[start:].partition(':')[0]}:***@{after}"


def _path(path: str) -> str:
    """``/a/b`` without a slash at its end, empty for the root. Raises ValueError for what is no plain path."""
    path = path.rstrip("/")
    if not _PLAIN_PATH.fullmatch(path):
        raise ValueError(
            "expected a path of letters, digits, hyphens, dots and underscores that begins with a slash"
        )
    return path


class SettingsError(ValueError):
    """A variable of the environment has a value that cannot be used."""


class Settings(BaseSettings):
    """Settings of the app and of the jobs, read from ``WORKHEALTH_*``."""

    model_config = SettingsConfigDict(
        env_prefix="WORKHEALTH_", frozen=True, extra="forbid", populate_by_name=True
    )

    database_url: str = Field(
        "",
        title="SQLite in the data folder",
        description="the store: `postgresql+psycopg://user:password@host/name` in production, or `sqlite:///file`",
    )
    data_dir: Path = Field(
        Path("var"),
        description="a folder that can be written to: store, snapshots, boundaries, cached answers",
    )
    illustrative: Literal["on", "off"] = Field(
        "off",
        description="`on` loads invented figures, to try layouts; `off` removes them with the next job",
    )
    local_dir: Path | None = Field(
        None, description="a folder of [indicators of your own](sources/local_upload.md)"
    )
    contact: str = Field(
        "",
        description="mail address to which problems with figures are reported; without one pages name the publisher",
    )
    public_url: str = Field(
        "",
        description="the address under which readers reach the service, with the path that it runs under; packs, workbooks "
        "and feeds print it, and requests for another host are refused",
    )
    script_name: str = Field(
        "",
        alias="SCRIPT_NAME",
        description="the path that the service runs under, where `WORKHEALTH_PUBLIC_URL` is not set; gunicorn reads it too",
    )
    trusted_proxies: str = Field(
        "127.0.0.1,::1",
        alias="FORWARDED_ALLOW_IPS",
        description="addresses of the proxies whose `X-Forwarded-…` headers are read, with commas between; gunicorn reads "
        "it too",
    )
    webhook_url: str = Field(
        "", description="an address that is sent one JSON a run ([alarms](operations.md#alarms))"
    )
    geography_url: str = Field(
        "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services",
        title="the services of ONS Open Geography",
        description="where boundaries are asked for, should they move; its host alone may lie in your own network",
    )

    @field_validator("webhook_url", "geography_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError("expected a web address")
        return url

    @field_validator("public_url")
    @classmethod
    def _root(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (
            parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment
        ):
            raise ValueError("expected a web address")
        return f"{parts.scheme}://{parts.netloc}{_path(parts.path)}" if url else ""

    @field_validator("script_name")
    @classmethod
    def _script_name(cls, path: str) -> str:
        return _path(path)

    @model_validator(mode="after")
    def _one_path(self) -> Self:
        path = urlsplit(self.public_url).path
        if self.public_url and self.script_name and path != self.script_name:
            raise ValueError(
                f"SCRIPT_NAME is {self.script_name!r}, and the path of WORKHEALTH_PUBLIC_URL is {path!r}"
            )
        return self

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, text: str) -> str:
        for part in text.split(",") if text not in ("", "*") else ():
            ip_network(part.strip(), strict=False)
        return text

    @field_validator("contact")
    @classmethod
    def _mail_address(cls, address: str) -> str:
        if address and not _MAIL_ADDRESS.fullmatch(address):
            raise ValueError("expected a mail address")
        return address

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", *_POSTGRESQL, "postgresql+psycopg://")):
            raise ValueError("only SQLite and PostgreSQL are supported")
        return url

    @field_validator("local_dir")
    @classmethod
    def _folder_is_there(cls, folder: Path | None) -> Path | None:
        if folder is not None and not folder.is_dir():
            raise ValueError("no such folder")
        return folder

    @property
    def store_url(self) -> str:
        """Address of the store: the one given, or SQLite in the data folder."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'workhealth.sqlite').as_posix()}"
        for short in _POSTGRESQL:
            # SQLAlchemy would pick psycopg2 for a short form; the project installs psycopg 3
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def root(self) -> str:
        """The path that the service runs under, such as ``/work-health``; empty where it has a host of its own."""
        return urlsplit(self.public_url).path or self.script_name

    @property
    def include_illustrative(self) -> bool:
        return self.illustrative == "on"

    @property
    def boundaries_dir(self) -> Path:
        return self.data_dir / "boundaries"

    @property
    def places_dir(self) -> Path:
        """Where the index of places is kept; it is made again where it is not there."""
        return self.data_dir / "places"

    @property
    def snapshots_dir(self) -> Path:
        return self.data_dir / "snapshots"


def variable_of(field: str) -> str:
    """The variable of the environment that sets a field: ``data_dir`` → ``WORKHEALTH_DATA_DIR``.

    A field that another program reads too (``SCRIPT_NAME``) has that program's name.
    """
    known = Settings.model_fields.get(field)
    if known is not None and known.alias:
        return known.alias
    is_alias = any(other.alias == field for other in Settings.model_fields.values())
    return field if is_alias else f"WORKHEALTH_{field.upper()}"


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, ``overrides`` first.

    Raises SettingsError with one line a problem: the variable, its value, what is wrong, and how to fix it.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            if not problem["loc"]:
                lines.append(f"{problem['msg']}; give the same path in both, or one of them alone")
                continue
            field = str(problem["loc"][0])
            variable = variable_of(field)
            fix = _FIXES.get(field) or _FIXES.get(variable) or "see docs/environment.md"
            lines.append(f"{variable}: {_without_secret(field, problem['input'])!r}: {problem['msg']}; {fix}")
        raise SettingsError("\n".join(lines)) from error
