"""One who deposits records through a door, one after the other, and tries again where he is told to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults.doors import ITEMS, WRITING, Service
from tests.faults.running import document


@dataclass(kw_only=True)
class Depositor:
    """What was deposited.

    Attributes:
        acknowledged: the documents that the door said it has, by identifier.
        refused: how often it told to come back.
        seconds: that each answer took.
        waited: seconds from the first try of each record to its acknowledgement.
        wrong: what else was answered.
    """

    acknowledged: dict[str, bytes] = field(default_factory=dict)
    refused: int = 0
    seconds: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def deposit(self, service: Service, identifier: str, stop: threading.Event) -> None:
        """Deposit one record; after the catalogue could not tell what it did, that the record is there already is good as well."""
        content = document(identifier, "Deposited")
        begin, tries = time.monotonic(), 0
        while not stop.is_set():
            answer = service.ask(ITEMS, method="POST", data=content)
            self.seconds.append(answer.seconds)
            tries += 1
            if answer.status == 201 or (answer.status == 409 and tries > 1):
                self.acknowledged[identifier] = content
                self.waited.append(time.monotonic() - begin)
                return
            try:
                service.assert_unavailable(WRITING["Records"], answer)
            except AssertionError as error:
                self.wrong.append(str(error))
            self.refused += 1
            stop.wait(0.1)


@contextmanager
def depositing(service: Service) -> Iterator[Depositor]:
    """Deposit for a while. Whatever was tried last is acknowledged, or is not there."""
    depositor, stop = Depositor(), threading.Event()

    def run() -> None:
        number = 0
        while not stop.is_set():
            depositor.deposit(service, f"deposited-{number}", stop)
            number += 1

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield depositor
    finally:
        stop.set()
        thread.join()
    assert depositor.wrong == []
