"""The letters about accounts, in English and French. Nothing that a stranger typed goes to an address he typed, but the username."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from accounts.mail import Message


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in both languages; `{words in braces}` are filled in.

    Attributes:
        english: subject and text.
        french: the same, in French.
    """

    english: tuple[str, str]
    french: tuple[str, str]

    def to(self, email: str, language: str, **values: str) -> Message:
        """Return the letter to somebody.

        Args:
            email: of the reader.
            language: "fr" for French; English for any other.
            values: what is filled in.

        Raises:
            MailError: it cannot be a letter.
        """
        subject, text = self.french if language == "fr" else self.english
        return Message(to=email, subject=_filled(subject, values), text=_filled(text, values))

    def in_both(self, email: str, **values: str) -> Message:
        """Return the letter to administrators, of whom no language is known: English, then French.

        Raises:
            MailError: it cannot be a letter.
        """
        text = f"{_filled(self.english[1], values)}\n-- \n\n{_filled(self.french[1], values)}"
        return Message(to=email, subject=_filled(self.english[0], values), text=text)


def _filled(template: str, values: Mapping[str, str]) -> str:
    return template.format_map(values)


CONFIRM: Final = Letter(
    (
        "Please confirm your e-mail address",
        """Hello,

somebody, we hope you, asked for the account "{username}" at {site} with this e-mail address.

To confirm that the address is yours, open this page within {hours} hours:

{link}

An administrator then looks at your request, and you get another letter.
If it was not you, do nothing: without the confirmation there is no account.
""",
    ),
    (
        "Veuillez confirmer votre adresse électronique",
        """Bonjour,

quelqu’un, vous sans doute, a demandé le compte « {username} » sur {site} avec cette adresse électronique.

Pour confirmer que cette adresse est la vôtre, ouvrez cette page dans les {hours} heures :

{link}

Un administrateur examinera ensuite votre demande, et vous recevrez une autre lettre.
Si ce n’était pas vous, ne faites rien : sans confirmation, aucun compte n’est ouvert.
""",
    ),
)

KNOWN: Final = Letter(
    (
        "There is an account with your e-mail address already",
        """Hello,

somebody, perhaps you, asked for an account at {site} with this e-mail address. There is one already: "{username}".
Nothing was changed.

If you do not know its password, ask for a new one here: {forgot}
If your request still waits for an administrator, or was refused, please write to {contact}.
If it was not you, you need do nothing.
""",
    ),
    (
        "Un compte existe déjà avec votre adresse électronique",
        """Bonjour,

quelqu’un, peut-être vous, a demandé un compte sur {site} avec cette adresse électronique. Il en existe déjà un : « {username} ».
Rien n’a été modifié.

Si vous n’en connaissez pas le mot de passe, demandez-en un nouveau ici : {forgot}
Si votre demande attend encore un administrateur, ou si elle a été refusée, écrivez à {contact}.
Si ce n’était pas vous, vous n’avez rien à faire.
""",
    ),
)

REQUESTED: Final = Letter(
    (
        "An account is asked for: {username}",
        """Somebody asks for an account, and has confirmed the e-mail address. Please accept or refuse the request:

{link}

Username:     {username}
Name:         {name}
Organisation: {organisation}
E-mail:       {applicant}
Reasons:
{reasons}
""",
    ),
    (
        "Un compte est demandé : {username}",
        """Quelqu’un demande un compte et a confirmé son adresse électronique. Veuillez accepter ou refuser la demande :

{link}

Identifiant :  {username}
Nom :          {name}
Organisme :    {organisation}
Adresse :      {applicant}
Motifs :
{reasons}
""",
    ),
)

TEMPORARY: Final = Letter(
    (
        "Your account is open",
        """Hello,

your account at {site} is open.

Username:           {username}
Temporary password: {password}

Sign in at {link} within {days} days. The temporary password is good once; you choose your own right after.
If it is lost or too old, ask for another: {forgot}
""",
    ),
    (
        "Votre compte est ouvert",
        """Bonjour,

votre compte sur {site} est ouvert.

Identifiant :              {username}
Mot de passe temporaire :  {password}

Connectez-vous sur {link} dans les {days} jours. Le mot de passe temporaire ne sert qu’une fois ; vous choisirez aussitôt le vôtre.
S’il est perdu ou trop ancien, demandez-en un autre : {forgot}
""",
    ),
)

REFUSED: Final = Letter(
    (
        "Your request for an account",
        """Hello,

your request for the account "{username}" at {site} was refused. The administrator says:

{reason}

If you have a question, please write to {contact}. Data open to everybody can be had without an account.
""",
    ),
    (
        "Votre demande de compte",
        """Bonjour,

votre demande du compte « {username} » sur {site} a été refusée. L’administrateur précise :

{reason}

Pour toute question, écrivez à {contact}. Les données publiques s’obtiennent sans compte.
""",
    ),
)

CLOSED: Final = Letter(
    (
        "Your account is closed",
        """Hello,

your account "{username}" at {site} was closed by an administrator. If you have a question, please write to {contact}.
""",
    ),
    (
        "Votre compte est fermé",
        """Bonjour,

votre compte « {username} » sur {site} a été fermé par un administrateur. Pour toute question, écrivez à {contact}.
""",
    ),
)

RESET: Final = Letter(
    (
        "A new password",
        """Hello,

somebody, we hope you, asked for a new password for your account "{username}" at {site}.

Choose it on this page within {hours} hours:

{link}

If it was not you, do nothing: your password stays as it is.
""",
    ),
    (
        "Un nouveau mot de passe",
        """Bonjour,

quelqu’un, vous sans doute, a demandé un nouveau mot de passe pour votre compte « {username} » sur {site}.

Choisissez-le sur cette page dans les {hours} heures :

{link}

Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même.
""",
    ),
)

NO_RESET: Final = Letter(
    (
        "A new password: there is no open account",
        """Hello,

somebody, perhaps you, asked for a new password at {site} with this e-mail address. No open account has it.

Perhaps you used another address, or your request still waits for an administrator. If in doubt, please write to {contact}.
If it was not you, you need do nothing.
""",
    ),
    (
        "Un nouveau mot de passe : aucun compte ouvert",
        """Bonjour,

quelqu’un, peut-être vous, a demandé un nouveau mot de passe sur {site} avec cette adresse électronique. Aucun compte ouvert n’y correspond.

Peut-être avez-vous utilisé une autre adresse, ou votre demande attend-elle encore un administrateur. Dans le doute, écrivez à {contact}.
Si ce n’était pas vous, vous n’avez rien à faire.
""",
    ),
)

CHANGED: Final = Letter(
    (
        "Your password was changed",
        """Hello,

the password of your account "{username}" at {site} was changed. All other sessions are over.

If it was not you, ask for a new password at once ({forgot}) and write to {contact}.
""",
    ),
    (
        "Votre mot de passe a été modifié",
        """Bonjour,

le mot de passe de votre compte « {username} » sur {site} a été modifié. Toutes les autres sessions sont terminées.

Si ce n’était pas vous, demandez aussitôt un nouveau mot de passe ({forgot}) et écrivez à {contact}.
""",
    ),
)
