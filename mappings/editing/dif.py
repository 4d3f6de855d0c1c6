"""How DIF 9 and DIF 10 are edited: their elements first, and Extended_Metadata for what these do not say exactly."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from lxml import etree

from mappings.editing.listing import as_values
from mappings.editing.places import Manual, Place, always
from mappings.editing.plan import Plan, Shapes, in_order
from mappings.editing.source import XmlSource
from mappings.formats import dif9, dif10
from mappings.formats.dif9 import reader as dif9_reader
from mappings.formats.dif10 import reader as dif10_reader
from mappings.formats.format import Format
from mappings.formats.shared.dif.document import MembersOf
from mappings.formats.shared.dif.elements import NAMESPACE, leaf, line, parts
from mappings.formats.shared.dif.extended import GROUP, extend
from mappings.rules import Problems, all_text
from mappings.xml import children, local_name, namespace
from records.model import Record

_FLAGS: Final = frozenset({"Ends_At_Present_Flag"})
"""Elements that say something of what stands beside them."""
_NOTHING: Final = frozenset({"", "not provided", "not applicable"})
_EMPTY: Final = Record(identifier="-")

_PLACES_9: Final = {
    "abstract": ("Summary/Abstract", "Summary"),
    "keywords": ("Discipline", "Parameters", "Keyword", "Location", "Data_Set_Progress", "Paleo_Temporal_Coverage"),
    "contacts": (
        *(f"Data_Set_Citation/Dataset_{role}" for role in ("Creator", "Editor", "Publisher")),
        *("Personnel", "Originating_Center", "Data_Center"),
    ),
    "extents": ("Spatial_Coverage",),
    "intervals": ("Temporal_Coverage",),
    "links": ("Related_URL", "Multimedia_Sample", "Data_Set_Citation/Online_Resource"),
    "datestamp": ("Last_DIF_Revision_Date",),
}
_PLACES_10: Final = {
    "abstract": ("Summary/Abstract", "Summary"),
    "keywords": (
        *("Science_Keywords", "Ancillary_Keyword", "Location", "Dataset_Progress", "Collection_Data_Type"),
        *("Temporal_Coverage/Temporal_Info/Ancillary_Temporal_Keyword", "Temporal_Coverage/Paleo_DateTime"),
    ),
    "contacts": (
        *(f"Dataset_Citation/Dataset_{role}" for role in ("Creator", "Editor", "Publisher")),
        *("Personnel", "Originating_Center", "Organization"),
    ),
    "extents": ("Spatial_Coverage",),
    "intervals": tuple(f"Temporal_Coverage/{kind}" for kind in ("Range_DateTime", "Single_DateTime", "Periodic_DateTime")),
    "links": ("Related_URL", "Multimedia_Sample", "Dataset_Citation/Online_Resource"),
    "datestamp": ("Metadata_Dates/Metadata_Last_Revision",),
}
"""Where the elements say the values of each field; the title is apart."""

_ORDER_9: Final = """
    Entry_ID Entry_Title Data_Set_Citation Personnel Discipline Parameters ISO_Topic_Category Keyword Sensor_Name Source_Name
    Temporal_Coverage Paleo_Temporal_Coverage Data_Set_Progress Spatial_Coverage Location Data_Resolution Project Quality
    Access_Constraints Use_Constraints Data_Set_Language Originating_Center Data_Center Distribution Multimedia_Sample Reference
    Summary Related_URL Parent_DIF IDN_Node Originating_Metadata_Node Metadata_Name Metadata_Version DIF_Creation_Date
    Last_DIF_Revision_Date DIF_Revision_History Future_DIF_Review_Date Private Extended_Metadata
    """
_ORDER_10: Final = """
    Entry_ID Version_Description Entry_Title Dataset_Citation Other_Identifiers Associated_DOIs Personnel Science_Keywords
    ISO_Topic_Category Ancillary_Keyword Platform Temporal_Coverage Dataset_Progress Spatial_Coverage Location Data_Resolution Project
    Quality Data_Maturity Access_Constraints Use_Constraints Dataset_Language Originating_Center Organization Distribution
    DirectDistributionInformation Multimedia_Sample Reference Summary Related_URL File_Naming_Convention Metadata_Association IDN_Node
    Originating_Metadata_Node Metadata_Name Metadata_Version DIF_Revision_History Metadata_Dates Private Additional_Attributes
    Product_Level_Id Collection_Data_Type Product_Flag Extended_Metadata
    """
_CITATION: Final = """
    Dataset_Creator Dataset_Editor Dataset_Title Dataset_Series_Name Dataset_Release_Date Dataset_Release_Place Dataset_Publisher
    Version Issue_Identification Data_Presentation_Form Other_Citation_Details Dataset_DOI Persistent_Identifier Online_Resource
    """
_ORDERS: Final = {
    name: in_order(words)
    for name, words in {
        "Data_Set_Citation": _CITATION,
        "Dataset_Citation": _CITATION,
        "Personnel": "Role First_Name Middle_Name Last_Name Email Phone Fax Contact_Address Contact_Person Contact_Group",
        "Contact_Person": "First_Name Middle_Name Last_Name Address Phone Email",
        "Contact_Group": "Name Address Phone Email",
        "Range_DateTime": "Beginning_Date_Time Ending_Date_Time",
        "Contact_Address": "Address City Province_or_State Postal_Code Country",
        "Address": "Street_Address City State_Province Postal_Code Country",
        "Temporal_Coverage": """
            Time_Type Date_Type Temporal_Range_Type Precision_Of_Seconds Ends_At_Present_Flag Range_DateTime Single_DateTime
            Periodic_DateTime Paleo_DateTime Temporal_Info Start_Date Stop_Date
            """,
        "Summary": "Abstract Purpose",
        "Related_URL": "URL_Content_Type Protocol URL Title Description Mime_Type",
        "Metadata_Dates": "Metadata_Creation Metadata_Last_Revision Metadata_Future_Review Metadata_Delete Data_Creation",
        "Organization": "Organization_Type Organization_Name Hours_Of_Service Instructions Organization_URL Dataset_ID Personnel",
        "Data_Center": "Data_Center_Name Data_Center_URL Data_Set_ID Personnel",
        "Spatial_Coverage": """
            Spatial_Coverage_Type Granule_Spatial_Representation Zone_Identifier Geometry Orbit_Parameters Vertical_Spatial_Info
            Spatial_Info
            """,
    }.items()
}
_TEMPORAL_FLAGS: Final = frozenset({"Time_Type", "Date_Type", "Temporal_Range_Type", "Precision_Of_Seconds", "Ends_At_Present_Flag"})
_HOLLOW: Final = {
    **dict.fromkeys(("Data_Set_Citation", "Dataset_Citation", "Temporal_Info", "Extended_Metadata"), frozenset[str]()),
    "Temporal_Coverage": _TEMPORAL_FLAGS,
}
_ONLY_ONE: Final = frozenset(
    (
        *("Dataset_Creator", "Dataset_Editor", "Dataset_Publisher", "Online_Resource", "Originating_Center", "Data_Set_Progress"),
        *("Dataset_Progress", "Summary", "Abstract", "Entry_Title", "Metadata_Dates", "Metadata_Last_Revision", "Temporal_Info"),
        "Last_DIF_Revision_Date",
    )
)


def _lone(element: etree._Element) -> dict[str, list[etree._Element]]:
    """Return the parts of a DIF that has this element alone, within those that are around it."""
    alone, parent = deepcopy(element), element.getparent()
    while parent is not None and parent.getparent() is not None:
        holder = etree.Element(parent.tag)
        holder.extend(deepcopy(part) for part in children(parent) if local_name(part) in _FLAGS)
        holder.append(alone)
        alone, parent = holder, parent.getparent()
    return {local_name(alone): [alone]}


def _place(path: str, field: str, members_of: MembersOf) -> Place:
    """Return the place of what the elements at a path say of a field, each read as if it were alone."""
    *around, name = path.split("/")

    def find(root: etree._Element) -> list[etree._Element]:
        holders = [root]
        for step in around:
            holders = [part for holder in holders for part in parts(holder).get(step, ())]
        found = [part for holder in holders for part in parts(holder).get(name, ())]
        if path == "Summary":  # earlier versions had the abstract in it without an element of its own
            return [element for element in found if len(element) == 0]
        if name == "Online_Resource":  # read only where no link has its address
            known = {(url.text or "").strip() for url in root.iterfind("{*}Related_URL/{*}URL")}
            return [element for element in found if (element.text or "").strip() not in known]
        return found

    def values(element: etree._Element) -> tuple[Any, ...]:
        return as_values(members_of(_lone(element), Problems())[field])

    kind = field if field in {"abstract", "datestamp"} else name
    if field == "intervals" and around:
        return Place(kind=kind, find=find, values=values, unit="Temporal_Coverage", joins=_has_no_flag)
    return Place(kind=kind, find=find, values=values, joins=always)


def _has_no_flag(there: etree._Element, new: etree._Element) -> bool:
    """Return whether a time may stand beside another one: not where a flag says that all of them go on."""
    del new
    holder = there.getparent()
    return holder is None or not any(local_name(part) in _FLAGS for part in children(holder))


def _titles(root: etree._Element) -> list[etree._Element]:
    """Return the element of the title, and those of citations that repeat it."""
    found = parts(root)
    title = line(found, "Entry_Title")
    cited = (part for name in ("Data_Set_Citation", "Dataset_Citation") for element in found.get(name, ()) for part in children(element))
    repeated = [part for part in cited if local_name(part) == "Dataset_Title" and leaf(part) == title]
    return [element for element in found.get("Entry_Title", []) if leaf(element) == title][:1] + repeated


def _title(element: etree._Element) -> tuple[str, ...]:
    title = leaf(element)
    return () if title is None else (title,)


def _is_nothing(element: etree._Element, members_of: MembersOf) -> bool:
    """Return whether an element says nothing: DIF demands elements, and has words for those that have nothing to say."""
    parent = element.getparent()
    if parent is not None and parent.getparent() is None and local_name(parent) == "DIF":
        return not any(members_of({local_name(element): [element]}, Problems()).values())
    return all((part.text or "").strip().casefold() in _NOTHING for part in element.iter(etree.Element))


def _actual(source: XmlSource) -> Callable[[str], str]:
    """Return the document's own namespace, of which there are several, and none."""
    own = namespace(source.root)
    return lambda uri: own if uri == NAMESPACE else uri


