"""Times as sources write them."""

from datetime import UTC, datetime


def time_of(stamp: str) -> datetime | None:
    """Return the time of a stamp, in UTC; None where it is none, or lies outside of years 1 to 9999.

    Days, seconds and parts of seconds are about, with a zone or without one, which then is UTC.
    """
    try:
        time = datetime.fromisoformat(stamp.strip().replace(" ", "T", 1))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
