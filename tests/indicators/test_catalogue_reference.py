"""The page of the keys of an indicator's file is that of the models."""

from __future__ import annotations

from indicators.catalogue.model import Indicator, Route
from indicators.catalogue.reference import PAGE, reference


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run: python -m indicators.catalogue reference"


def test_every_key_stands_on_the_page() -> None:
    lines = reference().splitlines()
    for table in (Indicator, Route):
        for name, field in table.model_fields.items():
            found = [line for line in lines if line.startswith(f"| `{name}` |")]
            assert found, name
            needed = "yes" if field.is_required() else "no"
            assert any(f"| {needed} |" in line for line in found), name


def test_a_choice_lists_its_values() -> None:
    assert "| `polarity` | `high_is_good`, `low_is_good`, `none` | yes |" in reference()
