"""Catalogue Service for the Web (CSW) 2.0.2 (OGC 07-006r1) and 3.0.0 (OGC 12-176r7): KVP, XML and SOAP, and OpenSearch on top of 3.0.

pycsw negotiates the version, checks what every request must say, dispatches, and writes capabilities, record descriptions and exception
reports. What a request says, what is searched and how records are handed out is ours.
"""

from catalogue.protocols.csw.door import blueprint

__all__ = ["blueprint"]
