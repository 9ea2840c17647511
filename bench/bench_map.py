"""The map in a real browser: time to repaint, also beside a group of areas, bytes, first visit and later navigation.

Headless Chromium against gunicorn with two workers and the starter edition; medians of ten. A change is timed inside
the page, from the event of the control to the frame after the new colours stand in the document. Bytes are those the
browser's network log counts: compressed bodies and headers of every answer that a change leads to.
The last line printed is one JSON object.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import quote

from bench.bench_groups import large_groups
from bench.serving import Server, browsing, has_boundaries, serving, starter_store
from geodata.register import load_register

RUNS = 10
MAP = "/map?indicator=employment-rate&area_type=ltla"
# of counts that are published, so that every area can be compared with a group
COUNTED = "/map?indicator=disability-prevalence&area_type=ltla"
MOST_MS = 100
MOST_MS_WITH_GROUP = 120
MOST_BYTES = 2_048
_DRAWN = "document.querySelector('#map-drawing')?.dataset.drawn"
# resolves with the milliseconds from the control's event to the second frame after the map says that it is another one
_WAIT = """  const holder = document.getElementById('map-drawing'), before = holder.dataset.drawn;
  const late = setTimeout(() => reject(new Error('no repaint within 10 s of ' + id + ' = ' + value)), 10000);
  let started;
  new MutationObserver((_, watcher) => {
    if (holder.dataset.drawn === before) return;
    watcher.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { clearTimeout(late); resolve(performance.now() - started); }));
  }).observe(holder, {attributes: true, attributeFilter: ['data-drawn']});
"""
_CHANGE = f"""([id, value]) => new Promise((resolve, reject) => {{
{_WAIT}
  const control = document.getElementById(id);
  control.value = value;
  started = performance.now();
  control.dispatchEvent(new Event('change', {{bubbles: true}}));
}})"""
# a group that is in no list of the page: the same change of the address that the list of benchmarks makes
_BENCHMARK = f"""([id, value]) => new Promise((resolve, reject) => {{
{_WAIT}
  started = performance.now();
  window.workhealth.change({{[id]: value}});
}})"""
# scripts follow the address, so that a change does not load the document anew
_READY = f"() => Boolean({_DRAWN}) && document.documentElement.classList.contains('wh-ready')"
_SETTLED_MS = 700  # after this long without an answer nothing more comes


class Change(NamedTuple):
    """A change of the map: milliseconds by the clock until the repaint, bytes received, and milliseconds of processor time
    of the page until then, which say more on a machine that others use too.
    """

    milliseconds: float
    bytes: int
    processor_ms: float


class Wire:
    """Bytes and answers that a page has received so far."""

    def __init__(self, page: Any) -> None:
        self.bytes = 0
        self.answers: list[tuple[str, int]] = []
        self._addresses: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.responseReceived", self._started)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self._session = session

    def processor_ms(self) -> float:
        """Milliseconds of processor time that the page has taken so far."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return next(1000 * float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")

    def _started(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        size = round(event["encodedDataLength"])
        self.bytes += size
        self.answers.append((self._addresses.get(event["requestId"], ""), size))


@contextmanager
def _visit(browser: Any, server: Server) -> Iterator[tuple[Any, Wire]]:
    """A page of a browser that has never been here."""
    context = browser.new_context(base_url=server.address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page, Wire(page)
    context.close()


def _first_visit(browser: Any, server: Server) -> tuple[float, int, list[tuple[str, int]]]:
    with _visit(browser, server) as (page, wire):
        page.goto(MAP, wait_until="commit")
        page.wait_for_function(f"() => Boolean({_DRAWN})", polling="raf")
        milliseconds = page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => done(performance.now())))"
        )
        page.wait_for_timeout(_SETTLED_MS)
        return milliseconds, wire.bytes, wire.answers


def _changes(
    browser: Any,
    server: Server,
    control: str,
    values: Sequence[str],
    *,
    address: str = MAP,
    script: str = _CHANGE,
) -> list[Change]:
    """``RUNS`` changes to values that this browser has not shown yet or long since.

    From ``address`` on; ``script`` makes a change of ``control`` to a value and waits for the repaint.
    """
    with _visit(browser, server) as (page, wire):
        page.goto(address)
        page.wait_for_function(_READY)
        page.wait_for_timeout(_SETTLED_MS)
        found = []
        for value in values[:RUNS]:
            before, processor_ms = wire.bytes, wire.processor_ms()
            milliseconds = page.evaluate(script, [control, value])
            processor_ms = wire.processor_ms() - processor_ms
            page.wait_for_timeout(_SETTLED_MS)
            found.append(Change(milliseconds, wire.bytes - before, processor_ms))
        return found


