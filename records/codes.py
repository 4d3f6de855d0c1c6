"""Code lists, with the standard's own values. A value that is in no list becomes None and a problem, never a guess."""

from enum import StrEnum
from functools import cache
from typing import Self, cast


class Code(StrEnum):
    """A value of a code list; the member's value is the code to the letter."""

    @classmethod
    def match(cls, text: str | None) -> Self | None:
        """Return the code that `text` names, whatever its case, blanks, hyphens and underscores; None when it names none."""
        return cast("Self | None", _lookup(cls).get(_key(text))) if text else None


def _key(text: str) -> str:
    return "".join(ch for ch in text.casefold() if ch.isalnum())


@cache
def _lookup(codes: type[Code]) -> dict[str, Code]:
    return {_key(member.value): member for member in codes}


class Domain(Code):
    """The four science domains by which REFLECS sorts its records."""

    EARTH = "earth"
    UNIVERSE = "universe"
    LIFE = "life"
    MATERIAL = "material"


class ScopeCode(Code):
    """MD_ScopeCode (ISO 19115:2003 B.5.25, and the values ISO 19115-1 added): what the record describes."""

    ATTRIBUTE = "attribute"
    ATTRIBUTE_TYPE = "attributeType"
    COLLECTION_HARDWARE = "collectionHardware"
    COLLECTION_SESSION = "collectionSession"
    DATASET = "dataset"
    SERIES = "series"
    NON_GEOGRAPHIC_DATASET = "nonGeographicDataset"
    DIMENSION_GROUP = "dimensionGroup"
    FEATURE = "feature"
    FEATURE_TYPE = "featureType"
    PROPERTY_TYPE = "propertyType"
    FIELD_SESSION = "fieldSession"
    SOFTWARE = "software"
    SERVICE = "service"
    MODEL = "model"
    TILE = "tile"
    INITIATIVE = "initiative"
    STEREOMATE = "stereomate"
    SENSOR = "sensor"
    PLATFORM_SERIES = "platformSeries"
    SENSOR_SERIES = "sensorSeries"
    PRODUCTION_SERIES = "productionSeries"
    TRANSFER_AGGREGATE = "transferAggregate"
    OTHER_AGGREGATE = "otherAggregate"
    METADATA = "metadata"
    SAMPLE = "sample"
    DOCUMENT = "document"
    REPOSITORY = "repository"
    AGGREGATE = "aggregate"
    PRODUCT = "product"
    COLLECTION = "collection"
    COVERAGE = "coverage"
    APPLICATION = "application"
    MAP = "map"


class RoleCode(Code):
    """CI_RoleCode (ISO 19115:2003 B.5.5, and the values ISO 19115-1 added): what a contact does."""

    RESOURCE_PROVIDER = "resourceProvider"
    CUSTODIAN = "custodian"
    OWNER = "owner"
    USER = "user"
    DISTRIBUTOR = "distributor"
    ORIGINATOR = "originator"
    POINT_OF_CONTACT = "pointOfContact"
    PRINCIPAL_INVESTIGATOR = "principalInvestigator"
    PROCESSOR = "processor"
    PUBLISHER = "publisher"
    AUTHOR = "author"
    SPONSOR = "sponsor"
    CO_AUTHOR = "coAuthor"
    COLLABORATOR = "collaborator"
    EDITOR = "editor"
    MEDIATOR = "mediator"
    RIGHTS_HOLDER = "rightsHolder"
    CONTRIBUTOR = "contributor"
    FUNDER = "funder"
    STAKEHOLDER = "stakeholder"


class ContactScope(Code):
    """What a contact answers for: the metadata record, the resource itself, or its distribution."""

    METADATA = "metadata"
    RESOURCE = "resource"
    DISTRIBUTION = "distribution"


class DateTypeCode(Code):
    """CI_DateTypeCode (ISO 19115:2003 B.5.2, and the values ISO 19115-1 added): what happened to the resource on a date."""

    CREATION = "creation"
    PUBLICATION = "publication"
    REVISION = "revision"
    EXPIRY = "expiry"
    LAST_UPDATE = "lastUpdate"
    LAST_REVISION = "lastRevision"
    NEXT_UPDATE = "nextUpdate"
    UNAVAILABLE = "unavailable"
    IN_FORCE = "inForce"
    ADOPTED = "adopted"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"
    VALIDITY_BEGINS = "validityBegins"
    VALIDITY_EXPIRES = "validityExpires"
    RELEASED = "released"
    DISTRIBUTION = "distribution"


