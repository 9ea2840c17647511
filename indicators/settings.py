"""What the environment may set: one typed object, every bad value named with how to fix it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_MAIL_ADDRESS = re.compile(r"[^@\s<>?&]+@[^@\s<>?&]+\.[^@\s<>?&]+")
_FIXES = {
    "database_url": "give an SQLAlchemy address such as sqlite:///var/workhealth.sqlite "
    "or postgresql+psycopg://user:password@host/name",
    "data_dir": "give a folder that can be written to, such as var",
    "illustrative": "give on or off",
    "local_dir": "give the folder of your own indicators (TOML and CSV), or leave it out",
    "geography_url": "give the address of the services of ONS Open Geography, or leave it out",
    "contact": "give a mail address such as figures@example.org, or leave it out",
    "public_url": "give the address of the service without a path, such as https://indicators.example.org, or leave it out",
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


class SettingsError(ValueError):
    """A variable of the environment has a value that cannot be used."""


class Settings(BaseSettings):
    """Settings of the app and of the jobs, read from ``WORKHEALTH_*``."""

    model_config = SettingsConfigDict(env_prefix="WORKHEALTH_", frozen=True, extra="forbid")

    database_url: str = ""
    data_dir: Path = Path("var")
    illustrative: Literal["on", "off"] = "off"
    local_dir: Path | None = None
    contact: str = ""
    """Mail address to which problems with figures are reported; without one pages name the publisher to write to."""
    public_url: str = ""
    """The address under which readers reach the service, as packs, workbooks and feeds print it."""
    webhook_url: str = ""
    geography_url: str = "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services"

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
        if url and (parts.scheme not in ("https", "http") or not parts.hostname or parts.path.strip("/")):
            raise ValueError("expected a web address without a path")
        return url.rstrip("/")

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


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, ``overrides`` first.

    Raises SettingsError with one line a problem: the variable, its value, what is wrong, and how to fix it.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            field = str(problem["loc"][0]) if problem["loc"] else "settings"
            lines.append(
                f"WORKHEALTH_{field.upper()}: {_without_secret(field, problem['input'])!r}: {problem['msg']}; "
                f"{_FIXES.get(field, 'see the README')}"
            )
        raise SettingsError("\n".join(lines)) from error
