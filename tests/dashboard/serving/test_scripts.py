"""All scripts in one file, kept by the browser for good."""

from __future__ import annotations

import re
from typing import Any

from dashboard.serving import scripts
from dashboard.serving.static import ASSETS


def test_a_document_loads_every_script_in_one_file_before_dash(client: Any) -> None:
    page = client.get("/map").get_data(as_text=True)
    found = re.search(r'<script src="(/scripts-\w+\.js)">', page)
    assert found and page.count("/scripts-") == 1
    assert page.index(found[0]) < page.index("/_dash-component-suites/")
    assert not re.search(r'src="/assets/[^"]+\.js', page)
    answer = client.get(found[1])
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]
    for path in ASSETS.rglob("*.js"):
        if "vendor" not in path.parts or path.name.startswith("morphdom"):
            assert path.read_text(encoding="utf-8").strip() in text, path.name
    # the page is made ready when every file has been read
    assert text.rstrip().endswith("window.workhealth.start();")


def test_an_older_page_gets_the_scripts_there_are_and_does_not_keep_them(client: Any) -> None:
    answer = client.get("/scripts-000000000000.js")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_no_script_is_left_out_or_there_twice() -> None:
    names = [str(path.relative_to(ASSETS)) for path in scripts.files()]
    assert len(names) == len(set(names)) > 15
    assert names.index("page.js") < names.index("map/protocol.js")
    assert not [name for name in names if name.startswith("vendor")]
