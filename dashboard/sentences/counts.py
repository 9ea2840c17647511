"""Numbers and lists in running text."""

from __future__ import annotations

from collections.abc import Iterable

_SPELT = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(value: float, decimal_places: int = 0) -> str:
    """A number with thousands separators and a real minus sign; never ``-0.0``."""
    rounded = round(float(value), decimal_places)
    if rounded == 0:
        rounded = 0.0  # -0.0 would print its sign
    return f"{rounded:,.{decimal_places}f}".replace("-", "−")


def millions(people: float) -> str:
    """``3.5 million`` where that is short and exact enough; below a million the number itself."""
    return number(people) if abs(people) < 1e6 else f"{number(people / 1e6, 1)} million"


def counted(n: int, one: str, many: str | None = None) -> str:
    """``1 area``, ``2 areas``; ``many`` is the plural where an s does not make it."""
    return f"{number(n)} {one if n == 1 else many or one + 's'}"


def spelt(n: int) -> str:
    """A small number as a word, others in figures: ``four``, ``12``."""
    return _SPELT[n] if n < len(_SPELT) else number(n)


def listed(items: Iterable[str], joiner: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    words = list(items)
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def lower_first(text: str) -> str:
    """The text with a small first letter, unless it opens with an abbreviation such as NHS or IPS."""
    if len(text) > 1 and text[1].isupper():
        return text
    return text[:1].lower() + text[1:]


def with_article(words: str) -> str:
    """``a region``, ``an integrated care board``, ``an STP``, ``a UK figure``."""
    letters_read_out = words[:2].isupper()
    sounds_like_you = words.lower().startswith("uni")
    vowel = (
        words[:1] in "AEFHILMNORSX"
        if letters_read_out
        else words[:1].lower() in "aeiou" and not sounds_like_you
    )
    return f"{'an' if vowel else 'a'} {words}"
