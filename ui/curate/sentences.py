"""What services tell curators, in the reader's language: their sentences are English, and the French is among the pages' own.

Most are whole sentences. Those that hold names or numbers are told by their shape: what stands in their places is taken out, and put into
the places of the French. What harvested servers say themselves, and readers of documents of single elements, stays English.
"""

import re
from collections.abc import Mapping
from typing import Final

from catalogue.harvesting.codelists import LineKind
from mappings.vocabularies.words import number_words
from ui.language import language
from ui.refusals import said as said_plainly
from ui.speech import _

N_: Final = str  # marks a text for those who gather what is to be translated, and leaves it as it is

FAIR_TITLES: Final = (
    N_("Identifier of the record"),
    N_("Keywords"),
    N_("Place"),
    N_("Time"),
    N_("Identifier of the data"),
    N_("Persistent identifier"),
    N_("Title"),
    N_("Abstract"),
    N_("Way to the data"),
    N_("Open protocol"),
    N_("Conditions of access"),
    N_("Links that work"),
    N_("Language"),
    N_("Format of the data"),
    N_("Terms of vocabularies"),
    N_("Relations"),
    N_("How the data were taken"),
    N_("Lineage"),
    N_("Dates of the data"),
    N_("Date of the metadata"),
    N_("Standard"),
    N_("Licence"),
    N_("Contact"),
)
"""What `mappings.fair` looks at."""

FAIR_ADVICE: Final = (
    N_("Give the document an identifier: the one it has here is made of its content, and another after each change."),
    N_("Add keywords: three at least, for people search by them; there are %(count)s now."),
    N_("Say what place the data are about: a box, an outline or a position on the sky."),
    N_("Say what time the data are about, with its beginning and its end."),
    N_("Name the data themselves by an identifier, beside the identifier of the record."),
    N_("Register a persistent identifier, such as a DOI: the identifiers that the record names may come to an end."),
    N_("Register a persistent identifier for the data, such as a DOI, and name it among the identifiers of the resource."),
    N_("Give the record a title that says what the data are."),
    N_("Lengthen the title: say what was measured, by what, where and when; it is all that a list of results shows."),
    N_("Write an abstract: what the data are, how they were made, and what they are good for."),
    N_("Lengthen the abstract from %(count)s to %(least)s characters: what the data are, how they were made, what they are good for."),
    N_("Add a link to the data, or say of one that is there that it is for download, order or search."),
    N_("Add a link by which the data can be had: for download, order or search."),
    N_("Write all links as whole addresses of an open protocol, such as https; this one is none: %(address)s"),
    N_("Add a link of an open protocol, such as https."),
    N_("Say who may have the data: everybody, or who else and by what way."),
    N_("Add a link: the record leads nowhere."),
    N_("Mend or remove the links at which nothing answers; %(count)s of %(total)s, the first: %(address)s"),
    N_("Say what language the metadata are in."),
    N_("Name the format of the data, such as netCDF, FITS or GeoTIFF: programs choose by it."),
    N_("Take keywords from vocabularies, such as GCMD or the UAT, and name them: three at least; there are %(count)s now."),
    N_("Name the collection that the data are part of, or other data and publications that go with them, by their identifiers."),
    N_("Say how the data were taken: platform, instrument, project and processing level; two of these at least."),
    N_("Tell how the data came to be: from what, by which steps and with what quality."),
    N_("Say when the data were made, published or last revised."),
    N_("Say when the record was made or last changed."),
    N_("Describe the data by a standard of their field, such as ISO 19115 or DIF: this document's says less than these can."),
    N_("Give the address of the licence beside its name."),
    N_("Name a licence, such as CC BY 4.0, with its address: conditions in other words have to be asked about."),
    N_("Say under what licence the data may be used, such as CC BY 4.0, with its address."),
    N_("Name somebody to ask, with a role and an e-mail address."),
    N_("Say what the contacts do: author, publisher, point of contact."),
    N_("Give an e-mail address or a page of those who can be asked."),
)
"""What it advises; the places are filled by what a point says."""

