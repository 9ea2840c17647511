"""Questions to a person at a terminal, each with an option that answers it beforehand."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import typer

Check = Callable[[str], str]
"""Takes an answer and gives it as it is kept. Raises ValueError that says what is wrong with it."""


@dataclass(frozen=True)
class Choice:
    """Something that may be chosen, and what it means."""

    name: str
    words: str = ""


class Asker:
    """Gets answers from options, and asks for what they leave open.

    given  by the name of the option, as the command line gave it; None or empty where it was left out
    asks   whether a person is there to be asked; else what has no default must be given
    """

    def __init__(self, given: Mapping[str, str | None], *, asks: bool) -> None:
        self._given = given
        self._asks = asks
        self.missing: list[str] = []
        self.problems: list[str] = []

    def text(
        self,
        option: str,
        words: str,
        *,
        default: str | None = None,
        check: Check = lambda answer: answer,
        choices: Sequence[Choice] = (),
        many: bool = False,
        hint: str = "",
    ) -> str:
        """The answer to a question, one of ``choices`` or (``many``) several of them; an empty text where it is missing or wrong, which is then noted.

        A question whose default is empty may be left unanswered.
        """

        def checked(answer: str) -> str:
            return check(_chosen(answer, choices, many=many) if choices else answer)

        answer = self._given.get(option)
        if not answer and self._asks:
            return self._asked(words, default, checked, choices, hint)
        answer = answer or default
        if answer is None:
            self.missing.append(f"--{option}")
        if not answer:
            return ""
        try:
            return checked(answer.strip())
        except ValueError as error:
            self.problems.append(f"--{option}: {error}")
            return ""

    def _asked(
        self, words: str, default: str | None, checked: Check, choices: Sequence[Choice], hint: str
    ) -> str:
        if hint:
            typer.secho(hint, dim=True)
        for number, choice in enumerate(choices, start=1):
            typer.echo(f"  {number}. {choice.name}{': ' + choice.words if choice.words else ''}")
        while True:
            answer = str(typer.prompt(words, default=default, show_default=bool(default))).strip()
            if not answer and default != "":
                continue
            try:
                return checked(answer) if answer else ""
            except ValueError as error:
                typer.secho(str(error), fg="red")

    def refuse(self) -> None:
        """Raises ValueError with everything that is missing or wrong, where anything is."""
        lines = list(self.problems)
        if self.missing:
            lines.append(
                f"not given: {', '.join(self.missing)}; run it in a terminal to be asked, or give these options"
            )
        if lines:
            raise ValueError("\n".join(lines))


def _chosen(answer: str, choices: Sequence[Choice], *, many: bool) -> str:
    """The name of a choice from its name or number; of ``many`` those that commas stand between, each once."""
    if not many:
        return _one_chosen(answer, choices)
    parts = [part.strip() for part in answer.split(",") if part.strip()]
    return ", ".join(dict.fromkeys(_one_chosen(part, choices) for part in parts))


def _one_chosen(answer: str, choices: Sequence[Choice]) -> str:
    names = [choice.name for choice in choices]
    if answer in names:
        return answer
    if answer.isdigit() and 1 <= int(answer) <= len(names):
        return names[int(answer) - 1]
    raise ValueError(f"{answer!r} is not one of {', '.join(names)}{nearest(answer, names)}")


def nearest(answer: str, names: Sequence[str]) -> str:
    """``; did you mean 'employment-rate'?``, or an empty text where nothing is like it."""
    close = difflib.get_close_matches(answer, names, 1)
    return f"; did you mean {close[0]!r}?" if close else ""
