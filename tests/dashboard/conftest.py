"""A small store for the pages: invented figures for every local authority, and a few that are real."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.serving.application import build_app
from geodata.register import Register, load_register
from indicators.catalogue import Indicator, catalogue
from indicators.periods import Period
from indicators.settings import load_settings
from indicators.store import Store, schema

ENGLAND = "E92000001"
NOTTINGHAM = "E06000018"
RELEASE = "ons_local_indicators:2024-11:ab12cd34"
ILLUSTRATIVE = "illustrative_ips:sample:ff00ff00"


def seed(store: Store, register: Register) -> None:
    """Fill an empty store: employment rate by ltla, region and England in 2022 and 2023; IPS, illustrative."""
    store.create()
    with store.connections.writing() as connection:
        connection.execute(schema.release.insert(), [_release(RELEASE), _release(ILLUSTRATIVE)])
        connection.execute(schema.observation.insert(), list(_observations(register)))
        connection.execute(schema.distribution.insert(), list(_distributions(register)))
        connection.execute(
            schema.store_fact.update().where(schema.store_fact.c.name == "publication_id").values(value="1")
        )


def draw(folder: Path, register: Register) -> None:
    """Official boundaries of local authorities, each a small square where it lies."""
    features = []
    for area in register.vintage("ltla", 2024):
        x, y = area.longitude or 0.0, area.latitude or 0.0
        ring = [[x, y], [x, y + 0.05], [x + 0.08, y + 0.05], [x + 0.08, y], [x, y]]
        features.append(
            {
                "type": "Feature",
                "id": area.area_code,
                "properties": {"name": area.name},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    folder.mkdir(parents=True, exist_ok=True)
    content = {"type": "FeatureCollection", "features": features}
    (folder / "ltla-2024.geojson").write_text(json.dumps(content), encoding="utf-8")


def _release(release_id: str) -> dict[str, Any]:
    illustrative = release_id == ILLUSTRATIVE
    return {
        "release_id": release_id,
        "source_id": release_id.split(":")[0],
        "edition": release_id.split(":")[1],
        "publication": "Mental health services, illustrative" if illustrative else "Local indicators",
        "publisher": "Illustrative" if illustrative else "Office for National Statistics",
        "licence": "None" if illustrative else "Open Government Licence v3.0",
        "url": None,
        "attribution": "",
        "published_on": "2024-11-12",
        "loaded_at": "2026-11-20T10:00:00Z",
        "replaced_at": None,
        "origin": "illustrative" if illustrative else "publisher",
        "illustrative": illustrative,
        "is_current": True,
        "identity": release_id,
        "parser_version": 1,
        "precedence": 0,
        "rows": 1,
        "accepted": None,
    }


def row(
    indicator_id: str, area_code: str, period: str, value: float | None, half: float | None, **more: Any
) -> dict[str, Any]:
    """One row of the observation table; ``half`` is half the width of the 95% interval."""
    limits = (None, None) if value is None or half is None else (value - half, value + half)
    wide = (None, None) if value is None or half is None else (value - 1.58 * half, value + 1.58 * half)
    return {
        "indicator_id": indicator_id,
        "period": period,
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "area_code": area_code,
        "value": value,
        "numerator": None,
        "denominator": None,
        "lower_ci_95": limits[0],
        "upper_ci_95": limits[1],
        "lower_ci_998": wide[0],
        "upper_ci_998": wide[1],
        "status": "ok",
        "interval_method": "published",
        "note": "",
        "release_id": RELEASE,
        "route": 0,
        "source_row": 2,
        "basis_period": None,
        **more,
    }


def _observations(register: Register) -> Iterator[dict[str, Any]]:
    for year in (2022, 2023):
        period = f"{year}-01-01/P1Y"
        shift = year - 2023
        yield row("employment-rate", ENGLAND, period, 76.0 + shift, 0.4)
        for i, area in enumerate(register.vintage("region", 2023)):
            yield row("employment-rate", area.area_code, period, 74.0 + i / 2 + shift, 1.0)
        for i, area in enumerate(register.vintage("ltla", 2024)):
            if area.area_code == NOTTINGHAM:
                yield row("employment-rate", NOTTINGHAM, period, 66.1 + shift, 4.1)
            elif area.area_code == "E06000060":
                yield row("employment-rate", "E06000060", period, 81.2 + shift, 3.9)
            elif area.name in ("Isles of Scilly", "City of London"):
                yield row("employment-rate", area.area_code, period, None, None, status="unreliable")
            else:
                yield row("employment-rate", area.area_code, period, 70.0 + (i * 37 % 130) / 10 + shift, 3.5)
    for i, area in enumerate(register.vintage("sub_icb", 2023)):
        yield row(
            "ips-access-rate", area.area_code, "2024-04-01/P1Y", 20.0 + i % 30, 4.0,
            age="all", status="illustrative", release_id=ILLUSTRATIVE, interval_method="byar",
        )  # fmt: skip
    for period, value in (("2017-01-01/P3M", 3.5e6), ("2024-04-01/P3M", 5.5e6)):
        yield row("disabled-people-in-employment", "K02000001", period, value, None, interval_method="none")


def _distributions(register: Register) -> Iterator[dict[str, Any]]:
    def spread(
        indicator_id: str, area_type: str, period: str, vintage: int, n: int, **more: Any
    ) -> dict[str, Any]:
        return {
            "indicator_id": indicator_id,
            "period": period,
            "sex": "persons",
            "age": "16-64",
            "breakdown": "all",
            "area_type": area_type,
            "period_end": Period.parse(period).end_on.isoformat(),
            "vintage": vintage,
            "n_values": n,
            "n_areas": n,
            **dict.fromkeys(("minimum", "p5", "p25", "p50", "p75", "p95", "maximum"), 70.0),
            "is_latest": "2023" in period,
            "illustrative": False,
            **more,
        }

    for period in ("2022-01-01/P1Y", "2023-01-01/P1Y"):
        yield spread("employment-rate", "ltla", period, 2024, 296)
        yield spread("employment-rate", "region", period, 2023, 9)
        yield spread("employment-rate", "england", period, 2023, 1)
    yield spread(
        "ips-access-rate",
        "sub_icb",
        "2024-04-01/P1Y",
        2023,
        106,
        age="all",
        illustrative=True,
        is_latest=True,
    )
    for period in ("2017-01-01/P3M", "2024-04-01/P3M"):
        yield spread("disabled-people-in-employment", "uk", period, 2023, 1)


@pytest.fixture(scope="session")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="session")
def indicators() -> dict[str, Indicator]:
    return catalogue()


@pytest.fixture(scope="session")
def context(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    folder: Path = tmp_path_factory.mktemp("dashboard")
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    seed(store, register)
    draw(settings.boundaries_dir, register)
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 22))


@pytest.fixture(scope="session")
def seed_store(register: Register) -> Callable[[Store], None]:
    """Fills an empty store as ``seed`` does: for a module that needs one of its own."""
    return lambda store: seed(store, register)


@pytest.fixture(scope="session")
def app(context: Context) -> Any:
    return build_app(context)


@pytest.fixture
def client(app: Any) -> Any:
    return app.server.test_client()


@pytest.fixture(scope="session")
def fuller(
    context: Context,
    tmp_path_factory: pytest.TempPathFactory,
    register: Register,
    indicators: dict[str, Indicator],
) -> Context:
    """The small store with two indicators more: disability, lower where employment is higher, and healthy life
    expectancy by sex; and a recent trend of Nottingham's.
    """
    folder: Path = tmp_path_factory.mktemp("fuller")
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    seed(store, register)
    with store.connections.writing() as connection:
        connection.execute(schema.observation.insert(), list(_more_observations(register)))
        connection.execute(schema.distribution.insert(), list(_more_distributions()))
        connection.execute(schema.trend.insert(), list(_trends()))
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 22))


def _more_observations(register: Register) -> Iterator[dict[str, Any]]:
    census = "2021-03-21/P1D"
    for i, area in enumerate(register.vintage("ltla", 2023)):
        level = (i * 37 % 130) / 10
        yield row(
            "disability-prevalence", area.area_code, census, 22.0 - level / 2 + (i % 5) / 5, 0.2, age="all"
        )
    for area_code in (ENGLAND, "E12000004"):
        yield row("disability-prevalence", area_code, census, 17.3, 0.1, age="all")
    for sex, value in (("female", 55.3), ("male", 61.9)):
        for area_code, more in ((NOTTINGHAM, 0.0), (ENGLAND, 6.0)):
            yield row(
                "healthy-life-expectancy", area_code, "2022-01-01/P3Y", value + more, 3.0, sex=sex, age="at birth"
            )  # fmt: skip


def _more_distributions() -> Iterator[dict[str, Any]]:
    same = {
        "breakdown": "all",
        "is_latest": True,
        "illustrative": False,
        **dict.fromkeys(("minimum", "p5", "p25", "p50", "p75", "p95", "maximum"), 17.0),
    }
    for area_type, vintage, n in (("ltla", 2023, 296), ("region", 2021, 1), ("england", 2021, 1)):
        yield {
            "indicator_id": "disability-prevalence", "period": "2021-03-21/P1D", "sex": "persons", "age": "all",
            "area_type": area_type, "period_end": "2021-03-21", "vintage": vintage, "n_values": n, "n_areas": n, **same,
        }  # fmt: skip
        for sex in ("female", "male"):
            if area_type != "region":
                yield {
                    "indicator_id": "healthy-life-expectancy", "period": "2022-01-01/P3Y", "sex": sex,
                    "age": "at birth", "area_type": area_type, "period_end": "2024-12-31", "vintage": vintage,
                    "n_values": 1, "n_areas": 1, **same,
                }  # fmt: skip


def _trends() -> Iterator[dict[str, Any]]:
    used = json.dumps([f"{year}-01-01/P1Y" for year in range(2018, 2023)])
    # the trend of Buckinghamshire ends a year before its newest figure
    for area_code, latest in ((NOTTINGHAM, "2023-01-01/P1Y"), ("E06000060", "2022-01-01/P1Y")):
        yield {
            "indicator_id": "employment-rate", "sex": "persons", "age": "16-64", "breakdown": "all",
            "area_code": area_code, "direction": "increasing", "judgement": "getting_better", "chi_square": 12.0,
            "p_value": 0.001, "slope": 0.5, "periods_used": used, "reason": None, "latest_period": latest,
            "illustrative": False,
        }  # fmt: skip
