"""Texts of a user's own files that could run as formulas or break a file reach every output and do no harm."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from typer.testing import CliRunner

from dashboard.address.context import Context
from dashboard.serving.application import build_app
from etl.cli import app
from geodata.register import load_register
from indicators.catalogue import CatalogueError, load_catalogue
from indicators.settings import load_settings
from indicators.store import Store, schema

NOTTINGHAM = "E06000018"
TITLE = "=cmd|'/c calc'!A1 <script>alert(1)</script>"
TOML = f'''id = "hostile"
title = "{TITLE}"
short_title = "=HYPERLINK(\\"http://example.org\\",\\"x\\")"
theme = "+Housing"
definition = "-1 <img src=x onerror=alert(2)> ]]> &amp;"
rationale = "+1+1"
numerator = "@SUM(1)"
denominator = "-2+3"
unit = "=score"
format = {{ after = " =out of 10", heading = "=Score", highest = 10.0 }}
polarity = "none"
caveats = ["=1+1"]

[[routes]]
source = "local_upload"
publication = "=SUM(1)"
area_types = ["ltla"]
method = "published"
interval = "none"
value = ["hostile.value"]
'''
FIGURES = f"""area_code,area_name,period,value,note
{NOTTINGHAM},=1+1,2022/23,7.2,=cmd|'/c calc'!A1
{NOTTINGHAM},Nottingham,2023/24,7.4,"bell \u0007 and vertical tab \u000b, \ufffe"
"""


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's own; the data folder beside it is set in the environment."""
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "hostile.toml").write_text(TOML, encoding="utf-8")
    (folder / "hostile.csv").write_text(FIGURES, encoding="utf-8")
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("WORKHEALTH_LOCAL_DIR", str(folder))
    monkeypatch.delenv("WORKHEALTH_DATABASE_URL", raising=False)
    return folder


@pytest.mark.slow
def test_no_output_fails_or_holds_a_formula(local: Path) -> None:
    ended = CliRunner().invoke(app, ["refresh", "local_upload"])
    assert ended.exit_code == 0, ended.output
    settings, register, indicators = load_settings(), load_register(), load_catalogue(local=local)
    store = Store(settings.store_url, register=register, catalogue=indicators)
    rows = store.observations(indicator_id="hostile", area_type="ltla", period="2023-04-01/P1Y")
    assert [row["note"] for row in rows] == ["bell  and vertical tab , "]
    # as a store holds that was filled before such characters were refused
    with store.connections.writing() as connection:
        connection.execute(schema.release.update().values(publication="Bell \u0007"))
        connection.execute(schema.observation.update().values(note="=Bell \u0007"))
    context = Context(settings, register, indicators, store, lambda: date(2026, 11, 22))
    client = build_app(context).server.test_client()
    pack = client.get(f"/areas/{NOTTINGHAM}/pack.xlsx")
    assert pack.status_code == 200
    texts = []
    for sheet in openpyxl.load_workbook(io.BytesIO(pack.data)):
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix, (sheet.title, cell.coordinate, cell.value)
                    texts.append(cell.value)
    assert TITLE in texts
    for address in (f"/feeds/areas/{NOTTINGHAM}.atom", "/feeds/indicators/hostile.atom"):
        feed = client.get(address)
        assert feed.status_code == 200
        ElementTree.fromstring(feed.data)
    table = client.get("/data/hostile.csv")
    rows = list(csv.reader(io.StringIO(table.get_data(as_text=True))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))]
    page = client.get(f"/compare?indicator=hostile&area_type=ltla&area={NOTTINGHAM}")
    assert page.status_code == 200
    assert "<script>alert(1)" not in page.get_data(as_text=True)


@pytest.mark.parametrize("escape", ["\\u0007", "\\u000b", "\\u0000", "\\ufffe"])
def test_a_control_character_in_a_toml_is_refused_by_its_key(local: Path, escape: str) -> None:
    path = local / "hostile.toml"
    path.write_text(TOML.replace('rationale = "+1+1"', f'rationale = "so {escape} and so"'), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(local=local)
    assert (
        f"hostile.toml: rationale: holds the control character {escape[1:].upper().replace('U', 'U+')}"
        in str(caught.value)
    )
