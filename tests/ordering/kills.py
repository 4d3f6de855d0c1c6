"""Kills the worker (-9) at random moments while orders run, and looks at what became of them.

    python -m tests.ordering.kills --kills 200 --orders 50 [--seed 7]

A worker is a process of its own, forked from one that has its modules loaded, so that a life begins within milliseconds. Each life's clock
is ten minutes ahead of the one before: the lease of a dead worker is over for the next one, and nobody has to wait.
"""

import argparse
import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from accounts.codelists import Compression
from accounts.visitors import Visitor
from ordering.destinations import Destination, Network
from ordering.models import DeliveryMode, Order, OrderState, Packaging, Parcel
from ordering.states import RUNNING
from ordering.submitting import Submission
from ordering.workspace import Shelves
from tests.ordering.servers import PASSWORD, USER, Seen, ftp_server
from tests.ordering.shop import Shop, whose

_ENDED: Final = frozenset({OrderState.DONE, OrderState.FAILED})
_BETWEEN_LIVES: Final = timedelta(minutes=10)
_FORMS: Final = [(Compression.NONE, None), *((one, other) for one in list(Compression)[1:] for other in Packaging)]
_PATIENCE: Final = 0.002  # seconds between two looks at the last worker


@dataclass
class Outcome:
    """What became of it.

    Attributes:
        kills: workers that were killed.
        busy: kills that hit a worker in the middle of an order.
        orders: by the state they ended in.
        wrong: what is not as it should be, in sentences; none is the aim.
        seconds: it took.
    """

    kills: int = 0
    busy: int = 0
    orders: Counter[OrderState] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class _Expected:
    """An order and what has to come of it."""

    number: str
    folder: str | None
    contents: list[bytes]
    state: OrderState = OrderState.DONE


def run(folder: Path, *, kills: int, orders: int, seed: int) -> Outcome:
    """Place orders, kill workers while they run, and return what became of it."""
    chance = random.Random(seed)  # noqa: S311 -- the same each time is meant
    outcome, began = Outcome(), time.monotonic()
    with ftp_server(folder / "theirs") as seen:
        shop = _shop(folder, 0)
        users = [shop.user(f"user{number}") for number in range(5)]
        contents = _plant(shop, chance)
        expected: list[_Expected] = []

        def place() -> None:
            expected.append(_order(shop, chance.choice(users), contents, seen, chance, len(expected)))

        for _ in range(orders):
            place()
        expected += _doomed(shop, users[0], contents, seen)
        _kill(folder, shop, kills, chance, outcome, place)
        _check(shop, expected, users, seen, outcome)
    outcome.seconds = time.monotonic() - began
    shop.database.close()
    return outcome


def _shop(folder: Path, life: int) -> Shop:
    def clock() -> datetime:
        return datetime.now(UTC) + life * _BETWEEN_LIVES

    return Shop(folder, clock, quota=10**12, network=Network(allow_private=True))


def _plant(shop: Shop, chance: random.Random) -> dict[str, list[bytes]]:
    contents = {name: [chance.randbytes(chance.randint(1, 60_000)) for _ in range(8)] for name in ("STARWIND", "MASK", "DAMAGED")}
    for name, files in contents.items():
        shop.data_set(name, files)
    return contents


def _order(shop: Shop, user: Visitor, contents: dict[str, list[bytes]], seen: Seen, chance: random.Random, number: int) -> _Expected:
    wanted = chance.choice([["STARWIND"], ["MASK"], ["STARWIND", "MASK"]])
    compression, packaging = chance.choice(_FORMS)
    theirs = f"order{number}" if chance.random() < 0.5 else None
    form = Submission(compression=compression, packaging=packaging)
    if theirs:
        (seen.folder / theirs).mkdir()
        form = _by_ftp(seen, theirs, compression, packaging)
    return _Expected(_submit(shop, user, wanted, form), theirs, sorted(file for name in wanted for file in contents[name]))


