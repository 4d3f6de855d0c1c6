"""Dates, times, sizes, numbers and coordinates in words, in English and French.

Digits are grouped (in French) and units are set off with a narrow no-break space (U+202F).
"""

from datetime import datetime
from typing import Final

from records.dates import Date, TimeInterval

THIN: Final = "\u202f"
"""Narrow no-break space: groups digits, sets off units."""

_MONTHS: Final = {
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905 - read as a sentence
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),  # noqa: SIM905 - read as a sentence
}
_UNITS: Final = {"en": ("bytes", "kB", "MB", "GB", "TB", "PB", "EB"), "fr": ("octets", "ko", "Mo", "Go", "To", "Po", "Eo")}


def _language(language: str) -> str:
    return "fr" if language.lower().startswith("fr") else "en"


def date_words(date: Date, language: str) -> str:
    """Return a date as it is read, as precise as it was given: "3 April 2007", "avril 2007", "2007", "3 April 2007, 12:30 UTC".

    A time of day of 00:00:00 is left out: it is how documents write a day. Years before 1 are counted from 1 BC ("year" 0).
    """
    spoken = _language(language)
    day_part, _, time_part = date.text.partition("T")
    sign, digits = ("-", day_part[1:]) if day_part.startswith("-") else ("", day_part.lstrip("+"))
    year, *rest = digits.split("-")
    words = _year_words(-int(year) if sign else int(year), spoken)
    if rest:
        words = f"{_MONTHS[spoken][int(rest[0]) - 1]} {words}"
    if len(rest) > 1:
        day = int(rest[1])
        words = f"{'1er' if spoken == 'fr' and day == 1 else day} {words}"
    clock = time_part.removesuffix("Z")
    if not clock or clock.startswith("00:00:00"):
        return words
    shown = clock[:5] if clock[6:] in ("", "00", "59") else clock[:8]
    return f"{words} à {shown} UTC" if spoken == "fr" else f"{words}, {shown} UTC"


def _year_words(year: int, spoken: str) -> str:
    if year > 0:
        return str(year) if year <= 9999 else number_words(year, spoken)
    before = str(1 - year) if 1 - year <= 9999 else number_words(1 - year, spoken)
    return f"{before} av. J.-C." if spoken == "fr" else f"{before} BC"


def moment_words(moment: datetime, language: str) -> str:
    """Return the day of an aware datetime (in its own zone) in words: "3 April 2007"."""
    return date_words(Date.of(moment.date()), language)


def interval_words(interval: TimeInterval, language: str) -> str:
    """Return a stretch of time as it is read: "3 April 2007 – 9 May 2007", "since 1992", "until 2012"; a single day is said once.

    An interval that is open at both ends says nothing and gives "".
    """
    french = _language(language) == "fr"
    begin = date_words(interval.begin, language) if interval.begin else None
    end = date_words(interval.end, language) if interval.end else None
    match begin, end:
        case None, None:
            return ""
        case str(), None:
            return f"{_since(interval.begin)} {begin}" if french else f"since {begin}"
        case None, str():
            return f"{_until(interval.end)} {end}" if french else f"until {end}"
        case _:
            return str(begin) if begin == end else f"{begin} – {end}"


def _since(date: Date | None) -> str:
    return "depuis le" if _has_day(date) else "depuis"


def _until(date: Date | None) -> str:
    return "jusqu’au" if _has_day(date) else "jusqu’en"


def _has_day(date: Date | None) -> bool:
    return date is not None and date.text.lstrip("+-").partition("T")[0].count("-") == 2


def number_words(number: int, language: str) -> str:
    """Return a number with its digits grouped by three: "1,259" in English, "1 259" in French. Four digits are grouped too."""
    return f"{number:,}".replace(",", THIN) if _language(language) == "fr" else f"{number:,}"


def size_words(size: int, language: str) -> str:
    """Return a number of bytes as it is read, three significant digits, decimal units: "73.7 MB", "73,7 Mo"."""
    spoken = _language(language)
    units = _UNITS[spoken]
    value, step = float(size), 0
    while value >= 999.5 and step < len(units) - 1:
        value, step = value / 1000, step + 1
    if step == 0:
        unit = units[0].removesuffix("s") if size in (0, 1) and (spoken == "fr" or size == 1) else units[0]
        return f"{size}{THIN}{unit}"
    digits = 0 if value >= 99.95 else 1 if value >= 9.995 else 2
    shown = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return f"{_point(shown, spoken)}{THIN}{units[step]}"


def degrees_words(value: float, language: str) -> str:
    """Return an angle in degrees, at most four decimals: "1.4°", "1,4°"; the minus is a true minus sign."""
    shown = f"{value:.4f}".rstrip("0").rstrip(".")
    return f"{_point('0' if shown == '-0' else shown, _language(language)).replace('-', '−')}°"


def latitude_words(value: float, language: str) -> str:
    """Return a latitude with its half of the Earth: "12.5° N", "12,5° S"; the equator is "0°"."""
    return _with_half(degrees_words(abs(value), language), "N" if value >= 0 else "S")


def longitude_words(value: float, language: str) -> str:
    """Return a longitude with its half of the Earth: "12.5° W", "12,5° O"; 0 and 180 belong to both."""
    west = "O" if _language(language) == "fr" else "W"
    return _with_half(degrees_words(abs(value), language), "E" if value >= 0 else west)


def _with_half(degrees: str, half: str) -> str:
    return degrees if degrees in ("0°", "180°") else f"{degrees}{THIN}{half}"


def right_ascension_words(degrees: float) -> str:
    """Return a right ascension given in degrees as hours and minutes, rounded to the minute: "18h 50m"."""
    minutes = round(degrees % 360 * 4) % 1440
    return f"{minutes // 60}h{THIN}{minutes % 60:02d}m"


def declination_words(degrees: float) -> str:
    """Return a declination in degrees and arc minutes, with its sign: "+0° 30′"."""
    minutes = round(abs(degrees) * 60)
    return f"{'−' if degrees < 0 and minutes else '+'}{minutes // 60}°{THIN}{minutes % 60:02d}′"


def _point(shown: str, spoken: str) -> str:
    return shown.replace(".", ",") if spoken == "fr" else shown
