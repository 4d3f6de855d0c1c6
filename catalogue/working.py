"""The command that prepares and delivers orders, `reflecs work`. Exit codes as in `catalogue.cli`."""

import logging

import click

from catalogue.console import counted, opened, plain_errors
from catalogue.settings import Settings


@click.command()
@click.option("--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="Orders that are worked on side by side.")
@click.option("--once", is_flag=True, help="Work on what is due now, then end.")
@click.option("--quiet", "-q", is_flag=True, help="Tell of troubles only.")
@plain_errors
def work(*, workers: int, once: bool, quiet: bool) -> None:
    """Prepare and deliver orders, send the letters that tell of it, and clear up; until interrupted.

    Several may run, on several machines that share the database and the archive. One that is killed loses nothing: within three minutes
    another one goes on where it stopped.
    """
    from catalogue.queue import Rounds, Work  # noqa: PLC0415
    from catalogue.sipad import database, services  # noqa: PLC0415 (a command loads what it needs, so that --help is quick)

    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = Settings.from_environment()
    with opened(read_only=True) as engine, database(settings) as kept:
        served = services(settings, kept, engine)
        worker = served.worker(stopping=served.queue.stopping.is_set)
        if once:
            click.echo(f"Worked on {counted(worker.run_due(), 'order')}.")
        else:
            served.queue.work({Work.ORDERS: Rounds(worker.run_due, at_once=workers)})
