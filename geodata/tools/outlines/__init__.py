"""Our own approximate outlines, drawn from the centres of small areas; ``python -m geodata outlines`` (docs/outlines.md)."""
