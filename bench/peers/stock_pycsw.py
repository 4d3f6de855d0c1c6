"""Stock pycsw 2.6.2 on SQLite, measured in its own environment: run by `bench.doors`, prints JSON.

    python stock_pycsw.py DOCUMENTS DATABASE ROUNDS REQUESTS

DOCUMENTS is a folder of XML, loaded into a new DATABASE; REQUESTS a JSON file of {name: {"query": …} or {"body": …}}.
"""

import io
import json
import logging
import statistics
import sys
import time
from pathlib import Path

from pycsw.core import admin
from pycsw.core.config import StaticContext
from pycsw.server import Csw

logging.disable(logging.CRITICAL)


_METADATA = """identification_title identification_abstract identification_keywords identification_keywords_type identification_fees
    identification_accessconstraints provider_name provider_url contact_name contact_position contact_address contact_city
    contact_stateorprovince contact_postalcode contact_country contact_phone contact_fax contact_email contact_url contact_hours
    contact_instructions contact_role"""
"""What its capabilities want to be told."""


def main(documents: str, database: str, rounds: str, requests: str) -> None:
    """Load, ask, print."""
    url = f"sqlite:///{database}"
    context = StaticContext()
    admin.setup_db(url, "records", "")
    start = time.perf_counter()
    loaded = admin.load_records(context, url, "records", documents, recursive=True)
    found = {"load": len(loaded) / (time.perf_counter() - start), "records": len(loaded)}
    config = _config(url)
    for name, request in json.loads(Path(requests).read_text()).items():
        took = []
        for _ in range(int(rounds)):
            start = time.perf_counter()
            status, body = Csw(config, _environ(request), "2.0.2").dispatch_wsgi()
            took.append(time.perf_counter() - start)
            if not status.startswith("200") or b"ExceptionReport" in body:
                raise SystemExit(f"{name}: {status} {body[:500]!r}")
        found[name] = 1000 * statistics.median(took)
    print(json.dumps(found))


def _config(url: str) -> dict[str, dict[str, str]]:
    return {
        "server": {"url": "http://localhost/csw", "mimetype": "application/xml; charset=UTF-8", "encoding": "UTF-8", "language": "en-US",
                   "maxrecords": "1000", "profiles": "apiso"},
        "metadata:main": dict.fromkeys(_METADATA.split(), "x"),
        "repository": {"database": url, "table": "records"},
        "manager": {"transactions": "false"},
    }  # fmt: skip


def _environ(request: dict[str, str]) -> dict[str, object]:
    body = request.get("body", "").encode()
    return {
        "REQUEST_METHOD": "POST" if body else "GET",
        "QUERY_STRING": request.get("query", ""),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "PATH_INFO": "/csw",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
