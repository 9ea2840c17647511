"""Corrections of publishers' errors, kept as data: ``etl/corrections/<source>.toml``, one ``[[correction]]`` a figure.

A correction names one figure of one edition, what the publisher gives (``expect``) and what is right, with the
reason. It stops its source once the publisher's figure is no longer what it expects, so that none outlives the error.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from etl.frames.measurements import KEY
from etl.frames.routes import routes_of
from etl.sources.base import Problems, SourceProblem
from indicators.catalogue import Indicator
from indicators.periods import Period

FOLDER = Path(__file__).parents[1] / "corrections"
_CLOSE = 1e-9
Words = Annotated[str, Field(min_length=1)]
Missing = Literal["suppressed", "unreliable", "not_available", "not_collected"]


class BadCorrections(SourceProblem):
    """A file of corrections cannot be used; one line a problem."""


class CorrectionOutlived(SourceProblem):
    """A correction no longer fits what the publisher gives: the error was fixed, or the figure is gone."""


class Correction(BaseModel):
    """One figure corrected. ``expect`` is the publisher's value, or the status of its missing value."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    edition: Words
    measure: Words
    area_code: Words
    period: Words
    sex: Words = "persons"
    age: Words = "all"
    breakdown: Words = "all"
    expect: float | Missing
    value: float | None = None
    status: Missing | None = None
    reason: Annotated[str, Field(min_length=10)]

    @field_validator("period")
    @classmethod
    def _iso(cls, period: str) -> str:
        Period.parse(period)
        return period

    @model_validator(mode="after")
    def _one_fix(self) -> Correction:
        if (self.value is None) == (self.status is None):
            raise ValueError("give value (the right figure) or status (why there is none), not both")
        return self

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(getattr(self, name) for name in KEY)

    @property
    def words(self) -> str:
        """The figure, for an error."""
        return f"edition {self.edition}: {' · '.join(self.key)}"

    @property
    def note(self) -> str:
        """What stands beside the figure."""
        given = self.expect if isinstance(self.expect, str) else f"{self.expect:g}"
        return f"Corrected here: the publisher gives {given} for {self.measure}. {self.reason}"


def read_corrections(source_id: str, folder: Path = FOLDER) -> tuple[Correction, ...]:
    """The corrections of a source; () where it has none. Raises BadCorrections with every problem at once."""
    path = folder / f"{source_id}.toml"
    if not path.is_file():
        return ()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadCorrections(f"{path.name}: {error}; expected TOML") from error
    entries = content.pop("correction", [])
    problems = [f"{path.name}: {name}: not known; expected only [[correction]]" for name in content]
    corrections: list[Correction] = []
    for number, entry in enumerate(entries, start=1):
        try:
            corrections.append(Correction.model_validate(entry))
        except ValidationError as error:
            for wrong in error.errors():
                place = ".".join([f"correction {number}", *(str(part) for part in wrong["loc"])])
                problems.append(f"{path.name}: {place}: {wrong['msg'].removeprefix('Value error, ')}")
    seen = set()
    for correction in corrections:
        if (correction.edition, correction.key) in seen:
            problems.append(f"{path.name}: {correction.words}: corrected twice; expected once")
        seen.add((correction.edition, correction.key))
    if problems:
        raise BadCorrections("\n".join(problems))
    return tuple(corrections)


def digest(corrections: Sequence[Correction]) -> str:
    """Changes with anything a correction says; part of the identity of the release that it changes."""
    described = [correction.model_dump(mode="json") for correction in corrections]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


class Correcting:
    """Corrects one edition's measurements, whole or chunk by chunk; ``end`` tells what matched nothing."""

    def __init__(self, corrections: Sequence[Correction]) -> None:
        self.corrections = tuple(corrections)
        self._matched: set[tuple[str, ...]] = set()

    def corrected(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Measurements (columns of ``etl.frames.measurements``) with the right figures in place.

        The publisher's interval goes with the wrong figure. Raises CorrectionOutlived, or Problems with several.
        """
        if not self.corrections:
            return frame
        corrected_frame = frame.copy()
        outlived: list[Exception] = []
        for correction in self.corrections:
            where = np.ones(len(frame), dtype=bool)
            for name, text in zip(KEY, correction.key, strict=True):
                where &= (frame[name] == text).to_numpy()
            for place in np.flatnonzero(where):
                self._matched.add(correction.key)
                found = _found(frame, int(place))
                if not _same(found, correction.expect):
                    outlived.append(_outlived(correction, found))
            if where.any():
                corrected_frame.loc[where, "value"] = np.nan if correction.value is None else correction.value
                corrected_frame.loc[where, "status"] = correction.status or "ok"
                corrected_frame.loc[where, ["lower_ci_95", "upper_ci_95", "half_width_95"]] = np.nan
        _raise(outlived)
        return corrected_frame

    def end(self) -> None:
        """Raises CorrectionOutlived (or Problems) for each correction that matched no figure."""
        _raise(
            [
                _outlived(correction, None)
                for correction in self.corrections
                if correction.key not in self._matched
            ]
        )

    def noted(
        self, observations: pd.DataFrame, catalogue: Mapping[str, Indicator], source_id: str
    ) -> pd.DataFrame:
        """Observations (columns of ``etl.frames.observations``) whose notes name the corrections they rest on."""
        if not self.corrections:
            return observations
        noted = observations.copy()
        routes = routes_of(catalogue, source_id)
        for correction in self.corrections:
            resting = [route.indicator.id for route in routes if correction.measure in route.measures]
            where = noted["indicator_id"].isin(resting)
            for name in ("area_code", "period", "sex", "age", "breakdown"):
                where &= noted[name] == getattr(correction, name)
            noted.loc[where, "note"] = (noted.loc[where, "note"] + " " + correction.note).str.strip()
        return noted


def _found(frame: pd.DataFrame, place: int) -> float | str:
    value = frame["value"].iloc[place]
    return str(frame["status"].iloc[place]) if pd.isna(value) else float(value)


def _same(found: float | str, expected: float | str) -> bool:
    if isinstance(found, str) or isinstance(expected, str):
        return found == expected
    return abs(found - expected) <= _CLOSE * (1 + abs(expected))


def _outlived(correction: Correction, found: float | str | None) -> CorrectionOutlived:
    what = "matches no figure" if found is None else f"the publisher now gives {found}"
    expected = correction.expect if isinstance(correction.expect, str) else f"{correction.expect:g}"
    return CorrectionOutlived(
        f"correction of {correction.words}: {what}; expected {expected}; "
        "take the correction out of etl/corrections, or fix it"
    )


def _raise(problems: Sequence[Exception]) -> None:
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems(problems)


def facts(corrections: Sequence[Correction]) -> list[dict[str, Any]]:
    """Corrections that were applied, for the log."""
    return [correction.model_dump(mode="json", exclude_none=True) for correction in corrections]
