"""How the notes of figures of merged areas begin, which other rooms know them by."""

from __future__ import annotations

MERGED = "Sum of the areas that merged into it: "
"""Of a figure that was summed from areas which merged whole into the area; their names follow."""
