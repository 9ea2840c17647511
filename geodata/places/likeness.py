"""How like a name what was typed is, so that a slip of the keyboard still finds it."""

from __future__ import annotations

from collections.abc import Sequence

_WHOLE_NAME = 0.3
"""Weight of how much of the name was typed, beside how well what was typed fits it."""
_BEGUN, _SAME_LETTERS = 0.05, 0.03
"""What a word that is only begun counts less than a whole one, and one with the same letters more."""


def steps_between(typed: str, word: str) -> int:
    """Letters to put in, take out, change or swap with their neighbour to turn one into the other.

    Optimal string alignment, a column of the table in one number a letter: Hyyrö, "A bit-vector algorithm for computing
    Levenshtein and Damerau edit distances" (2003).
    """
    if not typed:
        return len(word)
    whole, last = (1 << len(typed)) - 1, 1 << (len(typed) - 1)
    places: dict[str, int] = {}
    for i, letter in enumerate(typed):
        places[letter] = places.get(letter, 0) | 1 << i
    more, less, same, before = whole, 0, 0, 0
    steps = len(typed)
    for letter in word:
        here = places.get(letter, 0)
        swapped = ((~same & here) << 1) & before
        same = ((((here & more) + more) ^ more) | here | less | swapped) & whole
        up = less | (~(same | more) & whole)
        down = same & more
        if up & last:
            steps += 1
        elif down & last:
            steps -= 1
        up, down = (up << 1) | 1, down << 1
        more = (down | ~(same | up)) & whole
        less = up & same
        before = here
    return steps


def closeness(typed: str, word: str) -> float:
    """1 for the same letters, less for each step between them, 0 where they share nothing."""
    longest = max(len(typed), len(word))
    if not longest:
        return 1.0
    close = 1 - steps_between(typed, word) / longest
    # letters in another order are the likeliest slip
    return close + _SAME_LETTERS if close < 1 and sorted(typed) == sorted(word) else close


class Likeness:
    """How like many names one text is. The words of a text are compared with each word of the names once."""

    def __init__(self, typed: Sequence[str]) -> None:
        """``typed`` are the words of the text, spelled as names are."""
        self._typed = typed
        self._joined = "".join(typed)
        self._letters = len(self._joined)
        self._known: dict[tuple[str, str, bool], float] = {}

    def of(self, name: str) -> float:
        """From 0 to 1; the order of words does not count, nor does a space put in or left out."""
        words = name.split()
        fit, used = 0.0, dict[int, int]()
        for place, typed in enumerate(self._typed):
            is_last = place == len(self._typed) - 1
            best, at = max((self._fit(typed, word, is_last), -i) for i, word in enumerate(words))
            fit += len(typed) * best
            used[-at] = min(len(words[-at]), used.get(-at, 0) + len(typed))
        covered = sum(used.values()) / sum(map(len, words))
        by_words = (1 - _WHOLE_NAME) * fit / self._letters + _WHOLE_NAME * covered
        joined = "".join(words)
        # far apart in length they cannot be the same letters
        if abs(len(joined) - self._letters) > self._letters // 2:
            return by_words
        return max(by_words, closeness(self._joined, joined))

    def _fit(self, typed: str, word: str, may_be_begun: bool) -> float:
        key = (typed, word, may_be_begun)
        if key not in self._known:
            fit = closeness(typed, word)
            if may_be_begun and len(word) > len(typed):
                # as long as what was typed, or longer by a letter that was left out
                beginnings = {word[: len(typed)], word[: len(typed) + 1]}
                fit = max(fit, *(closeness(typed, beginning) - _BEGUN for beginning in beginnings))
            self._known[key] = fit
        return self._known[key]
