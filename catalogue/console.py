"""What the commands of `reflecs` share: how they end, what they print, how they show that they go on."""

import json
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

import click

from catalogue.settings import Settings
from records.errors import CatalogueError, NotFoundError

if TYPE_CHECKING:
    from catalogue.engines.base import Engine

P = ParamSpec("P")
T = TypeVar("T")

_SHOWN: Final = 20
"""Lines shown of a long list on a terminal; `--verbose` or `--json` shows all."""


class Failed(click.ClickException):
    """A sentence on standard error and an exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click declares it for the class; it reads it from the instance


def plain_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors of the house into a sentence and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            sys.stderr.close()  # the reader of a pipe has had enough: not an error of anybody
            sys.exit(0)
        except NotFoundError as error:
            raise Failed(f"{error} Nothing was written.", 1) from error
        except CatalogueError as error:
            raise Failed(str(error), 2) from error
        except Exception as error:
            raise Failed(f"A fault of Reflecs itself, please report it: {_told(error)}", 2) from error

    return run


def _told(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"


@contextmanager
def opened(url: str | None = None, *, read_only: bool) -> "Iterator[Engine]":
    """Give the engine of `url`, or that of the settings for None, for a while."""
    from catalogue.engines import open_engine  # noqa: PLC0415 (a command loads what it needs, so that --help is quick)

    engine = open_engine(url or Settings.from_environment().engine, read_only=read_only)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def writable(url: str) -> "Iterator[Callable[[], Engine]]":
    """Give what opens the engine of `url` for writing when it is first needed, and returns it from then on, for a while."""
    from catalogue.engines import open_engine  # noqa: PLC0415 (as above)

    engines: list[Engine] = []
    opening = threading.Lock()

    def writing() -> "Engine":
        with opening:
            if not engines:
                engines.append(open_engine(url))
            return engines[0]

    try:
        yield writing
    finally:
        for engine in engines:
            engine.close()


@contextmanager
def progress_bar(description: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """Show a progress bar on a terminal, nothing elsewhere. Gives a function that is told how much is done, of how much, doing what."""
    from rich.console import Console  # noqa: PLC0415 (as above)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(description, total=total)

        def tell(done: int, of: int | None = None, doing: str | None = None) -> None:
            bar.update(task, completed=done, total=of or total, description=doing or description)

        yield tell


def print_json(value: object) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def counted(count: int, thing: str) -> str:
    """Return a number with what it is of: "1 record", "1,265 records"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def some(rows: list[T], *, verbose: bool) -> Iterator[T]:
    """Yield the first rows, and say that there are more; all of them where `verbose`."""
    yield from rows if verbose else rows[:_SHOWN]
    if not verbose and len(rows) > _SHOWN:
        click.echo(f"… and {len(rows) - _SHOWN:,} more; --verbose shows all", err=True)