LINKS: Final = (
    N_("It redirects from one address to the next without end."),
    N_("The server answers with an error."),
    N_("There is no connection to the server."),
    N_("It redirects to what is no address of http or https."),
    N_("There is nothing at this address."),
    N_("The server does not want to be asked so often."),
    N_("There is no server of this name."),
    N_("The server's certificate is not good."),
    N_("Only addresses of http and https, without a password, are asked."),
    N_("The address, or one that it redirects to, is not on the public internet."),
    N_("The server did not answer in time."),
    N_("The server broke off its answer."),
)
"""What `harvesters.links` says of an address that does not work."""

CURATING: Final = (
    N_("This version is the one that stands now."),
    N_("There is no such record."),
    N_("There is no such version of this record."),
    N_("Please choose at least one record."),
    N_("At most 1,000 records can be chosen at once."),
    N_("This was kept, but it cannot be written down now who did it."),
    N_("The address could not be asked."),
    N_("Somebody else has changed this record since you opened it. Please look at it as it is now, and change it again."),
    N_("This record was withdrawn meanwhile."),
    N_("A record has at most 20 categories of its own here."),
    N_("A category has at most 200 characters, on one line."),
    N_("There is no such page of this list."),
    N_("At most 500 documents can be uploaded at once."),
    N_("At most 20 MB can be uploaded at once, unpacked."),
    N_("There is no document in what you chose."),
    N_("A document that you chose does not wait here any more. It was stored or discarded, or a day has passed."),
    N_("Another of the documents that you chose, further down, has the same identifier."),
    N_("Please choose at least one document."),
    N_("A reason has at most 1,000 characters."),
)
"""What `catalogue.curating` refuses and says of links."""

HARVESTING: Final = (
    N_("Records were changed by others again and again while they were about to be kept; the next run goes on from there."),
    N_("The credentials of this source cannot be read any more. Please enter them again."),
    N_("A curator confirmed that these records are withdrawn."),
    N_("A process that reads documents was ended from outside. What was kept before stays."),
    N_("This run does not wait for anybody, or somebody else works on it."),
    N_("A later run took its place before anybody decided; nothing was withdrawn."),
    N_("A curator decided that the records stay."),
    N_("This run holds nothing back, or not any more."),
    N_("This source is being removed."),
    N_("A run of this source waits or is under way already."),
    N_("There is no such document."),
    N_("This run does not run any more."),
    N_("A schedule is “hourly”, “daily 03:00”, “weekly monday 03:00” or “monthly 1 03:00” (a day from 1 to 28); times are UTC."),
    N_("Please give an address, of at most 2,000 characters."),
    N_("An address begins with http:// or https:// and names a server."),
    N_("User and password have fields of their own; please leave them out of the address."),
    N_("A source lets us in by a user or by a token, not by both."),
    N_("A password needs a user."),
    N_("User, password and token have at most 2,000 characters, and no line breaks."),
    N_("A folder asks for no user and no token."),
    N_("A source has at most 20 filters."),
    N_("The name of a filter has 1 to 40 characters."),
    N_("A filter has at most 2,000 characters, and no line breaks."),
    N_("The source was removed."),
    N_("A run of this source is under way. Please cancel it first, or wait for its end."),
    N_("A name has 1 to 40 small letters, digits and “-”, and begins with a letter."),
    N_("Folders of this machine are no sources here, unless the administrator allows it."),
    N_("A folder is named by its whole path, such as /data/records."),
    N_("This is no address."),
    N_("There is a source of this name already."),
    N_("A source keeps its name: its records bear it."),
    N_("The new address leads to another server. Please enter its user and password, or its token, again."),
    N_("Whoever worked on this run is silent. What came in so far stays; the next run goes on from there."),
    N_("There is no such source."),
    N_("There is no such run."),
    N_("It is not certain that all was seen, so nothing was taken for gone."),
    N_("It is not certain that all that changed was seen; the next run asks for it again."),
)
"""What `catalogue.harvesting` refuses, and writes down at the end of a run."""

EDITING: Final = (
    N_("This document cannot be edited in place: its elements were not found again in its bytes."),
    N_("This document cannot be edited in place: its encoding is not known here."),
    N_("A contact needs a name."),
    N_("A keyword needs a word."),
    N_("A link needs an address."),
    N_("A place needs coordinates that are on the map, or a name."),
    N_("A time needs a beginning or an end."),
    N_("A record needs a title."),
    N_("The date of the metadata cannot be taken away."),
    N_("It has more than 200,000 characters."),
    N_("It has characters that no document can hold; they cannot be seen, and often come with copied text."),
    N_("There are more than 3,000 of them."),
    N_("It has markup, such as <b> or <sub>, which no text of a record keeps."),
)
"""What `mappings.editing` refuses."""

