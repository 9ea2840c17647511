"""What every table of a catalogue file has in common: frozen, no unknown keys, no conversion of types."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

Text = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """A table of a TOML file: frozen and hashable, unknown keys refused, values taken as they are written."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _lists_become_tuples(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value
