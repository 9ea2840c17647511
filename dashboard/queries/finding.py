"""Which areas a text may mean: a postcode, the name of an area, of a place in it or of what stood there, or a code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from dashboard.address.view import clipped
from dashboard.answers.finding import Found, Option, PostcodeFound
from dashboard.queries.areas import described
from geodata.places import CODE, LONGEST, NEAR, Match, Places, PostcodeMatch
from geodata.places.making import make_apart
from geodata.places.tables import BUILT_UP, Source, read_sources

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_FOUND = 50
"""Options of one answer, where the caller does not say."""
_MOST_MATCHES = 200
_POSTCODE = "postcode"
_BUILT_UP = ("town", "village", "built-up area")
# built-up areas as the Office for National Statistics tells towns from villages and cities, by residents
_TOWN, _CITY = 5_000, 225_000
_WHY = {"own": "name", "alias": "other name", "former": "old name", "place": "place"}


def find(context: Context, text: str, limit: int = MOST_FOUND) -> Found:
    """What was found for a text, the closest first; without options where nothing is even like it."""
    text = text[:LONGEST]
    index = places(context)
    postcode = index.postcode(text)
    names = _of_names(context, index.find(text, _MOST_MATCHES), postcode)
    options = [*_of_postcode(context, postcode), *_by_council(names)]
    kinds = {_kind_in_tables(option) for option in options[:limit]}
    return Found(
        clipped(text),
        tuple(options[:limit]),
        PostcodeFound(postcode.asked.written, postcode.known, postcode.asked.is_whole) if postcode else None,
        max(0, len(options) - limit),
        credits_of(context, kinds),
    )


def _kind_in_tables(option: Option) -> str:
    if option.place in _BUILT_UP:
        return BUILT_UP
    return option.place.replace(" ", "_") if option.place else option.why


def sources(context: Context) -> tuple[Source, ...]:
    """Where the facts about places and postcodes come from."""
    return context.cached_for_good("sources of places", read_sources)


def credits_of(context: Context, kinds: Iterable[str]) -> tuple[str, ...]:
    """The words that credit those whose facts about places of some kinds are shown, each once."""
    wanted = set(kinds)
    named = [source.credit for source in sources(context) if wanted & set(source.kinds)]
    sentences = [sentence for credit in named for sentence in _sentences(credit)]
    return tuple(dict.fromkeys(sentences))


def _sentences(credit: str) -> list[str]:
    return [f"{sentence.rstrip('.')}." for sentence in credit.split(". ")]


def places(context: Context) -> Places:
    """The index of places, opened at the first question."""
    return context.cached_for_good(
        "places", lambda: Places(context.register, context.settings.places_dir, prepare=make_apart)
    )


def _of_postcode(context: Context, found: PostcodeMatch | None) -> Iterator[Option]:
    """The authorities of a postcode, or those of districts that begin like one that is not known."""
    if found is None:
        return
    known = [(found.asked.written, found.areas)] if found.areas else found.near
    for written, areas in known:
        for place, share in enumerate(areas):
            area = context.register.area(share.area_code)
            yield Option(
                written,
                described(context, area),
                _POSTCODE,
                share=share.share,
                is_main=place == 0,
                is_near=not found.areas,
            )


def _of_names(context: Context, matches: Iterable[Match], postcode: PostcodeMatch | None) -> Iterator[Option]:
    """The areas that names and codes lead to, each once by the closest name.

    Names that are only alike are left out where the text is a postcode.
    """
    seen: set[str] = set()
    for match in matches:
        if postcode is not None and match.how == NEAR:
            return
        for place, share in enumerate(match.areas):
            if share.area_code in seen:
                continue
            seen.add(share.area_code)
            area = context.register.area(share.area_code)
            yield Option(
                match.name,
                described(context, area),
                "code" if match.how == CODE else _WHY[match.via],
                place=_place_kind(match),
                residents=match.residents,
                share=share.share if match.kind else None,
                is_main=place == 0,
                is_near=match.how == NEAR,
                point=match.point,
            )


def _by_council(options: Iterable[Option]) -> Iterator[Option]:
    """The same options; places of one name and kind, none of them larger than the others, in order of their councils."""
    for _, alike in groupby(options, _place_of):
        yield from sorted(alike, key=lambda option: (not option.is_main, option.described.area.name))


def _place_of(option: Option) -> tuple[object, ...]:
    if option.place is None:
        return (option.described.area.area_code,)
    return (option.name, option.place, option.residents)


def _place_kind(match: Match) -> str | None:
    if match.kind != BUILT_UP:
        return match.kind and match.kind.replace("_", " ")
    residents = match.residents or 0
    if residents >= _CITY:
        return "built-up area"
    return "town" if residents >= _TOWN else "village"
