"""What answers this request."""

from flask import current_app

from catalogue.service import Catalogue


def catalogue() -> Catalogue:
    """Return the catalogue of the application that answers this request."""
    found: Catalogue = current_app.extensions["catalogue"]
    return found
