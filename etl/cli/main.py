"""The command line of the jobs. Exit codes: 0 done, 1 a source failed, 2 wrong arguments, 3 a source waits in
quarantine, 4 another refresh is running.
"""

from __future__ import annotations

import logging
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from etl.cli import bundle, doctor, inspect, measures, new_indicator, probe, refresh, similar
from etl.cli.telling import ASKED_WRONGLY, BUSY, FAILED
from etl.fetching.snapshots import LostSnapshot
from etl.pipeline import starter
from etl.pipeline.exchange import BadArchive
from etl.sources.base import SourceProblem
from geodata.places.index import NoIndex
from indicators.catalogue import CatalogueError
from indicators.settings import SettingsError
from indicators.store import NoStore
from indicators.store.locks import Busy

app = typer.Typer(
    help="Compile indicators: from the publishers' files to the store.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
starter_app = typer.Typer(help="The starter edition that comes with the project.", no_args_is_help=True)
for command in (
    refresh.refresh,
    refresh.schedule,
    refresh.diff,
    refresh.rollback,
    inspect.status,
    inspect.check,
    doctor.doctor,
    inspect.lineage,
    inspect.history,
    probe.probe,
    refresh.rebuild,
    similar.similar_areas,
    measures.measures,
    new_indicator.new_indicator,
):
    app.command()(command)
starter_app.command("build")(refresh.starter_build)
starter_app.command("load")(refresh.starter_load)
app.add_typer(starter_app, name="starter")
app.add_typer(bundle.app, name="bundle")


def main() -> None:
    """Run the command line; what a person can fix is reported in words, without a traceback."""
    logging.basicConfig(level=logging.WARNING)
    try:
        app()
    except Busy as error:
        _stop(str(error), BUSY)
    except SettingsError as error:
        _stop(str(error), ASKED_WRONGLY)
    except (
        CatalogueError,
        NoStore,
        SourceProblem,
        LostSnapshot,
        starter.BadStarter,
        BadArchive,
        NoIndex,
        OSError,
    ) as error:
        _stop(str(error), FAILED)
    except ValueError as error:
        _stop(str(error), ASKED_WRONGLY)


def _stop(words: str, code: int) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(escape(words), style="red", highlight=False)
    raise SystemExit(code)
