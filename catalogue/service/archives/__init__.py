"""The whole catalogue as one file: written, checked, restored, copied from one engine to another."""

from catalogue.service.archives.copying import CopyReport, copy
from catalogue.service.archives.manifest import Holdings
from catalogue.service.archives.reading import check
from catalogue.service.archives.restoring import RestoreReport, restore
from catalogue.service.archives.writing import backup
from catalogue.service.archives.zipping import ArchiveError

__all__ = ["ArchiveError", "CopyReport", "Holdings", "RestoreReport", "backup", "check", "copy", "restore"]
