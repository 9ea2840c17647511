"""What every table of a TOML file has in common: frozen, no unknown keys, no conversion of types; and its problems in words."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from indicators.plain_text import control_character

Text = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """A table of a TOML file: frozen and hashable, unknown keys refused, values taken as they are written.

    A text with a control character is refused: no workbook, feed or picture could hold it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _lists_become_tuples(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("*", mode="before")
    @classmethod
    def _texts_can_be_written(cls, value: object) -> object:
        for text in value if isinstance(value, list | tuple) else (value,):
            if isinstance(text, str) and (character := control_character(text)):
                raise ValueError(f"holds the control character {character}; remove it")
        return value


def problem_lines(name: str, error: ValidationError, book: str) -> list[str]:
    """A line for each problem of a table, naming file and key; ``name`` is the file's, ``book`` what it belongs to."""
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"]) or "file"
        match problem["type"]:
            case "extra_forbidden":
                message = f"is not a key of {book}; remove it or correct its spelling"
            case "missing":
                message = "is missing"
            case "literal_error":
                allowed = (
                    str(problem.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
                )
                message = f"{problem['input']!r} is not one of {allowed}"
            case _:
                message = problem["msg"].removeprefix("Value error, ")
                if not isinstance(problem["input"], dict):  # a whole table says nothing more
                    message += f" (found {problem['input']!r})"
        lines.append(f"{name}: {key}: {message}")
    return lines
