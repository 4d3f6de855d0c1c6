"""The form by which an account is asked for."""

from collections.abc import Mapping
from dataclasses import replace

from accounts.codelists import Compression
from accounts.forms import Registration
from ui.account.fields import Field, typed
from ui.language import NAMES, language
from ui.refusals import said
from ui.speech import _


def registration(form: Mapping[str, str]) -> Registration:
    """Return the form that was sent."""
    return Registration(
        username=typed(form, "username"),
        email=typed(form, "email"),
        surname=typed(form, "surname"),
        first_name=typed(form, "first_name"),
        middle_name=typed(form, "middle_name"),
        address=typed(form, "address"),
        telephone=typed(form, "telephone"),
        organisation=typed(form, "organisation"),
        reasons=typed(form, "reasons"),
        compression=typed(form, "compression") or Compression.NONE,
        language=language(),
    )


def registration_fields(form: Mapping[str, str], faults: Mapping[str, str]) -> list[tuple[str, list[Field]]]:
    """Return the fields under their headings, with what was typed and what is wrong."""
    username = _("5 to 16 characters: letters a to z, digits, “.”, “_” and “-”.")
    reasons = _("Which data you need, and what for. An administrator reads it.")
    wanted = [
        (
            _("Your account"),
            [
                Field(name="username", words=_("Username"), hint=username, autocomplete="username", length=16),
                Field(name="email", words=_("E-mail address"), hint=_email_hint(), kind="email", autocomplete="email", length=254),
            ],
        ),
        (_("You"), [*person_fields()]),
        (
            _("Your request"),
            [
                Field(name="reasons", words=_("Reasons for the request"), hint=reasons, kind="textarea", length=2000),
                compression_field(),
            ],
        ),
    ]
    return [(title, filled(fields, form, faults)) for title, fields in wanted]


def person_fields() -> tuple[Field, ...]:
    """Return the fields about the person, empty."""
    return (
        Field(name="first_name", words=_("First name"), autocomplete="given-name", length=100),
        Field(name="middle_name", words=_("Middle name"), autocomplete="additional-name", length=100, optional=True),
        Field(name="surname", words=_("Surname"), autocomplete="family-name", length=100),
        Field(name="organisation", words=_("Organisation"), autocomplete="organization", length=200),
        Field(name="address", words=_("Postal address"), kind="textarea", autocomplete="street-address", length=500),
        Field(name="telephone", words=_("Telephone"), kind="tel", autocomplete="tel", length=50),
    )


def compression_field() -> Field:
    """Return the field of the compression that somebody prefers, empty."""
    words = {Compression.NONE: _("not compressed")}
    options = tuple((each.value, words.get(each, each.value)) for each in Compression)
    hint = _("Of the files you order. Each order can have another.")
    return Field(name="compression", words=_("Compression"), hint=hint, kind="select", options=options)


def language_field() -> Field:
    """Return the field of the language of letters, empty."""
    return Field(name="language", words=_("Language of our letters"), kind="select", options=tuple(NAMES.items()))


def filled(fields: list[Field], form: Mapping[str, str], faults: Mapping[str, str]) -> list[Field]:
    """Return fields with what was typed and what is wrong."""
    return [
        replace(field, value=form.get(field.name, ""), fault=said(faults[field.name]) if field.name in faults else None) for field in fields
    ]


def _email_hint() -> str:
    return _("We send a link to it, which you follow to confirm that it is yours.")
