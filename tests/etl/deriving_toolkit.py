"""What the tests of deriving build with: measurements, and the observations made of them."""

from __future__ import annotations

import pandas as pd
from etl_toolkit import Y2021, indicator, route

from etl.deriving.derive import derive
from etl.frames import measurements
from etl.frames.observations import COLUMNS, typed

NAN = float("nan")


def made(entry, rows, register, illustrative=False):
    """(observations by area, report) of one indicator of source alpha."""
    frame, report = derive(
        measurements.from_rows([{"period": Y2021, **row} for row in rows]),
        source_id="alpha",
        file="alpha.csv",
        illustrative=illustrative,
        register=register,
        catalogue={entry.id: entry},
    )
    return frame.set_index("area_code"), report


def cell(measure, area_code, value, **more):
    missing = more.pop("status", "suppressed")
    status = "ok" if value == value else missing
    return {"measure": measure, "area_code": area_code, "value": value, "status": status, **more}


def rates(values: dict[tuple[str, str], float], register, name="rate", sex="persons") -> pd.DataFrame:
    entry = indicator(name, route("alpha", "published", "published", value=("rate",)))
    rows = [
        {**cell("rate", area, value, half_width_95=2.0), "period": period, "sex": sex}
        for (area, period), value in values.items()
    ]
    return derive(
        measurements.from_rows(rows),
        source_id="alpha",
        file="alpha.csv",
        illustrative=False,
        register=register,
        catalogue={name: entry},
    )[0]


def observations(indicator_id: str, rows: dict[str, dict[str, float | None]]) -> pd.DataFrame:
    """Observations of areas; one whose first figure is None is hidden by the publisher."""
    entries = []
    for code, figures in rows.items():
        hidden = next(iter(figures.values())) is None
        entries.append(
            {
                **dict.fromkeys(COLUMNS),
                "indicator_id": indicator_id,
                "period": Y2021,
                "sex": "persons",
                "age": "all",
                "breakdown": "all",
                "area_code": code,
                **figures,
                "status": "suppressed" if hidden else "ok",
                "interval_method": "none",
                "note": "",
                "route": 0,
            }
        )
    return typed(pd.DataFrame(entries)[COLUMNS])
