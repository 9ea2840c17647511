"""The picture of the architecture page, drawn from the code's own imports: ``make architecture``.

A room is a folder of one of the four packages; the modules that lie loose in a package are a room as well. Rooms
stand by layer: a room lies below every room that imports it. An arrow from one room to another carries the number of
pairs of modules that import each other that way. The picture is written to ``docs/images/architecture.svg``; the same
imports always give the same bytes.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "architecture.svg"
PACKAGES = ("dashboard", "etl", "indicators", "geodata")
_FILLS = {"dashboard": "#e8f1f8", "etl": "#f3ecf7", "indicators": "#e9f4ec", "geodata": "#fdf3e1"}

# px
_BOX_WIDTH, _BOX_HEIGHT = 118, 42
_GAP_X, _GAP_Y = 16, 62
_PADDING, _TITLE, _BETWEEN, _MARGIN = 18, 34, 74, 12

Edge = tuple[str, str]


@dataclass(frozen=True)
class Box:
    """A room in the picture: its left upper corner in px."""

    room: str
    x: float
    y: float

    def port(self, place: int, count: int, *, bottom: bool) -> tuple[float, float]:
        """The point of the lower or upper edge where arrow ``place`` of ``count`` touches."""
        return self.x + _BOX_WIDTH * (place + 1) / (count + 1), self.y + (_BOX_HEIGHT if bottom else 0)


def room_of(module: str, packages: frozenset[str]) -> str:
    """The room of a module: ``dashboard.pages.map`` → ``dashboard/pages``, ``dashboard.shell`` → ``dashboard/*``."""
    parts = module.split(".")
    folder = ".".join(parts[:2])
    return f"{parts[0]}/{parts[1]}" if len(parts) > 1 and folder in packages else f"{parts[0]}/*"


def room_imports() -> tuple[dict[str, int], dict[Edge, int]]:
    """The number of modules of each room, and of importing pairs of modules for each (importing, imported) pair of rooms."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    packages = frozenset(module for module in graph.modules if graph.find_children(module))
    # the file of a folder itself counts where it holds more than its words, that is where it imports
    modules = {
        module
        for module in graph.modules
        if module not in packages or graph.find_modules_directly_imported_by(module)
    }
    sizes = Counter(room_of(module, packages) for module in modules)
    edges: Counter[Edge] = Counter()
    for module in modules:
        for imported in graph.find_modules_directly_imported_by(module):
            pair = room_of(module, packages), room_of(imported, packages)
            if pair[0] != pair[1]:
                edges[pair] += 1
    for _, imported in edges:
        sizes.setdefault(imported, 1)
    return dict(sizes), dict(edges)


def is_upward(edge: Edge, edges: Mapping[Edge, int]) -> bool:
    """Whether the other way is the more usual one between two rooms: such an import stands against the order."""
    other_way = edges.get((edge[1], edge[0]), 0)
    return (edges[edge], edge) < (other_way, (edge[1], edge[0])) if other_way else False


def layers(rooms: Iterable[str], edges: Mapping[Edge, int]) -> list[list[str]]:
    """Rooms from the top down: each below all that import it.

    Of two rooms that import each other the one that does so more often stands above. Rooms that still go in a circle
    share a layer.
    """
    rooms = sorted(rooms)
    imports: dict[str, set[str]] = {room: set() for room in rooms}
    for importing, imported in edges:
        if importing in imports and imported in imports and not is_upward((importing, imported), edges):
            imports[importing].add(imported)
    reach = {room: _reachable(room, imports) for room in rooms}
    together = {
        room: frozenset({room} | {other for other in reach[room] if room in reach[other]}) for room in rooms
    }
    depth: dict[frozenset[str], int] = {}

    def height(group: frozenset[str]) -> int:
        if group not in depth:
            below = {together[imported] for room in group for imported in imports[room]} - {group}
            depth[group] = 1 + max(map(height, below), default=-1)
        return depth[group]

    by_height: dict[int, list[str]] = defaultdict(list)
    for room in rooms:
        by_height[height(together[room])].append(room)
    return [by_height[level] for level in sorted(by_height, reverse=True)]


def _reachable(room: str, imports: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [room]
    while waiting:
        for imported in imports[waiting.pop()] - found:
            found.add(imported)
            waiting.append(imported)
    return found


def shortest(edges: Iterable[Edge]) -> set[Edge]:
    """The edges that no longer way replaces: those drawn dark."""
    imports: dict[str, set[str]] = defaultdict(set)
    edges = list(edges)
    for importing, imported in edges:
        imports[importing].add(imported)
        imports.setdefault(imported, set())
    return {
        (importing, imported)
        for importing, imported in edges
        if not any(
            imported in _reachable(other, imports) for other in imports[importing] - {imported, importing}
        )
    }


def draw(sizes: Mapping[str, int], edges: Mapping[Edge, int]) -> str:
    """The picture as SVG text, whatever the order of what is given."""
    sizes, edges = dict(sorted(sizes.items())), dict(sorted(edges.items()))
    groups = {name: [room for room in sizes if room.startswith(f"{name}/")] for name in PACKAGES}
    rows = {name: layers(groups[name], edges) for name in PACKAGES}
    width = {
        name: 2 * _PADDING + max(map(len, rows[name])) * (_BOX_WIDTH + _GAP_X) - _GAP_X for name in PACKAGES
    }
    height = {
        name: _TITLE + len(rows[name]) * (_BOX_HEIGHT + _GAP_Y) - _GAP_Y + _PADDING for name in PACKAGES
    }
    whole = max(width["dashboard"] + _BETWEEN + width["etl"], width["indicators"], width["geodata"])
    top = max(height["dashboard"], height["etl"])
    corner = {
        "dashboard": (_MARGIN, _MARGIN),
        "etl": (_MARGIN + width["dashboard"] + _BETWEEN, _MARGIN),
        "indicators": (_MARGIN + (whole - width["indicators"]) / 2, _MARGIN + top + _BETWEEN),
        "geodata": (
            _MARGIN + (whole - width["geodata"]) / 2,
            _MARGIN + top + height["indicators"] + 2 * _BETWEEN,
        ),
    }
    total = _MARGIN + corner["geodata"][1] + height["geodata"]
    boxes = {
        box.room: box
        for name in PACKAGES
        for box in _boxes(rows[name], corner[name], width[name], height[name])
    }
    frames = {name: (*corner[name], width[name], height[name]) for name in PACKAGES}
    parts = [
        *_head(sizes, edges, whole + 2 * _MARGIN, total),
        *(_frame(name, *frames[name]) for name in PACKAGES),
        *_inner_arrows(boxes, edges),
        *_outer_arrows(frames, edges),
        *(_box(box, sizes[box.room]) for box in boxes.values()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _boxes(rows: list[list[str]], corner: tuple[float, float], width: float, height: float) -> Iterable[Box]:
    for level, row in enumerate(rows):
        row_width = len(row) * (_BOX_WIDTH + _GAP_X) - _GAP_X
        left = corner[0] + (width - row_width) / 2
        for place, room in enumerate(row):
            yield Box(
                room,
                left + place * (_BOX_WIDTH + _GAP_X),
                corner[1] + _TITLE + level * (_BOX_HEIGHT + _GAP_Y),
            )


def _head(sizes: Mapping[str, int], edges: Mapping[Edge, int], width: float, height: float) -> list[str]:
    arrows = "; ".join(
        f"{importing} imports {imported} ({count})" for (importing, imported), count in edges.items()
    )
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        'role="img" aria-labelledby="title desc" font-family="Helvetica, Arial, sans-serif" fill="#0b0c0c">',
        '<title id="title">The project\'s rooms and what imports what</title>',
        f'<desc id="desc">{len(sizes)} rooms in four packages. Dashboard and etl stand side by side at the top, indicators '
        f"below them, geodata at the foot. {escape(arrows)}.</desc>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z"/></marker></defs>',
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>',
    ]


def _frame(name: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<g><rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" fill="{_FILLS[name]}" '
        f'stroke="#505a5f"/><text x="{x + _PADDING:g}" y="{y + 22:g}" font-size="16" font-weight="bold">{name}</text></g>'
    )


def _box(box: Box, size: int) -> str:
    middle = box.x + _BOX_WIDTH / 2
    name = box.room.split("/")[1]
    words = "its own modules" if name == "*" else name
    return (
        f'<g><rect x="{box.x:g}" y="{box.y:g}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="4" fill="#ffffff" '
        f'stroke="#0b0c0c"/><text x="{middle:g}" y="{box.y + 18:g}" font-size="13" text-anchor="middle">'
        f'{escape(words)}</text><text x="{middle:g}" y="{box.y + 34:g}" font-size="11" fill="#505a5f" '
        f'text-anchor="middle">{size} module{"" if size == 1 else "s"}</text></g>'
    )


def _inner_arrows(boxes: Mapping[str, Box], edges: Mapping[Edge, int]) -> Iterable[str]:
    """Arrows between rooms of one package; dark where no longer way leads there, else pale."""
    inner = [edge for edge in edges if edge[0].split("/")[0] == edge[1].split("/")[0]]
    upward = {edge for edge in inner if is_upward(edge, edges)}
    chief = shortest(edge for edge in inner if edge not in upward) | upward
    leaving: dict[str, list[Edge]] = defaultdict(list)
    arriving: dict[str, list[Edge]] = defaultdict(list)
    for edge in inner:
        leaving[edge[0]].append(edge)
        arriving[edge[1]].append(edge)
    for room in boxes:
        leaving[room].sort(key=lambda edge: (boxes[edge[1]].x, boxes[edge[1]].y))
        arriving[room].sort(key=lambda edge: (boxes[edge[0]].x, boxes[edge[0]].y))
    # the pale ones first, so that the dark ones lie on top
    for edge in sorted(inner, key=lambda edge: (edge in chief, edge)):
        importing, imported = edge
        start = boxes[importing].port(
            leaving[importing].index(edge), len(leaving[importing]), bottom=boxes[importing].y <= boxes[imported].y
        )  # fmt: skip
        end = boxes[imported].port(
            arriving[imported].index(edge), len(arriving[imported]), bottom=boxes[importing].y > boxes[imported].y
        )  # fmt: skip
        yield _arrow(edge, start, end, edges[edge], chief=edge in chief, upward=edge in upward)


def _arrow(
    edge: Edge, start: tuple[float, float], end: tuple[float, float], count: int, *, chief: bool, upward: bool
) -> str:
    (x, y), (to_x, to_y) = start, end
    bend = max(24.0, abs(to_y - y) / 2) * (1 if to_y >= y else -1)
    colour, thick = ("#0b0c0c", 1.4) if chief else ("#b1b4b6", 1)
    dashes = ' stroke-dasharray="5 3"' if upward else ""
    label = _count((x + to_x) / 2, (y + to_y) / 2, count) if chief else ""
    return (
        f'<g data-from="{edge[0]}" data-to="{edge[1]}"><title>{edge[0]} imports {edge[1]}: {count}</title>'
        f'<path d="M{x:.1f} {y:.1f} C{x:.1f} {y + bend:.1f} {to_x:.1f} {to_y - bend:.1f} {to_x:.1f} {to_y:.1f}" '
        f'fill="none" stroke="{colour}" stroke-width="{thick}"{dashes} marker-end="url(#tip)"/>{label}</g>'
    )


def _count(x: float, y: float, count: int) -> str:
    return (
        f'<text x="{x:.1f}" y="{y + 4:.1f}" font-size="11" text-anchor="middle" stroke="#ffffff" stroke-width="4" '
        f'paint-order="stroke">{count}</text>'
    )


def _outer_arrows(
    frames: Mapping[str, tuple[float, float, float, float]], edges: Mapping[Edge, int]
) -> Iterable[str]:
    """One arrow from package to package, with all that it stands for."""
    totals: Counter[Edge] = Counter()
    for (importing, imported), count in edges.items():
        pair = importing.split("/")[0], imported.split("/")[0]
        if pair[0] != pair[1]:
            totals[pair] += count
    for (importing, imported), count in sorted(totals.items()):
        x, y, width, height = frames[importing]
        to_x, to_y, to_width, to_height = frames[imported]
        left = importing == "dashboard"
        foot = y + height
        if imported == "geodata" and importing in ("dashboard", "etl"):
            # past the outside of indicators, then in from the side
            inner_x, _, inner_width, _ = frames["indicators"]
            down = (
                min(x + width * 0.3, min(to_x, inner_x) - 30)
                if left
                else max(x + width * 0.7, max(to_x + to_width, inner_x + inner_width) + 30)
            )
            side, middle = (to_x if left else to_x + to_width), to_y + to_height / 2
            way = f"M{down:.1f} {foot:.1f} V{middle:.1f} H{side:.1f}"
            label = _count(down, foot + _BETWEEN / 2, count)
        else:
            start = x + width * (0.5 if importing == "indicators" else 0.7 if left else 0.3)
            end = to_x + to_width * (0.5 if importing == "indicators" else 0.25 if left else 0.75)
            way = f"M{start:.1f} {foot:.1f} L{end:.1f} {to_y:.1f}"
            label = _count((start + end) / 2, (foot + to_y) / 2, count)
        yield (
            f'<g data-from="{importing}" data-to="{imported}"><title>{importing} imports {imported}: {count}</title>'
            f'<path d="{way}" fill="none" stroke="#0b0c0c" stroke-width="2" marker-end="url(#tip)"/>{label}</g>'
        )


def main() -> int:
    """Write the picture."""
    PICTURE.write_text(draw(*room_imports()), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