CHECKING: Final = (
    N_("the record has no title"),
    N_("the record has no abstract"),
    N_("the record names nobody to ask"),
    N_("the record has no date"),
    N_("the record does not say its language"),
    N_("the record has no keyword"),
    N_("the record does not say what time the data are about"),
    N_("the record leads nowhere: it has no link"),
    N_("the record names itself as its parent"),
    N_("the record names itself as a related one"),
    N_("the document could not be read"),
)
"""What `mappings.validation` finds missing or doubtful in a record, and why it checked no schema."""

READING: Final = (
    N_("the document has no title"),
    N_("the document has no identifier"),
    N_("the document has no identifier; one is derived from its content"),
    N_("the document does not identify what it describes"),
)
"""What readers of documents find missing. What else they find is of single elements, and stays English."""

SUBJECTS: Final = (
    N_("The title"),
    N_("The abstract"),
    N_("A keyword"),
    N_("A contact"),
    N_("A place"),
    N_("A time"),
    N_("A link"),
    N_("The date of the metadata"),
    N_("The page size"),
    N_("The number of requests a second"),
    N_("The number of requests at once"),
    N_("The number of seconds that the source may be silent"),
    N_("The size of an answer, in bytes,"),
    N_("The share that may be withdrawn"),
)
"""What stands in the place “what” of a shape."""

SHAPES: Final = (
    N_("This version cannot be read any more: %(reason)s."),
    N_("There is no record %(identifier)s any more; nothing was changed."),
    N_("%(name)s is too large: a document has at most 5 MB here."),
    N_("The archive %(name)s cannot be read: it is broken, or locked by a password."),
    N_("%(count)s documents wait for you already, of 500 at most. Please store or discard them first."),
    N_("%(count)s of %(records)s records would be withdrawn, more than %(share)s%%. Nothing is withdrawn until a curator confirms it."),
    N_(
        "The source shrank from %(before)s documents to %(now)s, by more than %(share)s%%. "
        "Nothing is withdrawn until a curator confirms it."
    ),
    N_("A fault of Reflecs itself stopped this run; please report it: %(fault)s."),
    N_("%(what)s is a number from %(least)s to %(most)s."),
    N_("%(what)s cannot be changed in place in this document."),
    N_("%(what)s cannot be changed alone in this document: what it says of %(others)s would change with it."),
    N_("%(what)s would not be read from a document in %(format)s as it is written here."),
    N_("%(what)s would not be read from a document in %(format)s as it is written here: %(value)s."),
    N_("Documents in %(format)s cannot be edited in place."),
    N_("This document cannot be edited in place: its encoding (%(encoding)s) is not known here."),
    N_("This document cannot be edited in place: its encoding (%(encoding)s) has several ways to write it."),
    N_("This document cannot be edited in place: %(reason)s."),
    N_("an interval begins after its end: %(begin)s to %(end)s"),
    N_("the instrument %(instrument)s sits on a platform that the record does not describe: %(platform)s"),
    N_("no schema of %(format)s is checked here"),
    N_("there is no schema for such a document (%(name)s)"),
    N_("the schema %(schema)s does not compile: %(reason)s"),
    N_("There is no filter %(name)s for this protocol; there are: %(known)s."),
    N_("the schema %(schema)s is not in the installed pycsw"),
    N_("the schema %(schema)s is not in the folder of schemas (none is set: see REFLECS_SCHEMAS)"),
    N_("the schema %(schema)s is not in the folder of schemas (%(folder)s)"),
)
"""Sentences of the same services that hold something of the case, the closer shape before the wider one."""

