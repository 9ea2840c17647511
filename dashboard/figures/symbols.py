"""The symbol of each comparison, the same in charts, tables and maps: distinguished by its shape, not by colour alone.

Diamond better, circle similar, square worse, triangle up higher, triangle down lower, ring not compared, hatch illustrative.
"""

from __future__ import annotations

from dashboard.figures import colours


def symbol(compared: str, x: float, y: float, size: float, class_name: str = "wh-symbol") -> str:
    """SVG markup of a comparison's symbol with its middle at (x, y); ``size`` is half its width in pixels."""
    fill = colours.COMPARED.get(compared, colours.NOT_COMPARED)
    edge = colours.EDGE if compared in ("similar", "not_compared", "illustrative", "") else fill
    style = f'fill="{fill}" stroke="{edge}" stroke-width="1.5" class="{class_name}"'
    match compared.removeprefix("much_"):
        case "better":
            return f'<path d="{_diamond(x, y, size * 1.2)}" {style}/>'
        case "worse":
            side = size * 0.9
            return f'<rect x="{_n(x - side)}" y="{_n(y - side)}" width="{_n(2 * side)}" height="{_n(2 * side)}" {style}/>'
        case "higher":
            return f'<path d="{_triangle(x, y, size * 1.15, up=True)}" {style}/>'
        case "lower":
            return f'<path d="{_triangle(x, y, size * 1.15, up=False)}" {style}/>'
        case "illustrative":
            reach = size * 0.9
            near, far = _n(x - reach), _n(x + reach)
            high, low, left, right = (
                _n(y - reach / 2),
                _n(y + reach / 2),
                _n(x - reach / 2),
                _n(x + reach / 2),
            )
            hatch = f"M{near} {high}H{far}M{near} {low}H{far}M{left} {_n(y - reach)}V{_n(y + reach)}M{right} {_n(y - reach)}V{_n(y + reach)}"
            return f'<path d="{hatch}" fill="none" stroke="{colours.MUTED}" stroke-width="1.2" class="{class_name}"/>'
        case _:
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}" {style}/>'


def _diamond(x: float, y: float, reach: float) -> str:
    return (
        f"M{_n(x)} {_n(y - reach)}L{_n(x + reach)} {_n(y)}L{_n(x)} {_n(y + reach)}L{_n(x - reach)} {_n(y)}z"
    )


def _triangle(x: float, y: float, reach: float, *, up: bool) -> str:
    tip, base = (y - reach, y + reach * 0.8) if up else (y + reach, y - reach * 0.8)
    return f"M{_n(x)} {_n(tip)}L{_n(x + reach)} {_n(base)}L{_n(x - reach)} {_n(base)}z"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
