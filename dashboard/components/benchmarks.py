"""The control that chooses what areas are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.address.context import Context
from dashboard.address.view import View
from dashboard.components.forms import select
from dashboard.components.geography import area_name

Component = Any

KINDS = {
    "england": "England",
    "region": "Their own region",
    "parent": "The area around them",
    "similar": "Similar areas",
}


def benchmark_select(context: Context, view: View, choices: Sequence[str]) -> Component:
    """Choose the benchmark among ``choices`` (values of the key ``benchmark``, as ``queries.benchmarks.choices`` gives
    them); None where there is nothing to choose from.
    """
    if not choices:
        return None
    options = [(choice, KINDS.get(choice) or area_name(context, view, choice)) for choice in choices]
    return select("benchmark", "Compare with", options, view.benchmark, default="england")