def _step(parent: etree._Element, there: Iterable[etree._Element], written: etree._Element) -> etree._Element | None:
    del parent, written
    return next((part for part in there if all_text(part).strip()), None)


def _fits(parent: etree._Element, new: etree._Element) -> None:
    del parent, new


def _manual(form: Format, members_of: MembersOf, paths: Mapping[str, tuple[str, ...]], order: str, *, one_place: bool) -> Manual:
    places = {field: tuple(_place(path, field, members_of) for path in found) for field, found in paths.items()}
    shapes = Shapes(
        orders=_ORDERS | {"DIF": in_order(order)},
        hollow=_HOLLOW,
        is_nothing=lambda element: _is_nothing(element, members_of),
        actual=_actual,
    )
    return Manual(
        title=form.title,
        write=form.write,
        root=lambda root: root,
        places=places | {"title": (Place(kind="title", find=_titles, values=_title),)},
        shapes=shapes,
        only_one=_ONLY_ONE | {"Spatial_Coverage"} if one_place else _ONLY_ONE,
        whole=frozenset({"extents"}) if one_place else frozenset(),
        step=_step,
        fits=_fits,
        settle=lambda content, field, wanted: _settled(content, field, wanted, shapes, members_of),
        keeps=False,
    )


def _settled(content: bytes, field: str, wanted: Any, shapes: Shapes, members_of: MembersOf) -> bytes:  # noqa: ANN401 - a value of any field
    """Return the document with Extended_Metadata that holds a field where the elements do not say it exactly, and not where they do."""
    source = XmlSource(content)
    plan, found = Plan(source, shapes), parts(source.root)
    said: Any = members_of(found, Problems())[field]
    blocks = found.get("Extended_Metadata", [])
    kept = [part for block in blocks for part in parts(block).get("Metadata", ()) if _is_of(part, field)]
    for metadata in kept:
        plan.remove(metadata)
    if said != wanted and (kept or not _is_reordered(said, wanted)):
        holder = etree.Element(f"{{{NAMESPACE}}}DIF")
        extend(holder, replace(_EMPTY, **{field: wanted}), replace(_EMPTY, **{field: said}))
        block = holder[0]
        if kept:
            plan.insert_after(kept[0], block[0])
        elif blocks:
            plan.insert(blocks[0], block[0])
        else:
            plan.insert(source.root, block)
    plan.hollow_out()
    return plan.done()


def _is_of(metadata: etree._Element, field: str) -> bool:
    found = parts(metadata)
    return line(found, "Group") == GROUP and line(found, "Name") == field


def _is_reordered(said: object, wanted: object) -> bool:
    """Return whether two lists hold the same, in whatever order."""
    return isinstance(said, tuple) and isinstance(wanted, tuple) and set(said) == set(wanted)


DIF_9: Final = _manual(dif9.FORMAT, dif9_reader.members_of, _PLACES_9, _ORDER_9, one_place=False)
DIF_10: Final = _manual(dif10.FORMAT, dif10_reader.members_of, _PLACES_10, _ORDER_10, one_place=True)
