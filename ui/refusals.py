"""What accounts refuse, in the reader's language: their sentences are English, and the French is among the pages' own."""

from typing import Final

from ui.speech import _

N_: Final = str  # marks a text for those who gather what is to be translated, and leaves it as it is

SENTENCES: Final = (
    N_("Please fill in this field."),
    N_("This is too long."),
    N_("This holds a character that cannot be kept."),
    N_('A username has 5 to 16 characters: letters a to z, digits, ".", "_" and "-"; it begins with a letter or digit.'),
    N_("This username is taken. Please choose another."),
    N_("Please give an e-mail address such as name@example.org."),
    N_("Please choose none, gzip, zip or tar."),
    N_("Please choose English or French."),
    N_(
        "The name and the password do not go together, or the account is not open. "
        "After ten failures, wait 15 minutes or ask for a new password."
    ),
    N_("This link is not good any more. Please ask for a new one."),
    N_("Several letters went to this address within the last hour. Please wait an hour."),
    N_("The password must have at least 10 characters."),
    N_("The password must have at most 200 characters."),
    N_("The password must not hold your name, your username or your e-mail address."),
    N_("This password is one of those that are guessed first. Please choose another, such as four words by chance."),
    N_("There is no such account."),
    N_("You may not do this."),
    N_("This account is confirmed already."),
    N_("Only an account that is asked for can be validated."),
    N_("Only an account that waits for its validation can be refused."),
    N_("Only an open account has a password."),
    N_("Only an open account can be closed."),
    N_("Only a closed account can be opened again."),
    N_("Please give a reason, of at most 2,000 characters."),
    N_("You cannot close your own account: there might be no administrator left."),
    N_("You cannot change your own role: there might be no administrator left."),
    N_("A quota is a number of bytes, from 0 on."),
    N_("The new password must be another one."),
    N_("There were too many tries. Please wait 15 minutes."),
    N_("The present password is not right."),
    N_("There is an account with this username or e-mail address already."),
    N_("Please give the token a name, of at most 100 characters."),
    N_("Please choose a date to come."),
    N_("Only an active account has tokens."),
    N_("You have 20 tokens already. Please remove one."),
    N_("There is no such token."),
    N_("There is no such group."),
    N_('The name of a group has 1 to 40 characters: letters a to z, digits and "-"; it begins with a letter.'),
    N_("Please give the group a title, of at most 200 characters."),
    N_("There is a group of this name already."),
    N_("An access rule lets this group in. Please change the rule first."),
    N_("This account is not in the group."),
    N_("An identifier has 1 to 512 characters."),
    N_("Please give the date from which the data are open."),
    N_("Somebody else has just set a rule here. Please look at it and try again."),
    N_("There is no such rule."),
    N_("This is no e-mail address that letters can be sent to."),
    N_("This letter cannot be sent: its subject is not one line, or it is too long."),
    N_("The letter cannot be written to the outbox."),
    N_("The mail server does not send letters to this address."),
    N_("The letter cannot be sent now; please try again later."),
)
"""All that a reader can be told. A test holds them against what `accounts` says."""


def said(sentence: str) -> str:
    """Return a sentence of `accounts` in the reader's language; "" for none."""
    return _(sentence) if sentence else ""
