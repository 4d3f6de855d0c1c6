"""A node of a real server, started, frozen, thawed, killed and stopped by tests."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.cluster.server import java_home, server

USER: Final = "reflecs"
PASSWORD: Final = "only for tests"
_USERS: Final = f"{USER}:$2a$10$hgLoJNzmJPxu623masFNaOuHfnZtR9y97jHRZsPAw6yHyYZKjMOxa\n"
_NOBODY: Final = 65534
_PATIENCE: Final = 120.0
_TEMPORARY: Final = (Path("/tmp"), Path("/dev/shm"))  # noqa: S108 (places to compare with)


class NodeError(Exception):
    """A node did not start; ends with the last lines of its log."""


@dataclass(kw_only=True)
class Node:
    """One node. Its data, logs and configuration are in its folder.

    Attributes:
        folder: its own, in which nothing else is.
        port: where it answers; 0 takes a free one.
        transport: where other nodes reach it; 0 likewise.
        name: its name in the cluster.
        cluster: names and transport ports of the nodes that found the cluster; () for a node alone.
        secured: whether it asks who one is: USER and PASSWORD.
        certificates: a folder with `node.p12`, for TLS (`tests.cluster.certificates`); None for plain HTTP.
        memory: of its heap, as Java writes it.
        lasting: whether it runs for long enough to pay for the best machine code. Java otherwise makes plain code, and is done with it:
            a node then starts with half of the work, and serves a suite of tests with half of it.
        settings: further lines of its configuration.
    """

    folder: Path
    port: int = 0
    transport: int = 0
    name: str = "node"
    cluster: Sequence[tuple[str, int]] = ()
    secured: bool = False
    certificates: Path | None = None
    memory: str = "1g"
    lasting: bool = False
    settings: Sequence[str] = ()
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        self.transport = self.transport or free_port()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"{'https' if self.certificates else 'http'}://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The number of its process, and of its group."""
        assert self._process is not None
        return self._process.pid

    def start(self, *, wait: bool = True) -> Self:
        """Start it, with the data it had before where it ran before.

        Raises:
            NodeError: it does not answer within two minutes.
            NotHereError: there is no server on this machine.
        """
        home = server()
        self._configure(home)
        environment = {
            "PATH": os.environ["PATH"],
            "ES_PATH_CONF": str(self.folder / "config"),
            "CLI_NAME": "server",
            "CLI_LIBS": "lib/tools/server-cli",
            "ES_JAVA_HOME": str(java_home()),
            "ES_JAVA_OPTS": f"-Xms{self.memory} -Xmx{self.memory}{'' if self.lasting else ' -XX:TieredStopAtLevel=1'}",
            "ES_TMPDIR": str(self.folder / "tmp"),
        }
        nobody = _NOBODY if os.geteuid() == 0 else None
        with (self.folder / "out.log").open("ab") as log:
            self._process = subprocess.Popen(
                [home / "bin" / "elasticsearch-cli"],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=nobody,
                group=nobody,
                extra_groups=() if nobody else None,
            )
        if wait:
            self.wait()
        return self

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            NodeError: it ended, or does not answer within two minutes.
        """
        until = time.monotonic() + _PATIENCE
        while not self.answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise NodeError(f"the node did not start:\n{(self.folder / 'out.log').read_text()[-3000:]}")
            time.sleep(0.2)

    def answers(self) -> bool:
        """Return whether it answers, be it that it does not know who asks."""
        if self.certificates:
            with socket.socket() as connection:
                return connection.connect_ex(("127.0.0.1", self.port)) == 0
        try:
            with urllib.request.urlopen(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=3) as answer:  # noqa: S310 (http)
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refused:
            return refused.code == 401
        except OSError:
            return False

    def _configure(self, home: Path) -> None:
        config = self.folder / "config"
        if config.exists():
            return
        shutil.copytree(home / "config", config)
        for part in ("data", "logs", "tmp"):
            (self.folder / part).mkdir(parents=True)
        (config / "elasticsearch.yml").write_text("\n".join(self._settings()) + "\n")
        if self.secured:
            (config / "users").write_text(_USERS)
            (config / "users_roles").write_text(f"superuser:{USER}\n")
        if self.certificates:
            shutil.copy(self.certificates / "node.p12", config / "node.p12")
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)
            for parent in self.folder.parents:  # pytest makes its folders for its own user alone
                if parent.stat().st_uid == 0 and any(place in parent.parents for place in _TEMPORARY):
                    parent.chmod(parent.stat().st_mode | 0o011)

    def _settings(self) -> list[str]:
        members = [f"127.0.0.1:{port}" for _, port in self.cluster]
        return [
            f"cluster.name: reflecs-tests-{self.cluster[0][1] if self.cluster else self.transport}",
            f"node.name: {self.name}",
            "network.host: 127.0.0.1",
            f"http.port: {self.port}",
            f"transport.port: {self.transport}",
            f"path.data: {self.folder / 'data'}",
            f"path.logs: {self.folder / 'logs'}",
            *(
                [f"discovery.seed_hosts: {members}", f"cluster.initial_master_nodes: {[name for name, _ in self.cluster]}"]
                if self.cluster
                else ["discovery.type: single-node"]
            ),
            "cluster.routing.allocation.disk.threshold_enabled: false",
            f"xpack.security.enabled: {str(self.secured).lower()}",
            *(["xpack.security.authc.api_key.enabled: true"] if self.secured else []),
            *(
                [
                    "xpack.security.http.ssl.enabled: true",
                    "xpack.security.http.ssl.keystore.path: node.p12",
                    f"xpack.security.http.ssl.keystore.password: {PASSWORD!r}",
                ]
                if self.certificates
                else []
            ),
            *self.settings,
        ]

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def heal(self) -> None:
        """Let it run and answer, whatever was done to it."""
        self.thaw()
        if self._process is None or self._process.poll() is not None:
            self.start(wait=False)
        self.wait()

    def freeze(self) -> None:
        """Let it stop in the middle of what it does; connections stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, with nothing put in order."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self) -> None:
        """End it in good order."""
        self.thaw()
        self._signal(signal.SIGTERM)
        if self._process is not None:
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