class LinkFunctionCode(Code):
    """CI_OnLineFunctionCode (ISO 19115:2003 B.5.3, and the values ISO 19115-1 added): what a link is for."""

    DOWNLOAD = "download"
    INFORMATION = "information"
    OFFLINE_ACCESS = "offlineAccess"
    ORDER = "order"
    SEARCH = "search"
    COMPLETE_METADATA = "completeMetadata"
    BROWSE_GRAPHIC = "browseGraphic"
    UPLOAD = "upload"
    EMAIL_SERVICE = "emailService"
    BROWSING = "browsing"
    FILE_ACCESS = "fileAccess"


class KeywordTypeCode(Code):
    """MD_KeywordTypeCode (ISO 19115:2003 B.5.17, ISO 19115-1, and NASA's list): what kind of thing a keyword names."""

    DISCIPLINE = "discipline"
    PLACE = "place"
    STRATUM = "stratum"
    TEMPORAL = "temporal"
    THEME = "theme"
    DATA_CENTRE = "dataCentre"
    FEATURE_TYPE = "featureType"
    INSTRUMENT = "instrument"
    PLATFORM = "platform"
    PROCESS = "process"
    PROJECT = "project"
    SERVICE = "service"
    PRODUCT = "product"
    SUB_TOPIC_CATEGORY = "subTopicCategory"
    TAXON = "taxon"


class TopicCategoryCode(Code):
    """MD_TopicCategoryCode (ISO 19115:2003 B.5.27, and the values ISO 19115-1 added): the main theme of a data set."""

    FARMING = "farming"
    BIOTA = "biota"
    BOUNDARIES = "boundaries"
    CLIMATOLOGY = "climatologyMeteorologyAtmosphere"
    ECONOMY = "economy"
    ELEVATION = "elevation"
    ENVIRONMENT = "environment"
    GEOSCIENTIFIC_INFORMATION = "geoscientificInformation"
    HEALTH = "health"
    IMAGERY = "imageryBaseMapsEarthCover"
    INTELLIGENCE = "intelligenceMilitary"
    INLAND_WATERS = "inlandWaters"
    LOCATION = "location"
    OCEANS = "oceans"
    PLANNING = "planningCadastre"
    SOCIETY = "society"
    STRUCTURE = "structure"
    TRANSPORTATION = "transportation"
    UTILITIES = "utilitiesCommunication"
    EXTRA_TERRESTRIAL = "extraTerrestrial"
    DISASTER = "disaster"


class RestrictionCode(Code):
    """MD_RestrictionCode (ISO 19115:2003 B.5.24, and the values ISO 19115-1 added): how access or use is limited."""

    COPYRIGHT = "copyright"
    PATENT = "patent"
    PATENT_PENDING = "patentPending"
    TRADEMARK = "trademark"
    LICENSE = "license"
    INTELLECTUAL_PROPERTY_RIGHTS = "intellectualPropertyRights"
    RESTRICTED = "restricted"
    OTHER_RESTRICTIONS = "otherRestrictions"
    UNRESTRICTED = "unrestricted"
    LICENCE_UNRESTRICTED = "licenceUnrestricted"
    LICENCE_END_USER = "licenceEndUser"
    LICENCE_DISTRIBUTOR = "licenceDistributor"
    PRIVATE = "private"
    STATUTORY = "statutory"
    CONFIDENTIAL = "confidential"
    SENSITIVE_BUT_UNCLASSIFIED = "sensitiveButUnclassified"
    IN_CONFIDENCE = "in-confidence"


class ConstraintKind(Code):
    """Which element of ISO 19115's MD_Constraints a constraint came from."""

    USE_LIMITATION = "useLimitation"
    ACCESS = "accessConstraints"
    USE = "useConstraints"
    OTHER = "otherConstraints"


class AccessLevel(Code):
    """Who may get the data: anybody, or the members of some groups."""

    OPEN = "open"
    RESTRICTED = "restricted"


class RelationType(Code):
    """What another resource is to this one (DS_AssociationTypeCode, ISO 19115:2003 B.5.7, and DIF's association types)."""

    PARENT = "parent"
    CHILD = "child"
    CROSS_REFERENCE = "crossReference"
    LARGER_WORK_CITATION = "largerWorkCitation"
    PART_OF_SEAMLESS_DATABASE = "partOfSeamlessDatabase"
    SOURCE = "source"
    STEREO_MATE = "stereoMate"
    COLLECTIVE_TITLE = "collectiveTitle"
    DEPENDENCY = "dependency"
    IS_COMPOSED_OF = "isComposedOf"
    REVISION_OF = "revisionOf"
    SERIES = "series"
    SUPERSEDED_BY = "supersededBy"
