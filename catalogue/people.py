"""The commands about accounts, `reflecs user`: the first administrator, and what an administrator does without pages.

Exit codes as in `catalogue.cli`.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from accounts.codelists import AccountState, Role
from accounts.visitors import COMMAND_LINE
from catalogue.console import Failed, counted, plain_errors, print_json
from catalogue.settings import Settings

if TYPE_CHECKING:
    from accounts.accounts import Accounts

_TEMPORARY = click.option("--temporary", is_flag=True, help="Print a temporary password, good once, for seven days; ask for none.")


@contextmanager
def _accounts() -> "Iterator[Accounts]":
    from catalogue.services import accounts, database  # noqa: PLC0415 (a command loads what it needs, so that --help is quick)

    settings = Settings.from_environment()
    with database(settings) as opened:
        yield accounts(settings, opened)


@click.group()
def user() -> None:
    """People's accounts: make, list, validate, close them."""


@user.command()
@click.argument("username")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.USER.value, show_default=True)
@click.option("--surname", default="", help="Of the account's owner.")
@click.option("--first-name", default="", help="Of the account's owner.")
@click.option("--organisation", default="", help="Of the account's owner.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of letters.")
@_TEMPORARY
@plain_errors
def add(  # noqa: PLR0913 -- click hands over one argument for each option
    username: str, email: str, *, role: str, surname: str, first_name: str, organisation: str, language: str, temporary: bool
) -> None:
    """Make an open account, without a request and without a letter. The first administrator: --role administrator."""
    with _accounts() as accounts:
        password = None if temporary else _asked_password()
        made = accounts.create_user(
            username,
            email,
            role=Role(role),
            password=password,
            surname=surname,
            first_name=first_name,
            organisation=organisation,
            language=language,
            by=COMMAND_LINE,
            address=None,
        )
    click.echo(f"The account {username.strip().lower()} is open ({role}).", err=True)
    _show_temporary(made)


@user.command(name="list")
@click.argument("text", default="")
@click.option("--state", type=click.Choice([state.value for state in AccountState]), help="Only accounts in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@plain_errors
def list_users(text: str, *, state: str | None, as_json: bool) -> None:
    """List accounts, or those of which a name, e-mail address or organisation holds TEXT. Exit code 1 when there is none."""
    chosen = AccountState(state) if state else None
    with _accounts() as accounts:
        found, total = accounts.users(text=text, state=chosen)
        page = 2
        while len(found) < total and (more := accounts.users(text=text, state=chosen, page=page)[0]):
            found.extend(more)
            page += 1
    if as_json:
        print_json(
            [
                {"username": one.username, "email": one.email, "name": one.name, "state": one.state.value, "role": one.role.value}
                for one in found
            ]
        )
    else:
        for one in found:
            click.echo(f"{one.username:16}  {one.state.value:11}  {one.role.value:13}  {one.email}  {one.name}".rstrip())
        click.echo(f"{counted(total, 'account')}.", err=True)
    sys.exit(0 if found else 1)


@user.command()
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@plain_errors
def role(username: str, role: str) -> None:
    """Give an account another role: user, curator or administrator."""
    with _accounts() as accounts:
        one = accounts.user_named(username)
        accounts.set_role(one.user_id, Role(role), by=COMMAND_LINE, address=None)
    click.echo(f"{one.username} is {role} from now on.", err=True)


@user.command()
@click.argument("username")
@_TEMPORARY
@plain_errors
def password(username: str, *, temporary: bool) -> None:
    """Give an open account another password. Its sessions are over."""
    with _accounts() as accounts:
        one = accounts.user_named(username)
        made = accounts.new_password(one.user_id, None if temporary else _asked_password(), by=COMMAND_LINE, address=None)
    click.echo(f"{one.username} has a new password.", err=True)
    _show_temporary(made)


@user.command()
@click.argument("username")
@plain_errors
def validate(username: str) -> None:
    """Accept a request for an account: its owner gets a temporary password by e-mail."""
    with _accounts() as accounts:
        one = accounts.user_named(username)
        accounts.validate(one.user_id, by=COMMAND_LINE, address=None)
    click.echo(f"{one.username} is validated; the letter with the temporary password is on its way to {one.email}.", err=True)


@user.command()
@click.argument("username")
@plain_errors
def close(username: str) -> None:
    """Close an account: its sessions, password and tokens are over; what it ordered stays."""
    with _accounts() as accounts:
        one = accounts.user_named(username)
        accounts.close(one.user_id, by=COMMAND_LINE, address=None)
    click.echo(f"{one.username} is closed.", err=True)


@user.command(name="open")
@click.argument("username")
@plain_errors
def open_again(username: str) -> None:
    """Open a closed or refused account again: its owner gets a temporary password by e-mail."""
    with _accounts() as accounts:
        one = accounts.user_named(username)
        accounts.reopen(one.user_id, by=COMMAND_LINE, address=None)
    click.echo(f"{one.username} is open again; the letter with the temporary password is on its way to {one.email}.", err=True)


def _asked_password() -> str:
    """Return a password typed twice, or the one line of standard input where nobody types: never an argument, which others could see."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Failed("Standard input holds no password. Give one there, or ask for a temporary one with --temporary.", 2)
    return line


def _show_temporary(made: str | None) -> None:
    if made is not None:
        click.echo("Temporary password, good once, for seven days:", err=True)
        click.echo(made)
