"""The records that tests are given keep the promises of `records.model`."""

from dataclasses import fields

from hypothesis import HealthCheck, given, settings

from mappings.coordinates import is_sound
from records.dates import Date
from records.model import Record
from tests.strategies import dates, records


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_records_are_as_readers_make_them(record: Record) -> None:
    for field in fields(Record):
        value = getattr(record, field.name)
        if isinstance(value, str):
            assert value == value.strip() != ""
        if isinstance(value, tuple):
            assert len(set(value)) == len(value)
    assert all(map(is_sound, record.extents))
    assert all(contact.individual or contact.organisation or contact.position for contact in record.contacts)
    assert all(interval.begin or interval.end for interval in record.intervals)


@given(dates)
def test_dates_are_written_as_they_are_parsed(date: Date) -> None:
    assert Date.parse(date.text) == date
