"""The form of a source: what it holds, what is wrong with it, and the source it means."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from catalogue.harvesting.codelists import Policy
from catalogue.harvesting.views import SourceSpec, SourceView
from harvesters.source import Protocol
from mappings.vocabularies.labels import label
from records.codes import Domain
from ui.account.fields import Field, typed
from ui.curate.timing import Timing
from ui.language import language
from ui.speech import _

_MEBIBYTE: Final = 1024 * 1024
_FILTERS: Final = 50
"""Lines that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceForm:
    """What was typed into the form, or is to stand in it.

    Attributes:
        values: text, by the names of the fields.
        faults: what is wrong, a sentence, by the names of the fields.
        timing: its schedule.
        ticked: the names of the boxes that are ticked.
        has_credentials: whether some are kept, which are never shown.
    """

    values: Mapping[str, str]
    timing: Timing
    ticked: frozenset[str]
    has_credentials: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Whether what is seldom needed was set, or is wrong: it is then shown at once."""
        return any(self.faults.get(name) or self.values[name] != usual for name, usual in _limits(_EXAMPLE).items())


_EXAMPLE: Final = SourceSpec(name="", protocol=Protocol.CSW, url="")
"""Has what a source has unless somebody says otherwise."""


def new_form() -> SourceForm:
    """Return the form of a source that is not there yet."""
    return _form(_EXAMPLE, ticked=frozenset({"enabled"}))


def form_of(source: SourceView) -> SourceForm:
    """Return the form of a source as it stands."""
    return _form(source, ticked=frozenset({"enabled"} if source.enabled else ()), has_credentials=source.has_credentials)


def typed_form(form: Mapping[str, str], *, has_credentials: bool = False) -> SourceForm:
    """Return the form as it was sent."""
    values = {name: typed(form, name, length) for name, length in _LENGTHS.items()}
    ticked = frozenset(name for name in ("enabled", "forget") if form.get(name))
    return SourceForm(values=values, timing=Timing.typed(form), ticked=ticked, has_credentials=has_credentials)


def faults_of(form: SourceForm) -> dict[str, str]:
    """Return what is wrong with single fields: those that are no numbers, no choice, no filter. The rest is told by who keeps sources."""
    faults = {name: says for name, (read, says) in _readers().items() if _read(read, form.values[name]) is None}
    strange = _no_filter(form.values["filters"])
    if strange is not None:
        faults["filters"] = _("“%(line)s” is no filter: write a name, “=” and a value.", line=strange)
    if form.values["user"] and form.values["token"]:
        faults["token"] = _("Please give a user with a password, or a token: not both.")
    if form.values["password"] and not form.values["user"]:
        faults["user"] = _("Please say whose password this is.")
    return faults


def spec_of(form: SourceForm) -> SourceSpec:
    """Return the source that a form without faults means."""
    values, rate = form.values, form.values["rate"]
    return SourceSpec(
        name=values["name"],
        protocol=Protocol(values["protocol"]),
        url=values["url"],
        page_size=int(values["page_size"]),
        rate=_number(rate) if rate else None,
        concurrency=int(values["concurrency"]),
        filters=_filters(values["filters"]),
        user=values["user"] or None,
        password=values["password"] or None,
        token=values["token"] or None,
        domain=Domain(values["domain"]) if values["domain"] else None,
        timeout=_number(values["timeout"]),
        max_bytes=round(_number(values["megabytes"]) * _MEBIBYTE),
        policy=Policy(values["policy"]),
        share=_number(values["share"]) / 100,
        schedule=form.timing.text(),
        enabled="enabled" in form.ticked,
    )


def _form(source: SourceSpec | SourceView, *, ticked: frozenset[str], has_credentials: bool = False) -> SourceForm:
    values = {
        "name": source.name,
        "protocol": source.protocol.value,
        "url": source.url,
        "domain": source.domain.value if source.domain else "",
        "policy": source.policy.value,
        "share": f"{source.share * 100:g}",
        "user": "",
        "password": "",
        "token": "",
        "filters": "\n".join(f"{name} = {value}" for name, value in source.filters.items()),
        **_limits(source),
    }
    return SourceForm(values=values, timing=Timing.of(source.schedule), ticked=ticked, has_credentials=has_credentials)


def _limits(source: SourceSpec | SourceView) -> dict[str, str]:
    return {
        "page_size": str(source.page_size),
        "rate": "" if source.rate is None else f"{source.rate:g}",
        "concurrency": str(source.concurrency),
        "timeout": f"{source.timeout:g}",
        "megabytes": f"{source.max_bytes / _MEBIBYTE:g}",
    }


def _readers() -> dict[str, tuple[Callable[[str], object], str]]:
    """How fields are read that hold no free text, and what is said where that fails."""
    number = _("Please give a number.")
    return {
        "protocol": (Protocol, _("Please choose how the source is asked.")),
        "domain": (lambda text: Domain(text) if text else "", _("Please choose a domain, or none.")),
        "policy": (Policy, _("Please choose which document stands.")),
        "share": (_number, _("Please give a percentage, from 0 to 100.")),
        "page_size": (int, number),
        "rate": (lambda text: _number(text) if text else "", _("Please give a number, or leave it empty for no limit.")),
        "concurrency": (int, number),
        "timeout": (_number, number),
        "megabytes": (_number, number),
    }


def _read(read: Callable[[str], object], text: str) -> object | None:
    try:
        return read(text)
    except ValueError:
        return None


def _number(text: str) -> float:
    """Read a number as people type it.

    Raises:
        ValueError: that is none.
    """
    number = float(text.replace(",", "."))
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _filters(text: str) -> dict[str, str]:
    """Read filters, one a line; what is none is left out."""
    pairs = (line.partition("=") for line in text.splitlines()[:_FILTERS])
    return {name.strip(): value.strip() for name, _equals, value in pairs if name.strip() and value.strip()}


def _no_filter(text: str) -> str | None:
    """Return the first line that is no filter, or a beginning of it; None where all are."""
    lines = (line.strip() for line in text.splitlines()[:_FILTERS])
    return next((line[:100] for line in lines if line and not _filters(line)), None)


_LENGTHS: Final = {
    "name": 60,
    "protocol": 20,
    "url": 2000,
    "domain": 20,
    "policy": 20,
    "share": 20,
    "user": 200,
    "password": 500,
    "token": 5000,
    "filters": 5000,
    "page_size": 12,
    "rate": 20,
    "concurrency": 12,
    "timeout": 20,
    "megabytes": 20,
}
"""The fields with the characters that are read of each."""


def fields_of(form: SourceForm) -> dict[str, Field]:
    """Return the fields as the page shows them, by their names; what is chosen among several, the page shows itself."""
    domains = [("", _("none")), *((each.value, label(each, language())) for each in Domain)]
    kept = _("Leave it empty to keep the one that is kept.") if form.has_credentials else None
    share = _("A run that would withdraw more than this share of the source’s records, in per cent, waits for you.")
    filters = _("One a line: name = value. What there is depends on how the source is asked; it is listed below.")
    fields = [
        Field(name="name", words=_("Name"), hint=_("Small letters, digits and “-”. Its records bear it, and it stays.")),
        Field(name="url", words=_("Address")),
        Field(
            name="domain", words=_("Domain"), hint=_("Of records that do not tell theirs."), kind="select", options=domains, optional=True
        ),
        Field(name="share", words=_("Withdraws by itself at most"), hint=share),
        Field(name="user", words=_("User"), optional=True),
        Field(name="password", words=_("Password"), hint=kept, kind="password", autocomplete="new-password", optional=True),
        Field(name="token", words=_("Token"), hint=_("In place of a user: sent as a bearer token."), kind="password", optional=True),
        Field(name="filters", words=_("Filters"), hint=filters, kind="textarea", optional=True),
        Field(name="page_size", words=_("Documents asked for at once")),
        Field(name="rate", words=_("Requests a second at most"), hint=_("Empty for no limit."), optional=True),
        Field(name="concurrency", words=_("Requests under way at once")),
        Field(name="timeout", words=_("Seconds that the source may be silent")),
        Field(name="megabytes", words=_("Size of one answer at most, in MiB")),
    ]
    return {each.name: _filled(each, form) for each in fields}


def _filled(empty: Field, form: SourceForm) -> Field:
    """Return a field with what was typed into it; what is secret is not shown again."""
    typed_in = form.values[empty.name]
    value, hint = ("", _("Please type it again.")) if empty.kind == "password" and typed_in else (typed_in, empty.hint)
    return replace(empty, value=value, hint=hint, fault=form.faults.get(empty.name), length=_LENGTHS[empty.name])
