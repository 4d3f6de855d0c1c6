"""A certificate for a node, made by the Java that the node runs on."""

import subprocess
from pathlib import Path

from tests.cluster.node import PASSWORD
from tests.cluster.server import java_home


def make_certificate(folder: Path) -> Path:
    """Make `node.p12`, which a node shows as 127.0.0.1, and `ca.pem`, by which it is trusted; return the latter."""
    keytool = java_home() / "bin" / "keytool"
    store = ["-keystore", str(folder / "node.p12"), "-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", "node"]
    kind = ["-keyalg", "EC", "-validity", "2", "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1,dns:localhost", "-ext", "bc=ca:true"]
    subprocess.run([keytool, "-genkeypair", *store, *kind], check=True, capture_output=True)
    subprocess.run([keytool, "-exportcert", "-rfc", *store, "-file", str(folder / "ca.pem")], check=True, capture_output=True)
    return folder / "ca.pem"
