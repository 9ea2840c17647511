"""Approximate outlines: how small the committed layers are, how true, and how long a first drawing takes."""

from __future__ import annotations

import csv
import gzip
import json
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
    files = {path.name: path.stat().st_size for path in FOLDER.glob("*.topojson")}
    print(
        f"all {len(rows)} layers in {len(files)} files: {sum(files.values()) / 1000:.0f} kB, not packed; "
        f"bar {MOST_BYTES_IN_ALL / 1000:.0f} kB"
    )
    alone = {f"{row['area_type']}-{row['vintage']}": int(row["gzipped_bytes"]) for row in rows}
    sent = {}
    for row in rows:
        collection = outlines_geojson(row["area_type"], int(row["vintage"]))
        body = json.dumps(drawing(collection, geographic=True), separators=(",", ":")).encode()
        sent[f"{row['area_type']}-{row['vintage']}"] = len(gzip.compress(body, 9))
    for words, sizes in (("as TopoJSON", alone), ("as the drawing that a browser gets", sent)):
        largest = max(sizes, key=lambda name: sizes[name])
        print(
            f"largest layer {words}: {largest}, {sizes[largest] / 1000:.1f} kB after gzip; "
            f"bar {MOST_BYTES / 1000:.0f} kB"
        )
    started = time.perf_counter()
    drawn = drawing(outlines_geojson(*_LARGEST), geographic=True)
    print(
        f"{'-'.join(map(str, _LARGEST))} read and drawn, {len(drawn['areas'])} areas: "
        f"{1000 * (time.perf_counter() - started):.0f} ms, once a process"
    )
