"""The pages: server-rendered, whole without scripts, in English and French."""

from flask import Flask

from catalogue.service import Catalogue
from ui.addresses import IdentifierConverter
from ui.assets import init_assets
from ui.crawlers import blueprint as for_crawlers
from ui.errors import init_errors
from ui.language import init_language
from ui.pages import blueprint as for_readers
from ui.pages import init_pages


def register(app: Flask, catalogue: Catalogue) -> None:
    """Put the pages of `catalogue` into `app`."""
    app.extensions["catalogue"] = catalogue
    app.url_map.converters["identifier"] = IdentifierConverter
    app.url_map.merge_slashes = False  # "ivo://…" is an identifier
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    init_language(app)
    init_errors(app)
    init_assets(app)
    init_pages(app)
    app.register_blueprint(for_readers)
    app.register_blueprint(for_crawlers)
