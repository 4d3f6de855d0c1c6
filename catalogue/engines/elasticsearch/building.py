"""The index that a rebuild makes beside the present one; of several rebuilds at once one is switched to, and nothing is lost.

A rebuild is known by a mark, an alias of the index of earlier versions, which stays. The server does all of an aliases request or nothing
of it, and each that counts names the mark: whoever begins takes the others' marks away, and for a rebuild without its mark nothing is
done any more, whatever of it is still on the way.
"""

import secrets
from enum import StrEnum
from typing import Final

from elasticsearch import ApiError, Elasticsearch

from catalogue.engines.elasticsearch.mapping import Body, mapping, settings
from catalogue.engines.elasticsearch.reader import Reader

FIRST: Final = 1
_NOT_THERE: Final = frozenset({400, 404})
"""What the server answers where an index or an alias that a request names is not there."""


def index_name(name: str, number: int) -> str:
    """Return the name of the index of records that a catalogue of this name has first, with FIRST; others follow it."""
    return f"{name}.records-{number}"


class End(StrEnum):
    """How a rebuild that was broken off stands."""

    SWITCHED = "switched"
    """Its index is the catalogue's: what was lost was the server's word for it."""
    UNDONE = "undone"
    """Nothing of it is left, and writers go on with the present index."""
    OVERTAKEN = "overtaken"
    """Another one was begun, and nothing of this one is left."""


class Building:
    """A new index while it is built.

    Attributes:
        alias: of the new index, by which alone it is written to: where another rebuild has removed it, none is made.
    """

    def __init__(self, client: Elasticsearch, reader: Reader, old: str, number: int) -> None:
        """Mean to build an index of this number in place of the old one."""
        run = secrets.token_hex(4)
        self._client = client
        self._reader = reader
        self._old = old
        self._new = f"{index_name(reader.name, number)}-{run}"
        self._mark = f"{reader.name}.rebuild-{run}"
        self._made = False
        self.alias = f"{reader.name}.building-{run}"

    def begin(self, shards: int) -> None:
        """Make the index, and take over from whoever else rebuilds, be he at work or interrupted: what he has built is removed.

        Raises:
            ApiError: another one has taken over from this one, or has just been switched to.
        """
        indices, name = self._client.indices, self._reader.name
        indices.create(index=self._new, mappings=mapping(), settings=settings(shards), aliases={self.alias: {}})
        self._made = True
        marks = indices.get_alias(index=self._reader.kept).body[self._reader.kept]["aliases"]
        built = indices.get_alias(index=f"{name}.records-*", expand_wildcards="all").body
        self._all_or_nothing(
            {"add": {"index": self._new, "alias": self.alias}},  # they are there, both: without them nothing is done
            {"add": {"index": self._old, "alias": name}},
            {"add": {"index": self._reader.kept, "alias": self._mark}},
            *(self._without(mark) for mark in marks),
            *({"remove_index": {"index": index}} for index in built if index not in (self._old, self._new)),
        )
        self.open()

    def open(self) -> None:
        """Let writers go on with the present index; one that was overtaken may have closed it behind this one's back."""
        self._client.indices.put_settings(index=self._old, settings={"index.blocks.write": None})

    def close(self) -> None:
        """Have writers wait; returns when what was on its way has come in, and is seen by searches."""
        self._client.indices.add_block(index=self._old, block="write")
        self._client.indices.refresh(index=self._old)

    def switch(self) -> None:
        """Make the new index the catalogue's, and remove the old one."""
        self._client.indices.refresh(index=self._new)
        self._all_or_nothing(
            self._without(self._mark),
            {"remove": {"index": self._new, "alias": self.alias}},
            *({"add": {"index": self._new, "alias": alias}} for alias in (self._reader.name, self._reader.index)),
            {"remove_index": {"index": self._old}},
        )

    def settle(self) -> End:
        """Undo it, unless it was switched to; return how it stands. For a rebuild that was broken off, wherever."""
        try:
            self._all_or_nothing(self._without(self._mark), {"remove_index": {"index": self._new}})
        except ApiError as error:
            if error.status_code not in _NOT_THERE:
                raise
            return self._settle_without_mark()
        self.open()
        return End.UNDONE

    def _settle_without_mark(self) -> End:
        """Without its mark nobody switches to its index: it was switched to, or was overtaken, or never began."""
        current = self._client.indices.get_alias(name=self._reader.name).body
        if self._new in current:
            return End.SWITCHED
        there = self._client.indices.exists(index=self._new)
        self._client.options(ignore_status=404).indices.delete(index=self._new)
        return End.OVERTAKEN if self._made and not (there and self._old in current) else End.UNDONE

    def _without(self, mark: str) -> Body:
        return {"remove": {"index": self._reader.kept, "alias": mark, "must_exist": True}}

    def _all_or_nothing(self, *actions: Body) -> None:
        self._client.indices.update_aliases(actions=actions)
