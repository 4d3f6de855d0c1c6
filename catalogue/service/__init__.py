"""The use cases: find, view, export, load. Doors and the command line call these; these call an engine."""

from catalogue.service.depositing import Depositing
from catalogue.service.discovery import Catalogue, Overview, RecordView, Rendition
from catalogue.service.exporting import Document
from catalogue.service.loading import LoadReport, load

__all__ = ["Catalogue", "Depositing", "Document", "LoadReport", "Overview", "RecordView", "Rendition", "load"]
