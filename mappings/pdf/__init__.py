"""Records as PDF: one as a sheet to hand to a colleague, several as a catalogue. Tagged (PDF/UA-1), archival (PDF/A-3a)."""

from mappings.pdf.document import write_pdf

__all__ = ["write_pdf"]
