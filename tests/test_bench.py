"""The tools for those who work on the code: faults, floors, bars, and addresses that never come twice."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest

from bench.bench_lands import without_sums
from bench.bench_mutants import (
    Coverage,
    Room,
    digest_of,
    digest_of_support,
    listed_faults,
)
from bench.bench_serve import Verdict, baseline_verdicts
from bench.floors import File, report_rooms, share, spans
from bench.load import OnceOnly, RepeatedAddress
from bench.mutant_worker import modules_touched
from bench.mutations import mutations_of, sample
from indicators.catalogue import catalogue

SOURCE = b'''"""Words."""
def near(a, b=2, *, far=True):
    if not a:
        return None
    if (a < b
            and far):
        found.append(a[1:])
    log.info("%s", 3)
    return -a + b ** 2 if far else f"{a + 1}"
'''


def test_faults_of_each_kind_and_no_other() -> None:
    faults = {
        (fault.line, fault.operator, fault.original, fault.replacement)
        for fault in mutations_of("x.py", SOURCE)
    }
    assert faults == {
        (2, "constant", "2", "3"),
        (2, "constant", "2", "1"),
        (2, "default", "2", "None"),
        (2, "constant", "True", "False"),
        (2, "default", "True", "None"),
        (3, "not", "not", ""),
        (5, "comparison", "<", "<="),
        (6, "and/or", "and", "or"),
        (7, "call", "found.append(a[1:])", "pass"),
        (7, "slice", "1", ""),
        (7, "constant", "1", "2"),
        (7, "constant", "1", "0"),
        (9, "returned value", 'return -a + b ** 2 if far else f"{a + 1}"', "return None"),
        (9, "condition", "far", "(not (far))"),
        (9, "minus sign", "-", ""),
        (9, "arithmetic", "+", "-"),
        (9, "arithmetic", "**", "*"),
        (9, "constant", "2", "3"),
        (9, "constant", "2", "1"),
    }


def test_a_fault_changes_its_place_only_and_knows_its_statement() -> None:
    fault = next(fault for fault in mutations_of("x.py", SOURCE) if fault.operator == "and/or")
    assert fault.apply(SOURCE) == SOURCE.replace(b"            and far", b"            or far")
    assert (fault.line, fault.statement) == (6, 5)
    assert fault.words() == "x.py:6  and/or: and → or"


@pytest.mark.parametrize(
    ("source", "many"),
    [
        ("zip(a, b, strict=True)", 0),
        ("rows.groupby(key, sort=True)", 0),
        ("rows.groupby(key, dropna=True)", 1),
        ("factorize(rows, sort=True)", 1),
        ("rows.merge(other, sort=True)", 1),
    ],
)
def test_the_order_of_groups_and_what_a_zip_asserts_are_left_alone(source: str, many: int) -> None:
    faults = mutations_of("x.py", f"found = {source}\n".encode())
    assert [fault.operator for fault in faults] == ["constant"] * many


def test_text_that_is_not_ascii_does_not_move_a_fault() -> None:
    source = 'words = "–"; limit = 3\n'.encode()
    assert [fault.apply(source).decode() for fault in mutations_of("x.py", source)] == [
        'words = "–"; limit = 2\n',
        'words = "–"; limit = 4\n',
    ]


def test_a_sample_is_the_same_each_time() -> None:
    faults = mutations_of("x.py", SOURCE)
    assert sample(faults, 5, seed=7) == sample(reversed(faults), 5, seed=7)
    assert len(sample(faults, 5, seed=7)) == 5
    assert sample(faults, 1000, seed=7) == faults


def test_tests_of_a_line_come_first_and_a_fixture_counts_for_those_who_use_it() -> None:
    covered = Coverage()
    covered.add(
        {
            "owners": {
                "x.py": {
                    "1": [""],
                    "2": [""],
                    "3": ["slow", "quick"],
                    "5": ["fixture tests store"],
                    "9": ["near"],
                }
            },
            "fixtures": {"quick": [], "slow": [], "near": [], "uses": ["fixture tests store"]},
            "seconds": {"quick": 0.1, "slow": 3.0, "near": 0.2, "uses": 0.3},
        }
    )
    by_line = {fault.line: covered.tests_for(fault) for fault in mutations_of("x.py", SOURCE)}
    assert by_line[3] == ["quick", "slow", "near", "uses"]
    # line 6 belongs to the statement of line 5
    assert by_line[6] == ["uses", "quick", "near", "slow"]
    # run at import, in no test: whatever runs the file
    assert by_line[2] == ["quick", "near", "uses", "slow"]
    assert by_line[7] == []


def test_the_file_named_after_the_module_and_the_first_two_are_tried_soonest() -> None:
    fault = mutations_of("code/x.py", SOURCE)[0]
    tests = ["b.py::one", "a.py::two", "b.py::slow", "c.py::three", "d.py::four", "tests/test_x.py::five"]
    covered = Coverage(seconds={"b.py::slow": 9.0})
    assert covered.soonest(fault, tests) == ["a.py::two", "b.py::one", "tests/test_x.py::five"]
    # three files to read instead of four: not worth a run of its own
    assert covered.soonest(fault, [test for test in tests if not test.startswith("d")]) == []
    assert covered.soonest(fault, []) == []


def test_what_a_file_of_tests_showed_holds_until_it_or_what_it_rests_on_changes(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "mutant_worker.py").touch()
    (tmp_path / "tests").mkdir()
    for name in ("test_a.py", "test_b.py", "toolkit.py"):
        (tmp_path / "tests" / name).touch()

    def digest() -> str:
        digest_of_support.cache_clear()
        return digest_of(tmp_path, "tests/test_a.py")

    before = digest()
    (tmp_path / "tests" / "test_b.py").write_text("# another file of tests")
    assert digest() == before
    (tmp_path / "tests" / "test_a.py").write_text("# changed")
    changed = digest()
    (tmp_path / "tests" / "toolkit.py").write_text("# changed")
    assert len({before, changed, digest()}) == 3


def test_a_room_without_files_is_an_error(tmp_path: Path) -> None:
    room = Room("rules", ("new/rules/*.py", "old/rules.py"), ("tests/*",))
    with pytest.raises(FileNotFoundError, match="rules: no file is like"):
        room.sources(tmp_path)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "rules.py").touch()
    assert room.sources(tmp_path) == [tmp_path / "old" / "rules.py"]


def test_a_list_of_survivors_names_its_faults_again() -> None:
    faults = mutations_of("x.py", SOURCE)
    lines = [f"{fault.words()}  (survived; 3 tests)" for fault in faults[3:6]]
    assert listed_faults(lines, faults) == faults[3:6]
    with pytest.raises(ValueError, match=r"the code has changed since these were listed: y\.py:1  not: not"):
        listed_faults(["y.py:1  not: not → (nothing)  (not covered; 0 tests)"], faults)


def test_a_module_is_touched_by_what_its_package_imports() -> None:
    graph = grimp.ImportGraph()
    for module in (
        "app",
        "app.room",
        "app.words",
        "app.words.goal",
        "app.words.scale",
        "app.figure",
        "app.free",
    ):
        graph.add_module(module)
    graph.add_import(importer="app.words", imported="app.words.goal")
    graph.add_import(importer="app.words.goal", imported="app.room")
    graph.add_import(importer="app.figure", imported="app.words.scale")
    assert modules_touched(graph, ["app.room"]) == {
        "app.room",
        "app.words",
        "app.words.goal",
        "app.words.scale",
        "app.figure",
    }


def test_floors_count_statements_and_branches_and_name_what_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = [
        File("geodata/a.py", 95, 100, (3, 4, 5, 9), ((12, -1), (10, 12))),
        File("etl/b.py", 94, 100, (7,), ()),
    ]
    assert share(files) == 0.945
    assert report_rooms(files, ("geodata", "etl", "dashboard/queries")) == ["etl", "dashboard/queries"]
    printed = capsys.readouterr().out
    assert "etl/b.py  94.0%  lines 7" in printed
    assert "geodata/a.py" not in printed
    assert "nothing was measured" in printed
    assert files[0].line() == "    geodata/a.py  95.0%  lines 3-5, 9; branches 10→12, 12→end"
    assert spans([5, 3, 4, 9]) == ["3-5", "9"]


def test_an_address_may_come_once_whatever_supply_it_is_of() -> None:
    once = OnceOnly()
    assert list(once.addresses(["/a", "/b"])) == ["/a", "/b"]
    with pytest.raises(RepeatedAddress, match="/b"):
        list(once.requests(iter(["/c", "/b"])))
    assert len(once) == 3


@pytest.mark.parametrize(
    ("measured", "is_most", "met"),
    [(350, False, True), (349.9, False, False), (350, True, True), (350.1, True, False)],
)
def test_a_bar_is_met_on_the_bar_itself(measured: float, is_most: bool, met: bool) -> None:
    assert Verdict("map", measured, 350.0, is_most=is_most).met is met


def test_a_verdict_says_by_how_much() -> None:
    assert Verdict("map", 280, 350).line() == "  NOT MET  map: 280, at least 350 (20% short)"
    assert Verdict("p99", 300, 250, is_most=True, unit=" ms").line() == (
        "  NOT MET  p99: 300 ms, at most 250 ms (20% over)"
    )


def test_cached_answers_are_held_against_an_earlier_run() -> None:
    now = {"map_again_per_second": 900.0, "area_again_per_second": 890.0, "map_new_per_second": 1.0}
    before = {"map_again_per_second": 1000.0, "area_again_per_second": 1000.0, "map_new_per_second": 9.0}
    assert [verdict.met for verdict in baseline_verdicts(now, before)] == [False, True]


def test_the_catalogue_without_sums_lacks_the_routes_that_sum_parts_and_no_other() -> None:
    whole, without = catalogue(), without_sums(catalogue())
    assert list(without) == list(whole)
    left_out = [
        (name, route)
        for name, indicator in whole.items()
        for route in indicator.routes
        if route not in without[name].routes
    ]
    assert len(left_out) > 20 and all(route.parts is not None for _, route in left_out)
    assert all(route.parts is None for indicator in without.values() for route in indicator.routes)
