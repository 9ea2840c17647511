"""The service under a path of a site, behind nginx as it ships: every request of a browser stays below the path."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT, Visit, free_port, listen, required

pytestmark = pytest.mark.browser

PATH = "/work-health"
NGINX = ROOT / "deploy" / "nginx"


def _nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        if required("front"):
            pytest.fail("nginx is not installed, and WORKHEALTH_REQUIRE asks for it")
        pytest.skip("nginx is not installed; on Debian: apt-get install nginx")
    return found


def _site(folder: Path, front: int, web: int) -> Path:
    """A site of its own that includes the file for a path; upstream, zones and cache as nginx.conf has them."""
    shared, _, _ = (NGINX / "nginx.conf").read_text(encoding="utf-8").partition("  server {")
    for old, new in {
        "/var/cache/nginx/workhealth": f"{folder}/cache",
        "/var/log/nginx": str(folder),
        "include mime.types;": "",
        "127.0.0.1:8050": f"127.0.0.1:{web}",
        "worker_rlimit_nofile 40000;": "",
    }.items():
        assert old in shared, old
        shared = shared.replace(old, new)
    # workers of a server that root starts change to another user, who may not read this folder
    user = "user root;\n" if os.geteuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(
        f"{user}pid {folder}/nginx.pid;\ndaemon off;\n{shared}\n"
        f"  server {{\n    listen 127.0.0.1:{front};\n    include {NGINX}/under-a-path.conf;\n"
        "    location / { return 404; }\n  }\n}\n",
        encoding="utf-8",
    )
    return path


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def below(data_dir: Path, boundaries: bool, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the service below ``PATH``; anything else on its host is answered with 404."""
    nginx = _nginx()
    folder = tmp_path_factory.mktemp("under-a-path")
    front, web = free_port(), free_port()
    address = f"http://127.0.0.1:{front}{PATH}"
    environment = {
        **os.environ,
        "WORKHEALTH_DATA_DIR": str(data_dir),
        "WORKHEALTH_DATABASE_URL": "",
        "WORKHEALTH_PUBLIC_URL": address,
    }
    log = folder / "servers.log"
    program = [sys.executable, "-OO", "-m", "gunicorn", "--bind", f"127.0.0.1:{web}", "--workers", "1"]
    with log.open("w", encoding="utf-8") as out:
        app = subprocess.Popen(
            [*program, "app:server"], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        site = _site(folder, front, web)
        proxy = subprocess.Popen([nginx, "-c", str(site)], stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"http://127.0.0.1:{web}/healthz", app, log)
            _wait_for(f"{address}/healthz", proxy, log)
            yield address
        finally:
            for server in (proxy, app):
                server.terminate()
                server.wait(timeout=20)


@pytest.fixture
def visitor(browser: Any, below: str) -> Iterator[Visit]:
    """A fresh page that notes every message, and every request that leaves the path."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    made = Visit(page, below)
    listen(made, (f"{below}/", "data:", "blob:", "about:"))
    yield made
    assert made.messages == []
    assert made.strays == []
    context.close()


def _path(page: Any) -> str:
    return str(page.evaluate("() => window.location.pathname"))


def test_from_home_to_a_changed_map_and_back(visitor: Visit) -> None:
    page = visitor.page
    visitor.go("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Explore", exact=True).click()
    page.wait_for_url(re.compile(rf"{PATH}/map"))
    visitor.settle("[data-area-code]")
    before = page.locator("h1").inner_text()
    page.locator("select[data-state-key=indicator]").first.select_option("disability-prevalence")
    page.wait_for_url(re.compile(r"indicator=disability-prevalence"))
    visitor.settle("[data-area-code]")
    assert _path(page) == f"{PATH}/map"
    assert page.locator("h1").inner_text() != before
    page.locator("[data-area-code='E06000018']").first.dispatch_event("click")
    page.wait_for_url(re.compile(r"area=E06000018"))
    visitor.settle("#map-chosen a")
    assert page.locator(f"#map-chosen a[href^='{PATH}/areas/E06000018']").count() >= 1
    page.go_back()
    visitor.settle("[data-area-code]")
    assert _path(page) == f"{PATH}/map"
    page.get_by_role("navigation", name="Explore").get_by_role("link", name="Trends", exact=True).click()
    page.wait_for_url(re.compile(rf"{PATH}/trends\?.*indicator=disability-prevalence"))
    visitor.settle("table")


def test_an_area_is_searched_and_its_files_are_downloaded(visitor: Visit) -> None:
    page = visitor.page
    visitor.go("/about")
    box = page.locator("header input[name=q]")
    box.fill("nottingham")
    page.locator("[data-area-code='E06000018']").first.wait_for(state="visible")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(re.compile(rf"{PATH}/areas/"))
    visitor.settle()
    assert "Nottingham" in page.locator("h1").inner_text()
    door = page.locator(".wh-nav-link[data-door='/areas']")
    assert str(door.get_attribute("href")).startswith(f"{PATH}/areas/")
    for name, magic in (("Workbook", b"PK"), ("Download CSV", b"")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=re.compile(name)).first.click()
        content = Path(waiting.value.path()).read_bytes()
        assert content.startswith(magic) and len(content) > 1000
    # the address of the code to embed is whole
    details = page.locator("details", has_text="Embed this chart").first
    details.locator("summary").click()
    page.wait_for_function("() => /<iframe/.test(document.querySelector('[data-embed]').textContent)")
    code = details.locator("code").inner_text()
    framed = re.search(r'src="([^"]+)"', code)
    assert framed is not None and framed[1].startswith(f"{visitor.base}/embed/areas/")
    assert page.request.get(framed[1].replace("&amp;", "&")).status == 200
    # remembered on the home page
    visitor.go("/")
    assert page.locator(f".wh-recent a[href='{PATH}/areas/E06000018']").count() == 1


def test_a_list_is_filtered_and_a_group_is_made(visitor: Visit) -> None:
    page = visitor.page
    visitor.go("/indicators")
    page.locator("#filter-list").fill("employment")
    page.locator("#filter-list").press("Enter")
    page.wait_for_url(re.compile(rf"{PATH}/indicators\?"))
    page.locator("#page table a:visible").first.click()
    page.wait_for_url(re.compile(rf"{PATH}/indicators/"))
    visitor.settle()
    visitor.go("/groups")
    page.locator("#group-members").fill("E06000018\nE06000060")
    page.locator("#group-form button[type=submit]").click()
    page.wait_for_url(re.compile(rf"{PATH}/groups\?.*E06000060"))
    visitor.settle()
    page.locator("#page a", has_text="Map").first.click()
    page.wait_for_url(re.compile(rf"{PATH}/map\?"))
    visitor.settle("[data-area-code]")
    visitor.go("/overview?area=E06000018", ready="table")
    assert visitor.go("/nowhere").status == 404
    visitor.messages.clear()  # the browser says of the 404 that it is one
    page.get_by_role("link", name="Go to the map").click()
    page.wait_for_url(re.compile(rf"{PATH}/map"))
    visitor.settle("[data-area-code]")