def _doomed(shop: Shop, user: Visitor, contents: dict[str, list[bytes]], seen: Seen) -> list[_Expected]:
    """Order what cannot be prepared, and what cannot be delivered."""
    damaged = min((shop.archive / "files" / "DAMAGED").iterdir())
    damaged.write_bytes(b"damaged")
    nowhere = _by_ftp(seen, "nowhere", Compression.NONE, None)
    return [
        _Expected(_submit(shop, user, ["DAMAGED"], Submission()), None, [], OrderState.FAILED),
        _Expected(_submit(shop, user, ["STARWIND"], nowhere), None, sorted(contents["STARWIND"]), OrderState.FAILED),
    ]


def _by_ftp(seen: Seen, folder: str, compression: Compression, packaging: Packaging | None) -> Submission:
    destination = Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD, folder=folder)
    return Submission(mode=DeliveryMode.FTP, compression=compression, packaging=packaging, destination=destination)


def _submit(shop: Shop, user: Visitor, wanted: list[str], form: Submission) -> str:
    for name in wanted:
        node = shop.tree.node(name)
        assert node is not None
        shop.selecting.add(whose(user), node.id)
    return shop.orders.submit(whose(user), user, form, address=None).number


def _kill(folder: Path, shop: Shop, kills: int, chance: random.Random, outcome: Outcome, place: Callable[[], None]) -> None:
    """Let one worker after the other live for a moment, and the last one to its end; where orders run out, place one more."""
    total = _open(shop)
    spread = 0.3
    command = [sys.executable, "-m", "tests.ordering.kills", "--nest", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as nest:
        life = 0
        # A third of the kills at least shall come in the middle of an order, however slow the machine is.
        while outcome.kills < kills or (outcome.busy < kills // 3 and life < 20 * kills):
            life += 1
            worker = _born(nest, life)
            time.sleep(chance.uniform(0, spread))
            with suppress(ProcessLookupError):  # it had done all there was
                os.kill(worker, signal.SIGKILL)
            outcome.kills += _died(nest) == -signal.SIGKILL
            outcome.busy += _at_hand(shop)
            left = _open(shop)
            # Kills are spread over all of the work: seldom while it lags behind, often when it hurries ahead.
            spread *= 1.1 if left / total > 1 - outcome.kills / kills or not outcome.busy else 0.85
            spread = min(max(spread, 0.02), 2.0)
            if not left:
                place()
        _born(nest, life + 1)
        assert _died(nest) == 0


def _open(shop: Shop) -> int:
    with shop.database.reading() as session:
        return session.query(Order).filter(Order.state.not_in([*_ENDED, OrderState.DRAFT])).count()


def _at_hand(shop: Shop) -> bool:
    """Tell whether an order is in the hands of a worker, who is dead."""
    with shop.database.reading() as session:
        return session.query(Order).filter(Order.state.in_(RUNNING)).first() is not None


def _born(nest: "subprocess.Popen[str]", life: int) -> int:
    assert nest.stdin is not None
    assert nest.stdout is not None
    nest.stdin.write(f"{life}\n")
    nest.stdin.flush()
    return int(nest.stdout.readline())


def _died(nest: "subprocess.Popen[str]") -> int:
    assert nest.stdout is not None
    return int(nest.stdout.readline())


def _nest(folder: Path) -> None:
    """Give birth to a worker for each line that is read, and say how it ended."""
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            _live(folder, int(line))
        _, status = os.waitpid(worker, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 -- to who killed it


def _live(folder: Path, life: int) -> None:
    """Say that one is there; work until all orders have ended and everybody was told; never return."""
    shop = _shop(folder, life)
    worker = shop.worker()
    left = _open(shop)
    print(os.getpid(), flush=True)  # noqa: T201 -- to who kills it
    while left or _open(shop) or _untold(shop):
        left = 0
        worker.run_due()
        time.sleep(_PATIENCE)
    worker.run_due()
    os._exit(0)


def _untold(shop: Shop) -> int:
    with shop.database.reading() as session:
        return session.query(Order).filter(Order.state.in_(_ENDED), Order.notified.is_(None)).count()


def _check(shop: Shop, expected: list[_Expected], users: list[Visitor], seen: Seen, outcome: Outcome) -> None:
    shelves = Shelves(shop.archive)
    for one in expected:
        order = shop.order_of(one.number)
        outcome.orders[order.state] += 1
        told = len(shop.letters_about(one.number))
        if order.state is not one.state or (order.state is OrderState.FAILED) is (order.reason is None):
            outcome.wrong.append(f"{one.number} is {order.state}, not {one.state}: {order.reason}")
        if told != 1:
            outcome.wrong.append(f"{one.number}: {told} letters")
        if one.state is OrderState.DONE:
            where = seen.folder / one.folder if one.folder else shelves.of(one.number)
            outcome.wrong += [f"{one.number}: {problem}" for problem in _problems(order, where, one.contents)]
    twice = [name for name, count in Counter(seen.renamed).items() if count > 1]
    outcome.wrong += [f"{name} was delivered twice" for name in twice]
    kept = {one.number for one in expected if one.state is OrderState.FAILED or one.folder is None}
    if set(shelves.numbers()) - kept:
        outcome.wrong.append(f"folders of orders that have none: {sorted(set(shelves.numbers()) - kept)}")
    _check_quota(shop, expected, users, outcome)


def _problems(order: Order, where: Path, contents: list[bytes]) -> list[str]:
    """Return what is wrong with the files that an order was delivered as."""
    known = {parcel.name: parcel for parcel in order.parcels}
    there = {path.name: path.read_bytes() for path in where.iterdir()}
    if set(known) != set(there):
        return [f"written down are {sorted(known)}, there are {sorted(there)}"]
    damaged = [name for name, content in there.items() if hashlib.sha256(content).hexdigest() != known[name].sha256]
    found = sorted(file for name, content in there.items() for file in _files(name, content, order))
    return [f"{name} is not as it was made" for name in damaged] + (["the files are not those ordered"] if found != contents else [])


def _files(name: str, content: bytes, order: Order) -> list[bytes]:
    """Return the files in a delivered one."""
    match order.compression:
        case Compression.NONE:
            return [content]
        case Compression.ZIP:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                return [packed.read(one) for one in packed.infolist()]
        case Compression.GZIP if order.packaging is Packaging.FILES:
            with tempfile.TemporaryFile() as kept:
                subprocess.run(["gzip", "--decompress", "--stdout"], input=content, stdout=kept, check=True)
                kept.seek(0)
                return [kept.read()]
        case _:
            with tarfile.open(name, fileobj=io.BytesIO(content)) as tar:
                return [opened.read() for one in tar if (opened := tar.extractfile(one)) is not None]


def _check_quota(shop: Shop, expected: list[_Expected], users: list[Visitor], outcome: Outcome) -> None:
    for user in users:
        taken = 0
        for one in expected:
            order = shop.order_of(one.number)
            if order.user_id == user.user_id and order.mode is DeliveryMode.WORKSPACE and order.state is OrderState.DONE:
                taken += sum(path.stat().st_size for path in Shelves(shop.archive).of(one.number).iterdir())
        used = shop.orders.workspace(user).used
        if used != taken:
            outcome.wrong.append(f"{user.username} uses {taken} bytes, and {used} are counted")
    with shop.database.reading() as session:
        unsent = session.query(Parcel).join(Order).filter(Order.state == OrderState.DONE, Order.mode == DeliveryMode.FTP)
        if unsent.filter(Parcel.sent.is_(None)).count():
            outcome.wrong.append("an order is done, and not all of it was sent")


def main() -> None:
    """Run it by command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--orders", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--nest", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.nest:
        _nest(given.nest)
        return
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), kills=given.kills, orders=given.orders, seed=given.seed)
    ended = ", ".join(f"{count} {state}" for state, count in outcome.orders.items())
    print(f"{outcome.kills} kills, {outcome.busy} of them in the middle of an order; orders: {ended}; {outcome.seconds:.0f} s.")  # noqa: T201
    for problem in outcome.wrong:
        print(f"wrong: {problem}")  # noqa: T201
    sys.exit(1 if outcome.wrong else 0)


if __name__ == "__main__":
    main()
