"""The web application: a catalogue, its pages and doors, put together. The composition root of `reflecs serve`."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

import ui
import ui.account
import ui.administration
import ui.curate
import ui.sipad
from accounts.visitors import TOKEN_HOLDER
from catalogue import operations
from catalogue.compression import compressed
from catalogue.curating.curating import Curating
from catalogue.engines import Engine, open_engine
from catalogue.metrics import Metrics
from catalogue.protocols import csw, oai, ogcapi, opensearch
from catalogue.protocols.doors import Doors, admitted
from catalogue.protocols.origins import admit_all_origins
from catalogue.protocols.positions import Positions
from catalogue.pulse import Pulse
from catalogue.service import Catalogue, Depositing
from catalogue.service.depositing import Deed
from catalogue.services import Services, services
from catalogue.settings import DEFAULT_DATABASE, Settings
from database import Database
from ui.people import address, curates_by_token, current_visitor, init_people
from ui.seeing import Seeing, init_seeing

_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""Content Security Policy: nothing from elsewhere, nothing inline."""


def create_app(
    settings: Settings | None = None, catalogue: Catalogue | None = None, *, positions: Path | None = None, metrics: Path | None = None
) -> Flask:
    """Return the WSGI application.

    Args:
        settings: None for those of the environment.
        catalogue: None for one of the settings' engine, opened for reading; curators write into the engine of one that is given.
        positions: a file by which several processes share where pages begin (`catalogue.protocols.positions`); None for one process.
        metrics: a folder by which they share what they count (`catalogue.metrics`); None likewise.

    Raises:
        SettingsError: a setting cannot be used.
        EngineError: the engine cannot be opened.
    """
    settings = settings or Settings.from_environment()
    counted = Metrics(metrics)
    writing: Callable[[], Engine]
    if catalogue is None:
        writing = partial(_writing, settings.engine, counted)
        engine = counted.timed(open_engine(settings.engine, read_only=True))
        catalogue = Catalogue(engine, base_url=settings.known_as(), sipad_url=settings.sipad_url)
    else:
        given = engine = catalogue.engine
        writing = lambda: given  # noqa: E731 (as short as what it says)
    app = Flask("reflecs", static_folder=None)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 2000
    counted.count(app)
    app.after_request(compressed)  # what is put in later comes before it
    app.after_request(_secure)
    if settings.database is None:
        operations.register(app, Pulse(engine), counted)
        ui.register(app, catalogue)
        _open_doors(app, settings, catalogue, Depositing(writing, catalogue.clock), positions)
        return app
    depositing = Depositing(writing, catalogue.clock)
    served = _services(settings, engine, catalogue, depositing)
    depositing.told = partial(_deposited, served.curating)
    seeing = Seeing(served.access, visitor=current_visitor, admits=partial(admitted, settings.curator_tokens))
    seen = Catalogue(
        engine,
        base_url=catalogue.base_url,
        sipad_url=catalogue.sipad_url,
        held=frozenset if catalogue.sipad_url else _each_second(served.tree.held),
        hidden=seeing.hidden,
        viewpoint=seeing.viewpoint,
        clock=catalogue.clock,
    )
    operations.register(app, Pulse(seen.engine), counted)  # what nobody may see is not counted there either
    counted.show_harvests(served.sources.all)
    ui.register(app, seen)
    _let_people_in(app, served, seen, seeing)
    _open_doors(app, settings, seen, depositing, positions)
    return app


def _deposited(curating: Curating, deed: Deed, identifiers: Sequence[str]) -> None:
    """Have it written down who deposited what: the owner of a personal token, or whoever has one of the installation's."""
    visitor = current_visitor()
    curating.deposited(deed, identifiers, by=visitor if visitor.curates else TOKEN_HOLDER, address=address())


def _each_second(ask: Callable[[], frozenset[str]]) -> Callable[[], frozenset[str]]:
    """Return what asks at most once a second: a page asks for each of its records, and what it learns changes seldom."""
    until, known = 0.0, frozenset[str]()

    def asked() -> frozenset[str]:
        nonlocal until, known
        if time.monotonic() >= until:
            known, until = ask(), time.monotonic() + 1
        return known

    return asked


def _services(settings: Settings, engine: Engine, catalogue: Catalogue, depositing: Depositing) -> Services:
    database = Database(settings.database or DEFAULT_DATABASE)
    database.upgrade()
    settings = replace(settings, base_url=catalogue.base_url)
    return services(settings, database, engine, catalogue.clock, writing=lambda: depositing.engine)


def _let_people_in(app: Flask, served: Services, catalogue: Catalogue, seeing: Seeing) -> None:
    """Put in what needs the database: who asks and what he may see, accounts, the administrator's pages, the SIPAD's."""
    app.extensions["services"] = served
    secure = catalogue.base_url.startswith("https:")
    limits = served.settings.queue if served.settings.queue.startswith("redis") else "memory://"
    init_people(app, served.accounts, secret=served.secret, secure=secure, adopt=served.selecting.adopt, limits=limits)
    init_seeing(app, seeing)
    ui.account.register(app)
    ui.administration.register(
        app,
        ui.administration.Administration(
            access=served.access,
            orders=served.orders,
            tree=served.tree,
            quarantine=served.quarantine,
            standing=served.standing,
            catalogue=catalogue,
        ),
    )
    ui.curate.register(
        app,
        ui.curate.Curation(
            sources=served.sources,
            runs=served.runs,
            curating=served.curating,
            checking=served.checking,
            reports=served.reports,
            access=served.access,
            catalogue=catalogue,
            allow_private=served.settings.allow_private_addresses,
        ),
    )
    if catalogue.sipad_url is None:
        sipad = ui.sipad.Sipad(
            tree=served.tree,
            inventory=served.inventory,
            selecting=served.selecting,
            orders=served.orders,
            access=served.access,
            accounts=served.accounts,
            catalogue=catalogue,
            contact=served.settings.contact,
            quota=served.settings.quota,
        )
        app.register_blueprint(ui.sipad.blueprint(sipad))


def _writing(url: str, counted: Metrics) -> Engine:
    return counted.timed(open_engine(url, prompt=True))


def _open_doors(app: Flask, settings: Settings, catalogue: Catalogue, depositing: Depositing, positions: Path | None) -> None:
    doors = Doors(
        catalogue=catalogue,
        depositing=depositing,
        curator_tokens=settings.curator_tokens,
        curates=None if settings.database is None else curates_by_token,
        secret=_secret(settings, catalogue.engine),
        provider=settings.provider,
        contact=settings.contact,
        positions=Positions(positions),
    )
    app.extensions["doors"] = doors
    opened = {
        "/csw": csw.blueprint(doors),
        "/ogc": ogcapi.blueprint(doors),
        "/oai": oai.blueprint(doors),
        "/opensearch": opensearch.blueprint(doors),
    }
    for path, door in opened.items():
        app.register_blueprint(door, url_prefix=path)
    admit_all_origins(app, opened)


def _secret(settings: Settings, engine: Engine) -> Callable[[], bytes]:
    """Return what tells the doors' secret: that of the settings, or the catalogue's own, which is asked for when it is first needed."""
    if settings.secret_key is None:
        return cache(engine.secret)
    key = settings.secret_key.encode()
    return lambda: key


def _secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response