def _navigations(browser: Any, server: Server) -> list[float]:
    """Milliseconds from a click on a tab to the drawn map, and back to the comparison."""
    with _visit(browser, server) as (page, _):
        page.goto(MAP)
        page.wait_for_function(_READY)
        page.wait_for_timeout(_SETTLED_MS)
        found = []
        for _ in range(RUNS):
            for words, arrived in (("Compare", "#page table"), ("Map", "#map-drawing[data-drawn]")):
                found.append(
                    page.evaluate(
                        """([words, selector]) => new Promise(resolve => {
                          const link = [...document.querySelectorAll('.wh-tab')].find(one => one.textContent === words);
                          const path = new URL(link.href).pathname, started = performance.now();
                          const look = () => {
                            const there = location.pathname === path && document.querySelector(selector) &&
                              (path !== '/map' ? !document.querySelector('#map-drawing') : true);
                            if (there) requestAnimationFrame(() => resolve(performance.now() - started));
                            else requestAnimationFrame(look);
                          };
                          link.click();
                          look();
                        })""",
                        [words, arrived],
                    )
                )
                page.wait_for_timeout(_SETTLED_MS)
        return found


def _values(browser: Any, server: Server, control: str, wanted: Callable[[str], bool]) -> tuple[str, ...]:
    with _visit(browser, server) as (page, _):
        page.goto(MAP)
        page.wait_for_selector(f"#{control}")
        values = page.locator(f"#{control} option").evaluate_all("all => all.map(one => one.value)")
        return tuple(value for value in values[1:] if wanted(value))


def _indicators(server: Server, browser: Any) -> tuple[str, ...]:
    """Indicators with figures for local authorities, over and over."""
    with _visit(browser, server) as (page, _):
        page.goto("/")
        answer = page.evaluate("() => fetch('/api/v1/indicators').then(answer => answer.json())")
    known = [
        indicator["id"]
        for indicator in answer["indicators"]
        if any(row["area_type"] == "ltla" for row in indicator["loaded"])
    ]
    # the page opens on the employment rate
    others = [indicator_id for indicator_id in known if indicator_id != "employment-rate"]
    return tuple([*others, "employment-rate"] * RUNS)


def _print_changes(
    words: str, changes: Sequence[Change], most_ms: int, most_bytes: int | None = None
) -> None:
    milliseconds = statistics.median(change.milliseconds for change in changes)
    processor_ms = statistics.median(change.processor_ms for change in changes)
    size = statistics.median(change.bytes for change in changes)
    bars = f"bar {most_ms} ms" if most_bytes is None else f"bars {most_ms} ms and {most_bytes:,} bytes"
    print(
        f"  change of {words + ':':<33} {milliseconds:6.0f} ms to repaint ({processor_ms:.0f} ms of the page's processor "
        f"time), {size:8,.0f} bytes; {bars}  (slowest {max(change.milliseconds for change in changes):.0f} ms, "
        f"largest {max(change.bytes for change in changes):,} bytes)"
    )


def main() -> None:
    folder = starter_store()
    with serving(folder) as server, browsing() as browser:
        _first_visit(browser, server)  # the workers' caches are warm, the browser's is not
        visits = [_first_visit(browser, server) for _ in range(RUNS)]
        periods = _changes(browser, server, "choose-period", _values(browser, server, "choose-period", bool))
        indicators = _changes(browser, server, "choose-indicator", _indicators(server, browser))
        groups = large_groups(load_register(), "ltla", RUNS + 1)
        benchmarks = _changes(browser, server, "benchmark", groups[1:], address=COUNTED, script=_BENCHMARK)
        with_group = _changes(
            browser,
            server,
            "choose-indicator",
            _indicators(server, browser),
            address=f"{COUNTED}&benchmark={quote(groups[0])}",
        )
        navigations = _navigations(browser, server)
    drawn = (
        "official boundaries"
        if has_boundaries(folder)
        else "approximate outlines (no official boundaries here)"
    )
    print(
        f"Map of 296 local authorities, {drawn}; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    figures = {
        "repaint_ms": max(
            statistics.median(change.milliseconds for change in changes) for changes in (periods, indicators)
        ),
        "bytes": max(
            statistics.median(change.bytes for change in changes) for changes in (periods, indicators)
        ),
        "group_repaint_ms": max(
            statistics.median(change.milliseconds for change in changes)
            for changes in (benchmarks, with_group)
        ),
        "first_visit_ms": statistics.median(visit[0] for visit in visits),
        "first_visit_bytes": statistics.median(visit[1] for visit in visits),
        "navigation_ms": statistics.median(navigations),
    }
    _print_changes("period", periods, MOST_MS, MOST_BYTES)
    _print_changes("indicator", indicators, MOST_MS, MOST_BYTES)
    _print_changes("benchmark, to a group of sixty", benchmarks, MOST_MS_WITH_GROUP)
    _print_changes("indicator, compared with a group", with_group, MOST_MS_WITH_GROUP)
    print(
        f"  first visit:          {figures['first_visit_ms']:8.1f} ms to a drawn map, {figures['first_visit_bytes']:10,.0f} bytes"
    )
    print(f"  later navigation:     {figures['navigation_ms']:8.1f} ms")
    print("  largest answers of a first visit:")
    for address, size in sorted(visits[-1][2], key=lambda answer: -answer[1])[:8]:
        print(f"    {size:>9,}  {address.removeprefix(server.address)[:100]}")
    print(json.dumps({name: round(figure, 1) for name, figure in figures.items()}))
