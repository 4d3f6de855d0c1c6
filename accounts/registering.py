"""From a request for an account to an open one, and to a closed one."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import letters, passwords
from accounts.codelists import AccountState, Purpose, Role
from accounts.codes import TOO_MANY, linked, new_link, use_up, void
from accounts.desk import Asked, Desk, account, must_administer
from accounts.errors import RegistrationErrors, StateError
from accounts.forms import Registration, cleaned, refused_email, refused_username
from accounts.mail import Message
from accounts.models import Audit, Token, User
from accounts.people import tell
from accounts.states import Step, take
from accounts.visitors import ANONYMOUS, Visitor

CONFIRM_HOURS: Final = 48
TEMPORARY_DAYS: Final = 7
_TAKEN: Final = "This username is taken. Please choose another."
_LONGEST_REASON: Final = 2_000


class Registering(Desk):
    """Takes requests for accounts, and lets administrators answer them."""

    def register(self, form: Registration, *, address: str | None) -> None:
        """Take a request for an account, and send a letter to its e-mail address.

        The outcome is the same whether there is an account with the address or not: only the letter differs.

        Raises:
            RegistrationErrors: fields cannot be taken; the username is had by somebody else.
            MailError: the letter was not sent; the form may be sent again.
        """
        form = cleaned(form)
        try:
            with self._database.writing() as session:
                self._forget_unconfirmed(session)
                if self._is_taken(session, form.username, form.email):
                    raise RegistrationErrors({"username": _TAKEN})
                allowed = self._may_have_letter(session, Asked.ACCOUNT, form.email, form.username, by=ANONYMOUS, address=address)
                message = self._enter(session, form) if allowed else None
        except IntegrityError as error:  # another process has just taken it
            raise RegistrationErrors({"username": _TAKEN}) from error
        if message is None:
            raise RegistrationErrors({"email": TOO_MANY})
        self._mail.send(message)

    def _forget_unconfirmed(self, session: Session) -> None:
        old = self._clock() - timedelta(hours=CONFIRM_HOURS)
        session.execute(delete(User).where(User.state == AccountState.UNCONFIRMED, User.created <= old))

    def _is_taken(self, session: Session, username: str, email: str) -> bool:
        """Tell whether somebody else has a username, or has asked for it while a link is good.

        Whether such a request made an account or met a known address is not looked at: else the answer would tell which.
        """
        if session.scalar(select(User.id).where(User.username == username, User.state != AccountState.UNCONFIRMED)) is not None:
            return True
        asked = select(Audit.id).where(
            Audit.action == Asked.ACCOUNT,
            Audit.at > self._clock() - timedelta(hours=CONFIRM_HOURS),
            Audit.detail == username,
            Audit.subject != email,
        )
        return session.scalar(asked.limit(1)) is not None

    def _enter(self, session: Session, form: Registration) -> Message:
        """Make the account, or make an unconfirmed one anew; return the letter to its owner."""
        user = session.scalar(select(User).where(User.email == form.email))
        if user is not None and user.state != AccountState.UNCONFIRMED:
            return letters.KNOWN.to(
                user.email,
                user.language,
                username=user.username,
                site=self._base_url,
                forgot=f"{self._base_url}/account/forgot",
                contact=self._contact,
            )
        if user is None:
            user = User(email=form.email)
            session.add(user)
        user.username, user.reasons, user.created = form.username, form.reasons, self._clock()
        tell(user, form)
        session.flush()
        token = new_link(session, Purpose.CONFIRM, user, now=self._clock(), hours=CONFIRM_HOURS)
        return letters.CONFIRM.to(
            user.email,
            user.language,
            username=user.username,
            site=self._base_url,
            hours=str(CONFIRM_HOURS),
            link=f"{self._base_url}/account/confirm?token={token}",
        )

    def confirm(self, token: str, *, address: str | None = None) -> bool:
        """Take the link of a confirmation; the administrators get a letter.

        Returns:
            Whether it was good; also for a second click on a link that was.
        """
        with self._database.writing() as session:
            found = linked(session, Purpose.CONFIRM, token, self._clock())
            if found is None:
                return False
            code, user = found
            if user.state != AccountState.UNCONFIRMED:
                return True
            if not use_up(session, code, self._clock()):
                return False
            take(Step.CONFIRM, user)
            self._write(session, "confirmed an e-mail address", user.username, user.email, by=ANONYMOUS, address=address)
            message = self._request(user)
        self._tell(message)
        return True

    def _request(self, user: User) -> Message:
        return letters.REQUESTED.in_both(
            self._contact,
            link=f"{self._base_url}/admin",
            username=user.username,
            name=f"{user.first_name} {user.surname}",
            organisation=user.organisation,
            applicant=user.email,
            reasons="\n".join(f"  {line}" for line in user.reasons.splitlines()),
        )

    def validate(self, user_id: int, *, by: Visitor, address: str | None) -> None:
        """Say yes to a request, or send another temporary password to somebody who lost his.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownError: there is no such account.
            StateError: it does not wait for an answer.
            MailError: the letter was not sent; this may be done again.
        """
        self._open(user_id, Step.VALIDATE, "validated an account", by=by, address=address)

    def reopen(self, user_id: int, *, by: Visitor, address: str | None) -> None:
        """Open a closed account again, by a temporary password.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownError: there is no such account.
            StateError: it is not closed.
            MailError: the letter was not sent; `validate` sends another.
        """
        self._open(user_id, Step.REOPEN, "opened an account again", by=by, address=address)

    def _open(self, user_id: int, step: Step, action: str, *, by: Visitor, address: str | None) -> None:
        must_administer(by)
        password = passwords.temporary()
        kept = passwords.hashed(password)
        with self._database.writing() as session:
            user = account(session, user_id, changing=True)
            take(step, user)
            user.password_hash, user.temporary_until, user.refusal = kept, self._clock() + timedelta(days=TEMPORARY_DAYS), None
            self._write(session, action, user.username, by=by, address=address)
        message = letters.TEMPORARY.to(
            user.email,
            user.language,
            username=user.username,
            password=password,
            site=self._base_url,
            link=f"{self._base_url}/login",
            days=str(TEMPORARY_DAYS),
            forgot=f"{self._base_url}/account/forgot",
        )
        self._mail.send(message)

    def refuse(self, user_id: int, reason: str, *, by: Visitor, address: str | None) -> None:
        """Say no to a request; its owner is told why.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownError: there is no such account.
            StateError: it does not wait for an answer, or there is no reason.
        """
        must_administer(by)
        reason = "\n".join(reason.strip().splitlines())
        if not reason or len(reason) > _LONGEST_REASON:
            raise StateError("Please give a reason, of at most 2,000 characters.")
        with self._database.writing() as session:
            user = account(session, user_id, changing=True)
            take(Step.REFUSE, user)
            user.refusal = reason
            self._write(session, "refused an account", user.username, reason, by=by, address=address)
        told = letters.REFUSED.to(
            user.email, user.language, username=user.username, site=self._base_url, reason=reason, contact=self._contact
        )
        self._tell(told)

    def close(self, user_id: int, *, by: Visitor, address: str | None) -> None:
        """Close an account: its sessions, password, links and tokens are over; what it ordered stays.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownError: there is no such account.
            StateError: it is not open, or one's own.
        """
        must_administer(by)
        if by.user_id == user_id:
            raise StateError("You cannot close your own account: there might be no administrator left.")
        with self._database.writing() as session:
            user = account(session, user_id, changing=True)
            take(Step.CLOSE, user)
            user.password_hash, user.temporary_until = None, None
            void(session, Purpose.RESET, str(user.id), self._clock())
            session.execute(delete(Token).where(Token.user_id == user.id))
            self._write(session, "closed an account", user.username, by=by, address=address)
        self._tell(letters.CLOSED.to(user.email, user.language, username=user.username, site=self._base_url, contact=self._contact))

    def create_user(  # noqa: PLR0913 -- what an account begins with
        self,
        username: str,
        email: str,
        *,
        role: Role = Role.USER,
        password: str | None = None,
        surname: str = "",
        first_name: str = "",
        organisation: str = "",
        language: str = "en",
        by: Visitor,
        address: str | None,
    ) -> str | None:
        """Make an open account without a request, for those who set up the service.

        Args:
            username: 5 to 16 characters.
            email: its e-mail address, which nobody confirms.
            role: of the account.
            password: its password; None for a temporary one, good once, for seven days.
            surname: of its owner; "" where it is not told.
            first_name: as above.
            organisation: as above.
            language: "en" or "fr".
            by: who makes it.
            address: of the asker, on the network.

        Returns:
            The temporary password; None where `password` was given.

        Raises:
            NotAllowedError: `by` is no administrator.
            RegistrationErrors: username or e-mail address cannot be taken, or are had by somebody.
            PasswordError: the password cannot be taken.
        """
        must_administer(by)
        username, email = username.strip().lower(), email.strip().lower()
        told = {"username": refused_username(username), "email": refused_email(email)}
        if refused := {name: sentence for name, sentence in told.items() if sentence}:
            raise RegistrationErrors(refused)
        if password is not None:
            passwords.check(password, (username, email, surname, first_name))
        chosen = passwords.temporary() if password is None else password
        now = self._clock()
        user = User(
            username=username,
            email=email,
            surname=surname,
            first_name=first_name,
            address="",
            telephone="",
            organisation=organisation,
            reasons="",
            language=language,
            role=role,
            state=AccountState.TEMPORARY if password is None else AccountState.ACTIVE,
            password_hash=passwords.hashed(chosen),
            temporary_until=now + timedelta(days=TEMPORARY_DAYS) if password is None else None,
            created=now,
        )
        try:
            with self._database.writing() as session:
                session.add(user)
                self._write(session, "made an account", username, f"{role.value}, {email}", by=by, address=address)
        except IntegrityError as error:
            raise RegistrationErrors({"username": "There is an account with this username or e-mail address already."}) from error
        return chosen if password is None else None
