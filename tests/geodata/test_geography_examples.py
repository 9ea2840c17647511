"""The worked example of a group in ``docs/geography.md``, worked out again."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from geodata.groups import parse_group
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.sums import Parts, people_of, summed_counts

PAGE = Path(__file__).resolve().parents[2] / "docs" / "geography.md"
_ROW = re.compile(
    r"^\| (E\d{8}|custom:\S+) \| ([\d,]+) \| ([\d,]+) \| ([\d.]+)%(?: \(95% CI ([\d.]+)% to ([\d.]+)%\))? \|$"
)


def test_the_group_of_the_page_is_the_sum_of_its_members() -> None:
    rows = [
        found.groups()
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if (found := _ROW.match(line))
    ]
    *members, whole = rows
    codes = parse_group(whole[0], load_register()).codes
    assert codes == tuple(row[0] for row in members)
    above, below = (np.array([[float(row[column].replace(",", "")) for row in members]]) for column in (1, 2))
    indicator = catalogue()["disability-prevalence"]
    parts = Parts(above, below, people_of(codes, below), np.zeros((1, 2)), np.zeros((1, 2)))
    found = summed_counts(indicator, indicator.routes[0], parts, [2], "councils").figures
    assert [f"{found[name][0]:,.0f}" for name in ("numerator", "denominator")] == [whole[1], whole[2]]
    assert [f"{found[name][0]:.2f}" for name in ("value", "lower_ci_95", "upper_ci_95")] == list(whole[3:])
    for row, own in zip(members, above[0] / below[0], strict=True):
        assert f"{100 * own:.2f}" == row[3]
