"""Words of the pages in the reader's language: Flask-Babel's functions with their types.

Messages are English; `translations` has the French.
"""

from flask_babel import gettext as _gettext
from flask_babel import ngettext as _ngettext


def _(message: str, /, **values: object) -> str:
    """Return the message in the reader's language, `values` in their places."""
    return str(_gettext(message, **values))


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Return the message that goes with `number` (in its place as `num`), `values` in their places."""
    return str(_ngettext(one, many, number, **values))
