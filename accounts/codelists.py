"""The code lists of accounts and access rules, as they stand in the tables (`accounts.models`)."""

from enum import StrEnum


class AccountState(StrEnum):
    """Where an account stands on its way. The transitions are in `accounts.states`."""

    UNCONFIRMED = "unconfirmed"  # asked for; the e-mail address is not confirmed yet
    REQUESTED = "requested"  # confirmed; an administrator has to say yes or no
    REFUSED = "refused"
    TEMPORARY = "temporary"  # validated: a single-use temporary password is out, which has to be changed at the first sign-in
    ACTIVE = "active"
    CLOSED = "closed"


class Role(StrEnum):
    """What somebody may do beside what everybody with an account may."""

    USER = "user"
    CURATOR = "curator"
    ADMINISTRATOR = "administrator"


class Compression(StrEnum):
    """How the files of an order are compressed (the seed's four)."""

    NONE = "none"
    GZIP = "gzip"
    ZIP = "zip"
    TAR = "tar"


class Purpose(StrEnum):
    """What a code sent by e-mail is for."""

    CONFIRM = "confirm"  # the address of a registration; subject: the user's id
    RESET = "reset"  # a forgotten password; subject: the user's id
    ACTIVATE = "activate"  # an anonymous order; subject: the order's number


class RuleKind(StrEnum):
    """Who may have what a rule stands on."""

    OPEN = "open"  # everybody
    GROUPS = "groups"  # members of its groups only
    UNTIL = "until"  # members of its groups until its date, everybody from then on


class Shown(StrEnum):
    """What those whom a rule keeps out see."""

    DESCRIPTION = "description"  # all that is said of the data, and a padlock on the data themselves
    NAME = "name"  # the name in the tree, a padlock and when it opens; no search finds it
    NOTHING = "nothing"  # not that it is there
