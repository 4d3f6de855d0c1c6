"""How contacts are written as CI_Responsibility: an organisation with the individual in it, or an individual alone."""

from lxml import etree

from mappings.formats.iso19115_3.building import add_code, add_text, add_texts, need_code
from mappings.formats.shared.iso.building import add
from records.model import Contact


def write_contact(parent: etree._Element, contact: Contact) -> None:
    """Append a contact."""
    responsibility = add(parent, "cit:CI_Responsibility")
    need_code(responsibility, "cit:role", "CI_RoleCode", contact.role)
    party = add(responsibility, "cit:party")
    if contact.organisation is None:
        person = add(party, "cit:CI_Individual")
        add_text(person, "cit:name", contact.individual)
        _write_info(person, contact)
        add_text(person, "cit:positionName", contact.position)
        return
    organisation = add(party, "cit:CI_Organisation")
    add_text(organisation, "cit:name", contact.organisation)
    _write_info(organisation, contact)
    if contact.individual or contact.position:
        person = add(organisation, "cit:individual", "cit:CI_Individual")
        add_text(person, "cit:name", contact.individual)
        add_text(person, "cit:positionName", contact.position)


def _write_info(party: etree._Element, contact: Contact) -> None:
    places = (contact.address, contact.city, contact.region, contact.postal_code, contact.country, contact.emails)
    if not (any(places) or contact.phones or contact.url):
        return
    info = add(party, "cit:contactInfo", "cit:CI_Contact")
    for phone in contact.phones:
        telephone = add(info, "cit:phone", "cit:CI_Telephone")
        add_text(telephone, "cit:number", phone)
        add_code(telephone, "cit:numberType", "CI_TelephoneTypeCode", "voice")
    if any(places):
        address = add(info, "cit:address", "cit:CI_Address")
        add_texts(address, "cit:deliveryPoint", contact.address)
        add_text(address, "cit:city", contact.city)
        add_text(address, "cit:administrativeArea", contact.region)
        add_text(address, "cit:postalCode", contact.postal_code)
        add_text(address, "cit:country", contact.country)
        add_texts(address, "cit:electronicMailAddress", contact.emails)
    if contact.url:
        add_text(add(info, "cit:onlineResource", "cit:CI_OnlineResource"), "cit:linkage", contact.url)
