"""How often a process looks for garbage in cycles: seldom, since documents, records and pages are many objects and hardly a cycle.

Python would look at every 700 objects that are left; while a list of records is written that takes as long as the writing.
"""

import gc
from typing import Final

_NEW: Final = 20_000
"""Objects more than were given up, at which the new ones are looked through."""
_OLDER: Final = 2
"""How often the younger ones are looked through before the older ones are: what cycles there are must not gather."""


def collect_rarely() -> None:
    """Have this process look seldom; a process that it forks does as well, one that it spawns does not."""
    gc.set_threshold(_NEW, _OLDER, _OLDER)
