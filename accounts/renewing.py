"""New passwords: in place of a known one, of a forgotten one, or made by an administrator."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts import letters, passwords
from accounts.codelists import AccountState, Purpose
from accounts.codes import linked, new_link, void
from accounts.desk import Asked, account, must_administer
from accounts.errors import PasswordError, ResetError
from accounts.forms import refused_email
from accounts.mail import Message
from accounts.models import Token, User
from accounts.registering import TEMPORARY_DAYS
from accounts.signing_in import OPEN, Attempt, SigningIn
from accounts.states import Step, take
from accounts.visitors import ANONYMOUS, Visitor

RESET_HOURS: Final = 2


class Renewing(SigningIn):
    """Changes passwords."""

    def change_password(self, user_id: int, old: str, new: str, *, address: str | None) -> int:
        """Take a new password from somebody who knows the old one; all sessions but the one that gets the new number are over.

        Args:
            user_id: whose.
            old: the present password, or the temporary one that somebody signed in by.
            new: the new one.
            address: of the asker, on the network.

        Returns:
            The new session number.

        Raises:
            PasswordError: the old one is wrong (wrong ones count as failures to sign in), or the new one cannot be taken.
            StateError: the account is not open.
            UnknownError: there is no such account.
        """
        with self._database.reading() as session:
            user = account(session, user_id)
        passwords.check(new, _names(user))
        if old == new:
            raise PasswordError("The new password must be another one.")
        tried = self._tried(user.username, address)
        if tried is None:
            raise PasswordError("There were too many tries. Please wait 15 minutes.")
        if not passwords.fits(tried.kept, old):
            raise PasswordError("The present password is not right.")
        kept = passwords.hashed(new)
        with self._database.writing() as session:
            user = account(session, user_id, changing=True)
            if user.password_hash != tried.kept:
                raise PasswordError("The present password is not right.")
            was_own = user.state == AccountState.ACTIVE
            _choose(user, kept)
            void(session, Purpose.RESET, str(user.id), self._clock())
            self._write(session, Attempt.CHANGED, user.username, by=Visitor(username=user.username), address=address)
            number = user.session_number
        if was_own:
            self._tell(self._changed(user))
        return number

    def ask_reset(self, email: str, *, address: str | None, language: str = "en") -> None:
        """Send a link for a new password, or a letter that there is no open account: the same to see for everybody but the reader.

        After five letters within an hour no more are sent; nor are any to what is no e-mail address.

        Args:
            email: as typed.
            address: of the asker, on the network.
            language: of the asker, for the letter to somebody without an account.

        Raises:
            MailError: the letter was not sent.
        """
        email = email.strip().lower()
        if refused_email(email):
            return
        with self._database.writing() as session:
            user = session.scalar(select(User).where(User.email == email))
            allowed = self._may_have_letter(session, Asked.RESET, email, by=ANONYMOUS, address=address)
            if user is not None and user.state in OPEN:
                token = new_link(session, Purpose.RESET, user, now=self._clock(), hours=RESET_HOURS) if allowed else ""
                message = letters.RESET.to(
                    email,
                    user.language,
                    username=user.username,
                    site=self._base_url,
                    hours=str(RESET_HOURS),
                    link=f"{self._base_url}/account/reset?token={token}",
                )
            else:
                message = letters.NO_RESET.to(email, language, site=self._base_url, contact=self._contact)
        if allowed:
            self._mail.send(message)

    def reset(self, token: str, new: str, *, address: str | None) -> None:
        """Take a new password by the link of a letter. All sessions and tokens are over: whoever had them may not be the owner.

        Raises:
            ResetError: the link is not good.
            PasswordError: the password cannot be taken; the link stays good.
        """
        with self._database.writing() as session:
            passwords.check(new, _names(self._resetting(session, token)))
        kept = passwords.hashed(new)
        with self._database.writing() as session:
            user = self._resetting(session, token)
            void(session, Purpose.RESET, str(user.id), self._clock())
            _choose(user, kept)
            session.execute(delete(Token).where(Token.user_id == user.id))
            self._write(session, Attempt.RENEWED, user.username, by=Visitor(username=user.username), address=address)
        self._tell(self._changed(user))

    def _resetting(self, session: Session, token: str) -> User:
        """Return whose link it is, which nobody else takes while the transaction goes on.

        Raises:
            ResetError: nobody's, or it is over.
        """
        found = linked(session, Purpose.RESET, token, self._clock())
        if found is None or found[0].used is not None or found[1].state not in OPEN:
            raise ResetError
        return found[1]

    def new_password(self, user_id: int, new: str | None, *, by: Visitor, address: str | None) -> str | None:
        """Give an open account another password, for an administrator at the command line.

        Args:
            user_id: whose.
            new: the new one; None for a temporary one, good once, for seven days.
            by: who gives it.
            address: of the asker, on the network.

        Returns:
            The temporary password; None where `new` was given.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownError: there is no such account.
            PasswordError: the password cannot be taken.
            StateError: the account is not open.
        """
        must_administer(by)
        with self._database.reading() as session:
            names = _names(account(session, user_id))
        if new is not None:
            passwords.check(new, names)
        chosen = passwords.temporary() if new is None else new
        kept = passwords.hashed(chosen)
        with self._database.writing() as session:
            user = account(session, user_id, changing=True)
            if new is None:
                take(Step.RENEW, user)
                user.password_hash, user.temporary_until = kept, self._clock() + timedelta(days=TEMPORARY_DAYS)
            else:
                _choose(user, kept)
            void(session, Purpose.RESET, str(user.id), self._clock())
            self._write(session, "gave a new password", user.username, by=by, address=address)
        return chosen if new is None else None

    def _changed(self, user: User) -> Message:
        return letters.CHANGED.to(
            user.email,
            user.language,
            username=user.username,
            site=self._base_url,
            forgot=f"{self._base_url}/account/forgot",
            contact=self._contact,
        )


def _choose(user: User, kept: str) -> None:
    take(Step.CHOOSE, user)
    user.password_hash, user.temporary_until = kept, None


def _names(user: User) -> tuple[str, ...]:
    return (user.username, user.email, user.surname, user.first_name, user.middle_name or "")
