"""The command that works in the background, `reflecs work`: orders, harvests, checks. Exit codes as in `catalogue.cli`."""

import logging
import os
from typing import Final

import click

from catalogue.console import counted, opened, plain_errors, writable
from catalogue.settings import Settings

_GENTLE: Final = 10
"""How much less urgent such a worker is than others (nice)."""


@click.command()
@click.option(
    "--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="Orders that are worked on side by side, beside harvests."
)
@click.option("--once", is_flag=True, help="Work on what is due now, then end.")
@click.option("--gentle", is_flag=True, help="Let other processes of this machine go first, such as the server beside.")
@click.option("--quiet", "-q", is_flag=True, help="Tell of troubles only.")
@plain_errors
def work(*, workers: int, once: bool, gentle: bool, quiet: bool) -> None:
    """Prepare and deliver orders, harvest sources that are due, check records and their links; until interrupted.

    Several may run, on several machines that share the database and the archive. One that is killed loses nothing: within three minutes
    another one goes on where it stopped.
    """
    from catalogue.queue import Rounds, Work  # noqa: PLC0415
    from catalogue.services import database, services  # noqa: PLC0415 (a command loads what it needs, so that --help is quick)

    if gentle:
        os.nice(_GENTLE)
    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = Settings.from_environment()
    with opened(read_only=True) as engine, database(settings) as kept, writable(settings.engine) as writing:
        served = services(settings, kept, engine, writing=writing)
        stopping = served.queue.stopping.is_set
        worker, runner = served.worker(stopping=stopping), served.runner(stopping=stopping)
        if once:
            orders, harvests, checks = worker.run_due(), runner.run_due(), served.check_due()
            done = counted(orders, "order"), counted(harvests, "harvest"), counted(checks, "check")
            click.echo(f"Worked on {done[0]} and {done[1]}, made {done[2]}.")
            return
        served.queue.work(
            {
                Work.ORDERS: Rounds(worker.run_due, at_once=workers),
                Work.HARVESTS: Rounds(runner.run_due, at_once=2),
                Work.CHECKS: Rounds(served.check_due),
            }
        )
