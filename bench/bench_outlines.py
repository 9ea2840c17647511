"""Approximate outlines: how small the committed layers are, how true, and how long a first drawing takes."""

from __future__ import annotations

import csv
import gzip
import time

from geodata.drawing import drawing
from geodata.outlines import FOLDER, outlines_geojson
from geodata.tools.outlines.build import MOST_BYTES, MOST_BYTES_IN_ALL, markdown_table

_LARGEST = ("ltla", 2017)


def main() -> None:
    """Print the report of the layers, their sizes against the bars, and the time from file to drawing."""
    with (FOLDER / "report.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    print("\n".join(markdown_table(rows)))
    layers = {path.stem: path.read_bytes() for path in FOLDER.glob("*.topojson")}
    sizes = {name: len(gzip.compress(layer, 9)) for name, layer in layers.items()}
    largest = max(sizes, key=lambda name: sizes[name])
    print(
        f"largest layer: {largest}, {sizes[largest] / 1000:.1f} kB after gzip; bar {MOST_BYTES / 1000:.0f} kB"
    )
    print(
        f"all {len(sizes)} layers: {sum(sizes.values()) / 1000:.0f} kB after gzip; bar {MOST_BYTES_IN_ALL / 1000:.0f} kB; "
        f"{sum(map(len, layers.values())) / 1000:.0f} kB as files"
    )
    started = time.perf_counter()
    drawn = drawing(outlines_geojson(*_LARGEST), geographic=True)
    print(
        f"{'-'.join(map(str, _LARGEST))} read and drawn, {len(drawn['areas'])} areas: "
        f"{1000 * (time.perf_counter() - started):.0f} ms, once a process"
    )