ASKING: Final = (
    N_("the server answers with status %(status)s: %(reason)s (%(where)s)"),
    N_("the server answers with status %(status)s (%(where)s)"),
    N_("the server wants to be left alone for %(count)s seconds"),
    N_("the server answers with an exception: %(reason)s (%(where)s)"),
    N_("no connection: %(reason)s (%(where)s)"),
    N_("the name %(host)s is not known"),
    N_("the name %(host)s has no address"),
    N_("no answer in time (%(where)s)"),
    N_("the answer breaks off: %(reason)s (%(where)s)"),
    N_("the answer has more than %(count)s bytes (%(where)s)"),
    N_("the answer takes longer than %(count)s seconds (%(where)s)"),
    N_("it redirects more than %(count)s times (%(where)s)"),
    N_("%(host)s is at %(number)s, which is not on the public internet (%(where)s)"),
    N_("the answer, of status %(status)s, cannot be read: %(reason)s (%(where)s)"),
    N_("the answer cannot be read: %(reason)s (%(where)s)"),
    N_("the answer is no JSON object (%(where)s)"),
    N_("the answer has no features (%(where)s)"),
    N_("the answer has no collections (%(where)s)"),
    N_("this is no answer of a CSW but %(name)s (%(where)s)"),
    N_("this is no answer of OAI-PMH but %(name)s, with status %(status)s (%(where)s)"),
    N_("this is no answer of a CMR but %(name)s (%(where)s)"),
    N_("this is no listing of a folder (%(where)s)"),
    N_("robots.txt of the server asks not to harvest this folder (%(where)s)"),
    N_("this is no folder, and no zip file that can be read: %(reason)s (%(where)s)"),
    N_("the folder cannot be listed: %(reason)s (%(where)s)"),
    N_("the document has more than %(count)s bytes"),
    N_("the document cannot be read: %(reason)s"),
    N_("the source lists it, and does not hand it out by its name"),
    N_("the repository lists it, and does not hand it out"),
    N_("the record has no metadata, and is not deleted"),
    N_("it is listed, and was not there when it was asked for"),
)
"""What `harvesters` say most often of a source that failed, or of a document that could not be had."""

RIVALS: Final = (
    N_("The record was changed here after it was harvested"),
    N_("A record with this identifier was brought in here by hand"),
    N_("A record with this identifier comes from another source"),
    N_("Another document of this source has this identifier"),
    N_("The record was withdrawn here"),
)
"""What a document met that claims the identifier of a record."""

ENDS: Final = (
    N_("it is newer and stands"),
    N_("the record that is kept stays"),
    N_("both are kept"),
    N_("it was refused"),
    N_("the later one stands"),
    N_("the one that is kept stays"),
    N_("it stays so, unless everything is harvested anew"),
)
"""What became of it."""


def said(sentence: str) -> str:
    """Return a sentence of a service in the reader's language; as it is where nobody knows it, "" for none."""
    whole = said_plainly(sentence)
    if whole != sentence:
        return whole
    for shape, places in _SHAPES.items():
        found = places.fullmatch(sentence)
        if found is not None:
            return _(shape, **{name: _place(name, value) for name, value in found.groupdict().items()})
    return sentence


def line_reason(kind: LineKind, reason: str) -> str:
    """Return what a line of a run has to say in the reader's language, as far as it can be said in it; "" for nothing."""
    found = _CONFLICT.fullmatch(reason) if kind is LineKind.CONFLICT else None
    if found is None:
        return said(reason)
    rival, name, ending, beside = found.group("met", "name", "end", "beside")
    met, end = _(rival), _(ending)
    if name:
        met = f"{met} ({name})"
    if beside:
        end = _("%(end)s, this one as %(identifier)s", end=end, identifier=beside)
    return _("%(met)s; %(end)s.", met=met, end=end)


def _place(name: str, value: str) -> str:
    """What stands in a place of a shape, as the reader's language has it: subjects, reasons and grouped numbers."""
    if name == "what":
        return _(value)
    if name == "reason":
        return said(value)
    return number_words(int(value.replace(",", "")), language()) if _GROUPED.fullmatch(value) else value


def _pattern(shape: str) -> re.Pattern[str]:
    """What the sentences of a shape look like."""
    written = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", re.escape(shape)).replace("%%", "%")
    return re.compile(written, re.DOTALL)


def _one_of(texts: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, texts))


_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {shape: _pattern(shape) for shape in (*SHAPES, *ASKING)}
_GROUPED: Final = re.compile(r"\d{1,3}(,\d{3})+")
_CONFLICT: Final = re.compile(
    rf"(?P<met>{_one_of(RIVALS)})(?: \((?P<name>.*)\))?; (?P<end>{_one_of(ENDS)})(?:, this one as (?P<beside>.*))?\.", re.DOTALL
)
