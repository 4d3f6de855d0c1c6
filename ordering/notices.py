"""The letters of orders: the code that activates one, and the one that tells how it ended. English and French."""

from typing import Final

from accounts.mail import Message
from ordering.models import DeliveryMode, Order, OrderState
from ordering.sentences import Sentence

_LISTED: Final = 20

_CODE_SUBJECT: Final = Sentence("Your order %(number)s: activation code", "Votre commande %(number)s : code d’activation")
_CODE: Final = Sentence(
    """Somebody, probably you, ordered data with this e-mail address.

To have the order prepared, type this code on the page of the order:

    %(code)s

    %(url)s

The code is good for %(hours)s hours. If you ordered nothing, do nothing: the order will be dropped.
""",
    """Quelqu’un, probablement vous, a commandé des données avec cette adresse électronique.

Pour que la commande soit préparée, saisissez ce code sur la page de la commande :

    %(code)s

    %(url)s

Le code est valable %(hours)s heures. Si vous n’avez rien commandé, ne faites rien : la commande sera abandonnée.
""",
)
_READY_SUBJECT: Final = Sentence("Your order %(number)s is ready", "Votre commande %(number)s est prête")
_READY: Final = Sentence(
    """The data you ordered are ready to be downloaded until %(expires)s:

    %(url)s

%(list)s
""",
    """Les données que vous avez commandées peuvent être téléchargées jusqu’au %(expires)s :

    %(url)s

%(list)s
""",
)
_SENT_SUBJECT: Final = Sentence("Your order %(number)s has been delivered", "Votre commande %(number)s est livrée")
_SENT: Final = Sentence(
    """The data you ordered have been sent to your server; each file arrived whole.

%(list)s

The order: %(url)s
""",
    """Les données que vous avez commandées ont été envoyées sur votre serveur ; chaque fichier est arrivé entier.

%(list)s

La commande : %(url)s
""",
)
_FAILED_SUBJECT: Final = Sentence("Your order %(number)s could not be delivered", "Votre commande %(number)s n’a pas pu être livrée")
_FAILED: Final = Sentence(
    """The data you ordered could not be delivered:

    %(reason)s

You can try again until %(expires)s on the page of the order:

    %(url)s
""",
    """Les données que vous avez commandées n’ont pas pu être livrées :

    %(reason)s

Vous pouvez réessayer jusqu’au %(expires)s sur la page de la commande :

    %(url)s
""",
)
_FILE: Final = Sentence("    %(name)s (%(bytes)s bytes)\n    SHA-256 %(sha256)s", "    %(name)s (%(bytes)s octets)\n    SHA-256 %(sha256)s")
_MORE: Final = Sentence("    … and %(more)s more.", "    … et %(more)s autres.")


def activation(number: str, email: str, code: str, *, language: str, base_url: str, hours: int) -> Message:
    """Return the letter with the code that an order without an account is activated by."""
    text = _CODE.told(language, code=code, url=order_url(base_url, number), hours=hours)
    return Message(to=email, subject=_CODE_SUBJECT.told(language, number=number), text=text)


def ending(order: Order, *, base_url: str, token: str | None) -> Message:
    """Return the letter that tells how an order ended.

    Args:
        order: done or failed.
        base_url: the address of the installation.
        token: opens the order without an account; None for somebody with one.

    Raises:
        MailError: its address is none that letters go to.
    """
    language = order.language
    if order.state is OrderState.FAILED:
        subject, text = _FAILED_SUBJECT, _FAILED
    elif order.mode is DeliveryMode.WORKSPACE:
        subject, text = _READY_SUBJECT, _READY
    else:
        subject, text = _SENT_SUBJECT, _SENT
    told = text.told(
        language,
        url=order_url(base_url, order.number, token),
        expires=f"{order.expires:%Y-%m-%d %H:%M} UTC" if order.expires else "–",
        list=_listed(order, language),
        reason=order.reason,
    )
    return Message(to=order.email or "", subject=subject.told(language, number=order.number), text=told, key=_key(order))


def damaged(number: str, reason: str, contact: str) -> Message:
    """Return the letter to those who keep the archive: an order failed for a reason that they alone can mend."""
    text = f"Order {number} could not be prepared:\n\n    {reason}\n\nThe log has more. `reflecs archive verify` looks at all files.\n"
    return Message(to=contact, subject=f"Order {number}: the archive could not prepare it", text=text)


def order_url(base_url: str, number: str, token: str | None = None) -> str:
    """Return the address of an order's page; with a token, for somebody without an account."""
    return f"{base_url.rstrip('/')}/sipad/order/{number}" + (f"?link={token}" if token else "")


def _listed(order: Order, language: str) -> str:
    parcels = order.parcels
    lines = [_FILE.told(language, name=one.name, bytes=one.bytes, sha256=one.sha256) for one in parcels[:_LISTED]]
    if len(parcels) > _LISTED:
        lines.append(_MORE.told(language, more=len(parcels) - _LISTED))
    return "\n".join(lines)


def _key(order: Order) -> str:
    """Return what names this letter: the same however often a killed worker begins anew, another one when the order was tried again."""
    return f"order.{order.number}.{order.ended:%Y%m%dT%H%M%S.%f}"
