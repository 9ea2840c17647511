"""The colours of ``assets/tokens.css``: their contrasts in light and dark, and that pictures and sheets use them alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.figures import colours
from dashboard.figures.colours import contrast

ASSETS = Path(__file__).parents[2] / "assets"
TOKENS = (ASSETS / "tokens.css").read_text(encoding="utf-8")
FIGURES = (ASSETS / "figures.css").read_text(encoding="utf-8")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LITERAL = re.compile(r"(?:#|%23)[0-9a-fA-F]{3,8}\b(?![-\w])|\b(?:rgb|rgba|hsl|hsla)\([^)]*\)")


def block(selector: str) -> dict[str, str]:
    """The colours that a rule of the tokens sets, in capitals, by name."""
    start = TOKENS.index(f"{selector} {{") if f"{selector} {{" in TOKENS else TOKENS.index(f"{selector}{{")
    body = TOKENS[TOKENS.index("{", start) + 1 : TOKENS.index("}", start)]
    found = re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})\b", _COMMENT.sub("", body))
    return {name: colour.upper() for name, colour in found}


LIGHT = block(":root")
DARK = LIGHT | block(':root[data-theme="dark"]')
MODES = {"light": LIGHT, "dark": DARK}

PROMISED = (
    # what is beside what, and the least contrast: 3 for marks and edges, 4.5 for words (WCAG 2.2)
    ("similar", "worse", 3.0),
    ("worse", "better", 3.0),
    ("similar", "better", 3.0),
    ("similar", "lower", 3.0),
    ("lower", "higher", 3.0),
    ("shore", "similar", 3.0),
    ("shore", "paper", 3.0),
    ("seam", "worse", 3.0),
    ("seam", "better", 3.0),
    ("on-worse", "worse", 3.0),
    ("on-better", "better", 3.0),
    ("worse", "paper", 3.0),
    ("better", "paper", 3.0),
    ("higher", "paper", 3.0),
    ("lower", "paper", 3.0),
    ("own", "paper", 4.5),
    ("own", "own-tint", 4.5),
    ("own-ink", "own", 4.5),
    ("ink", "paper", 7.0),
    ("ink", "panel", 7.0),
    ("ink", "own-tint", 7.0),
    ("ink", "warn-tint", 7.0),
    ("ink-2", "paper", 4.5),
    ("ink-2", "panel", 4.5),
    ("ink-2", "own-tint", 4.5),
    ("edge", "paper", 3.0),
    ("edge", "panel", 3.0),
    ("link", "paper", 4.5),
    ("link", "panel", 4.5),
    ("link-hover", "paper", 4.5),
    ("button-ink", "button", 4.5),
    ("button", "paper", 3.0),
    ("bar-ink", "bar", 4.5),
    ("bar-ink-2", "bar", 4.5),
    ("focus", "focus-ring", 4.5),
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("one", "other", "least"), PROMISED)
def test_the_contrasts_that_the_design_promises(mode: str, one: str, other: str, least: float) -> None:
    tokens = MODES[mode]
    assert contrast(tokens[one], tokens[other]) >= least, f"{one} {tokens[one]} on {other} {tokens[other]}"


@pytest.mark.parametrize("mode", MODES)
def test_one_of_the_two_rings_of_the_focus_shows_on_any_ground(mode: str) -> None:
    tokens = MODES[mode]
    for ground in ("paper", "panel", "bar", "better", "similar", "worse", "higher", "lower", "own", "button"):
        shown = max(contrast(tokens[ring], tokens[ground]) for ring in ("focus", "focus-ring"))
        assert shown >= 3.0, ground


@pytest.mark.parametrize("mode", MODES)
def test_five_groups_go_one_way_from_light_to_dark(mode: str) -> None:
    shades = [colours.luminance(MODES[mode][f"q{place}"]) for place in range(1, 6)]
    assert shades in (sorted(shades), sorted(shades, reverse=True))
    assert contrast(MODES[mode]["q1"], MODES[mode]["q5"]) >= 7.0


def test_the_dark_colours_are_the_same_whether_the_device_or_the_page_asks_for_them() -> None:
    dark = re.findall(r"color-scheme: dark;(.*?)\}", TOKENS, re.DOTALL)
    assert len(dark) == 2
    assert dark[0].split() == dark[1].split()
    assert set(block(':root[data-theme="dark"]')) <= set(LIGHT)


PICTURES = {
    "paper": colours.PAPER,
    "panel": colours.PANEL,
    "ink": colours.INK,
    "ink-2": colours.MUTED,
    "edge": colours.EDGE,
    "line": colours.LINE,
    "link": colours.LINK,
    "own": colours.OWN,
    "better": colours.BETTER,
    "similar": colours.SIMILAR,
    "worse": colours.WORSE,
    "lower": colours.LOWER,
    "higher": colours.HIGHER,
    "shore": colours.SHORE,
    "none": colours.MISSING,
    **{f"q{place}": shade for place, shade in enumerate(colours.BANDS, start=1)},
}


@pytest.mark.parametrize("token", PICTURES)
def test_pictures_are_drawn_in_the_colours_of_the_page(token: str) -> None:
    drawn = PICTURES[token]
    assert drawn.upper() == LIGHT[token]
    assert colours.DARK[drawn].upper() == DARK[token]


def test_every_colour_of_pictures_has_a_dark_value() -> None:
    drawn = {
        value
        for name, value in vars(colours).items()
        if name.isupper() and isinstance(value, str) and value.startswith("#")
    }
    drawn |= {*colours.BANDS, *colours.SERIES, *colours.COMPARED.values()}
    assert drawn <= set(colours.DARK)


@pytest.mark.parametrize("drawn", colours.DARK)
def test_the_sheet_of_pictures_turns_every_colour_dark(drawn: str) -> None:
    """By the token where there is one, by its dark value where not."""
    tokens = {colour: f"var(--{name})" for name, colour in reversed(PICTURES.items())}
    wanted = {tokens[drawn]} if drawn in tokens else {colours.DARK[drawn]}
    wanted |= {f"var(--{name})" for name, colour in PICTURES.items() if colour == drawn}
    for attribute in ("fill", "stroke"):
        found = re.findall(rf'svg \[{attribute}="{drawn}"\] \{{ {attribute}: ([^;]+);', FIGURES)
        assert len(found) == 1 and found[0] in wanted, f"{attribute} {drawn}: {found}"


ALLOWED = {
    ("dashboard.css", "#0B0C0C"): "words on the yellow of the focus, in the dark too",
    ("dashboard.css", "#0B1620"): "the lens on its button in the header, light in the dark too",
    ("dashboard.css", "rgb(255 255 255 / 20%)"): "hairlines on the header, dark by day too",
    ("dashboard.css", "%2369757F"): "the arrow of a select: a picture in an address holds no variable",
    ("dashboard.css", "#e3e4e5"): "the grey hatching of illustrative figures",
    ("find.css", "rgb(0 0 0 / 0.18)"): "the shadow of a list that lies over the page",
    ("indicators.css", "#FFFFFF"): "the ground of a small map in forced colours, where it stays light",
    ("map.css", "rgb(0 0 0 / 18%)"): "the shadow of a list that lies over the map",
}
"""By sheet and colour why it is no token."""


def screen_rules(sheet: str) -> str:
    """A sheet without comments and without what holds for paper, which is white."""
    text = _COMMENT.sub("", sheet)
    while (start := text.find("@media print")) >= 0:
        depth, end = 0, text.index("{", start)
        while True:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
            if depth == 0:
                break
        text = text[:start] + text[end:]
    return text


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*.css")), ids=lambda path: path.name)
def test_no_other_sheet_writes_a_colour_of_its_own(path: Path) -> None:
    if path.name in ("tokens.css", "figures.css"):
        pytest.skip("the sheets that the colours come from")
    found = _LITERAL.findall(screen_rules(path.read_text(encoding="utf-8")))
    own = [literal for literal in found if (path.name, literal) not in ALLOWED]
    assert not own, f"{path.name}: write var(--…) of tokens.css instead of {', '.join(own)}"


def test_a_colour_in_a_sheet_is_found() -> None:
    sheet = "#add-area { color: red; } a { fill: #12ab9f; stroke: rgb(1 2 3 / 4%); } @media print { b { color: #000; } }"
    assert _LITERAL.findall(screen_rules(sheet)) == ["#12ab9f", "rgb(1 2 3 / 4%)"]
