"""A schedule as its form has it and as it is said; `catalogue.harvesting.schedules` has its text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.harvesting.schedules import DAYS, LAST_DAY
from ui.account.fields import typed
from ui.speech import _

NIGHT: Final = "03:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a source is harvested by itself.

    Attributes:
        often: "" for never, "hourly", "daily", "weekly", "monthly".
        time: of the day, UTC, "HH:MM".
        weekday: of a weekly one, English.
        day: of a monthly one.
    """

    often: str = ""
    time: str = NIGHT
    weekday: str = DAYS[0]
    day: str = "1"

    @classmethod
    def of(cls, text: str | None) -> "Timing":
        """Return what the text of a schedule says."""
        match (text or "").split():
            case ["hourly"]:
                return cls(often="hourly")
            case ["daily", time]:
                return cls(often="daily", time=time)
            case ["weekly", weekday, time]:
                return cls(often="weekly", weekday=weekday, time=time)
            case ["monthly", day, time]:
                return cls(often="monthly", day=day, time=time)
            case _:
                return cls()

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> "Timing":
        """Return what was typed."""
        return cls(
            often=typed(form, "often", 10),
            time=typed(form, "time", 8)[:5] or NIGHT,
            weekday=typed(form, "weekday", 10),
            day=typed(form, "day", 2),
        )

    def text(self) -> str | None:
        """Return the text of the schedule, which may yet be refused; None for never."""
        match self.often:
            case "":
                return None
            case "daily":
                return f"daily {self.time}"
            case "weekly":
                return f"weekly {self.weekday} {self.time}"
            case "monthly":
                return f"monthly {self.day} {self.time}"
            case other:
                return other

    def words(self) -> str:
        """Return the schedule in words."""
        match self.often:
            case "hourly":
                return _("Each hour")
            case "daily":
                return _("Each day at %(time)s UTC", time=self.time)
            case "weekly":
                return _("Each week on %(day)s at %(time)s UTC", day=dict(_weekdays()).get(self.weekday, self.weekday), time=self.time)
            case "monthly":
                return _("Each month on day %(day)s at %(time)s UTC", day=self.day, time=self.time)
            case _:
                return _("By hand only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a schedule may be made of: how often and on which day of the week, with words; the last day of a month that every month has."""

    often: list[tuple[str, str]]
    weekdays: list[tuple[str, str]]
    last_day: int = LAST_DAY


def choices() -> Choices:
    """Return what a schedule may be made of."""
    often = [
        ("", _("By hand only")),
        ("hourly", _("Each hour")),
        ("daily", _("Each day")),
        ("weekly", _("Each week")),
        ("monthly", _("Each month")),
    ]
    return Choices(often=often, weekdays=_weekdays())


def _weekdays() -> list[tuple[str, str]]:
    words = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    return list(zip(DAYS, words, strict=True))
