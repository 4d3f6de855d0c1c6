"""Zip archives of any number of members in memory that does not grow with it (PKWARE APPNOTE 6.3.10, zip64 included).

Python's zipfile keeps half a kilobyte of every member in memory, which is half a gigabyte for a million records. Here the directory waits
in a temporary file while an archive is written, and stands in a temporary database while one is read.
"""

import shutil
import sqlite3
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from records.errors import CatalogueError

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR: Final = struct.Struct("<4sLQL")
_LOCAL_MARK: Final = b"PK\x03\x04"
_CENTRAL_MARK: Final = b"PK\x01\x02"
_END_MARK: Final = b"PK\x05\x06"
_END64_MARK: Final = b"PK\x06\x06"
_LOCATOR_MARK: Final = b"PK\x06\x07"
_FULL16: Final = 0xFFFF
_FULL32: Final = 0xFFFFFFFF
_STORED: Final = 0
_DEFLATED: Final = 8
_UNIX: Final = 3 << 8
_REGULAR: Final = 0o100644 << 16
_VERSION: Final = 45
"""Of the format, needed to read it: 4.5 has zip64."""
_CHUNK: Final = 1 << 20


class ArchiveError(CatalogueError):
    """An archive that cannot be written, is none, or is damaged."""


class Packing:
    """A member that grows, packed aside in a temporary file until the archive takes it."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self._file = tempfile.TemporaryFile(prefix="reflecs-archive-")  # noqa: SIM115 (closed by __exit__)
        self.size = 0
        self.crc = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def write(self, content: bytes) -> None:
        """Append to it."""
        self.size += len(content)
        self.crc = zlib.crc32(content, self.crc)
        self._file.write(self._packer.compress(content))

    def finish(self) -> IO[bytes]:
        """Return the packed bytes, all of them written; nothing is appended afterwards."""
        self._file.write(self._packer.flush())
        return self._file


class ZipWriter:
    """Writes an archive into a file, one member after the other; whoever adds them sees to it that no two have one name."""

    def __init__(self, file: IO[bytes], moment: datetime) -> None:
        self._file = file
        self._directory = tempfile.TemporaryFile(prefix="reflecs-archive-")  # noqa: SIM115 (closed by __exit__)
        self._count = 0
        date = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
        self._moment = (moment.hour << 11 | moment.minute << 5 | moment.second // 2, date)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._directory:
            if kind is None:
                self._finish()

    def add(self, name: str, content: bytes) -> None:
        """Add a member."""
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = packer.compress(content) + packer.flush()
        self._begin(name, zlib.crc32(content), len(packed), len(content))
        self._file.write(packed)

    def add_packed(self, name: str, packing: Packing) -> None:
        """Add a member that was packed aside."""
        packed = packing.finish()
        self._begin(name, packing.crc, packed.tell(), packing.size)
        packed.seek(0)
        shutil.copyfileobj(packed, self._file, _CHUNK)

    def _begin(self, name: str, crc: int, packed: int, size: int) -> None:
        encoded, offset = name.encode("ascii"), self._file.tell()
        about = (_VERSION, 0, _DEFLATED, *self._moment, crc)
        long = packed >= _FULL32 or size >= _FULL32
        extra = struct.pack("<2H2Q", 1, 16, size, packed) if long else b""
        sizes = (_FULL32, _FULL32) if long else (packed, size)
        self._file.write(_LOCAL.pack(_LOCAL_MARK, *about, *sizes, len(encoded), len(extra)) + encoded + extra)
        if offset >= _FULL32:
            extra = struct.pack("<2H", 1, len(extra[4:]) + 8) + extra[4:] + struct.pack("<Q", offset)
        lengths = (len(encoded), len(extra), 0, 0, 0)
        entry = _CENTRAL.pack(_CENTRAL_MARK, _UNIX | _VERSION, *about, *sizes, *lengths, _REGULAR, min(offset, _FULL32))
        self._directory.write(entry + encoded + extra)
        self._count += 1

    def _finish(self) -> None:
        """Write the directory and what leads to it."""
        begin, size = self._file.tell(), self._directory.tell()
        self._directory.seek(0)
        shutil.copyfileobj(self._directory, self._file, _CHUNK)
        if self._count >= _FULL16 or begin >= _FULL32 or size >= _FULL32:
            end, counts = self._file.tell(), (self._count, self._count)
            self._file.write(_END64.pack(_END64_MARK, _END64.size - 12, _UNIX | _VERSION, _VERSION, 0, 0, *counts, size, begin))
            self._file.write(_LOCATOR.pack(_LOCATOR_MARK, 0, end, 1))
        count = min(self._count, _FULL16)
        self._file.write(_END.pack(_END_MARK, 0, 0, count, count, min(size, _FULL32), min(begin, _FULL32), 0))


@dataclass(frozen=True, slots=True)
class _Member:
    offset: int
    packed: int
    size: int
    crc: int
    method: int


class ZipReader:
    """Reads an archive that this or any other program wrote. Nothing is ever unpacked into the file system.

    Raises:
        ArchiveError: it is none, is damaged, or is packed as is not read here.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise ArchiveError(f"{path} cannot be read: {error.strerror}.") from error
        self._members = sqlite3.connect("", isolation_level=None)  # a file of SQLite's own, gone when it is closed
        try:
            self._members.execute(
                "CREATE TABLE member (name TEXT PRIMARY KEY, offset INT, packed INT, size INT, crc INT, method INT, taken INT DEFAULT 0)"
                " WITHOUT ROWID"
            )
            self._read_directory()
        except (OSError, struct.error, sqlite3.Error, ValueError, OverflowError) as error:
            self.close()
            raise ArchiveError(f"{self._path} is no zip archive, or its directory is damaged.") from error
        except ArchiveError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._members.close()

    def _damaged(self, what: str) -> ArchiveError:
        return ArchiveError(f"{self._path} is damaged: {what}.")

    def _read_directory(self) -> None:
        count, begin = self._find_directory()
        self._file.seek(begin)
        with closing(self._members.cursor()) as cursor:
            cursor.execute("BEGIN")
            cursor.executemany(
                "INSERT INTO member (name, offset, packed, size, crc, method) VALUES (?, ?, ?, ?, ?, ?)",
                (self._read_entry() for _ in range(count)),
            )
            cursor.execute("DELETE FROM member WHERE name LIKE '%/'")
            cursor.execute("COMMIT")
            overlapping = cursor.execute(
                "SELECT name FROM (SELECT name, offset + ? + packed AS behind, lead(offset, 1, ?) OVER (ORDER BY offset) AS next"
                " FROM member) WHERE behind > next LIMIT 1",
                (_LOCAL.size, begin),
            ).fetchone()
        if overlapping is not None:
            raise self._damaged(f"what is packed in {overlapping[0]} overlaps with something else")

    def _find_directory(self) -> tuple[int, int]:
        """Return how many members the directory has, and where it begins."""
        length = self._file.seek(0, 2)
        tail_at = max(0, length - _END.size - _FULL16)
        self._file.seek(tail_at)
        tail = self._file.read()
        end = tail.rfind(_END_MARK)
        if end < 0:
            raise ArchiveError(f"{self._path} is no zip archive, or its end is missing.")
        _, _, _, _, count, _, begin, _ = _END.unpack_from(tail, end)
        locator = tail_at + end - _LOCATOR.size
        if (count == _FULL16 or begin == _FULL32) and locator >= 0:
            self._file.seek(locator)
            mark, _, end64, _ = _LOCATOR.unpack(self._file.read(_LOCATOR.size))
            if mark == _LOCATOR_MARK:
                self._file.seek(end64)
                mark, _, _, _, _, _, _, count, _, begin = _END64.unpack(self._file.read(_END64.size))
                if mark != _END64_MARK:
                    raise self._damaged("its directory is not where it says")
        return count, begin

    def _read_entry(self) -> tuple[str, int, int, int, int, int]:
        entry = _CENTRAL.unpack(self._file.read(_CENTRAL.size))
        mark, flags, method, crc, packed, size, offset = entry[0], entry[3], entry[4], *entry[7:10], entry[16]
        if mark != _CENTRAL_MARK:
            raise self._damaged("its directory is cut off")
        name = self._file.read(entry[10]).decode("utf-8" if flags & 0x800 else "cp437")
        extra = self._file.read(entry[11])
        self._file.seek(entry[12], 1)
        if flags & 1 or method not in (_STORED, _DEFLATED):
            raise ArchiveError(f"{self._path} holds {name}, which is encrypted or packed in a way that is not read here.")
        size, packed, offset = _long(extra, size, packed, offset)
        return name, offset, packed, size, crc, method

    def __contains__(self, name: str) -> bool:
        return self._members.execute("SELECT 1 FROM member WHERE name = ?", (name,)).fetchone() is not None

    def take(self, name: str) -> None:
        """Mark a member as belonging to something.

        Raises:
            ArchiveError: it is not there, or belongs to something already.
        """
        if not self._members.execute("UPDATE member SET taken = 1 WHERE name = ? AND NOT taken", (name,)).rowcount:
            raise self._damaged(f"it names {name} twice, or without holding it")

    def untaken(self) -> str | None:
        """Return the name of a member that belongs to nothing; None where there is none."""
        row = self._members.execute("SELECT name FROM member WHERE NOT taken LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    def _member(self, name: str) -> _Member:
        row = self._members.execute("SELECT offset, packed, size, crc, method FROM member WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise self._damaged(f"{name} is missing in it")
        return _Member(*row)

    def read(self, name: str, most: int) -> bytes:
        """Return the content of a member.

        Raises:
            ArchiveError: it is missing, damaged, or has more than `most` bytes, whatever the directory says.
        """
        size = self._member(name).size
        if size > most:
            raise self._damaged(f"{name} has {size:,} bytes; at most {most:,} are read")
        return b"".join(self._chunks(name))

    def lines(self, name: str, longest: int, most_shrunk: int) -> Iterator[bytes]:
        """Yield the lines of a member, without their ends.

        Raises:
            ArchiveError: it is missing or damaged, has a line of more than `longest` bytes, or is packed to less than one part in
                `most_shrunk`, as nothing is that was written by us.
        """
        member = self._member(name)
        if member.size > most_shrunk * (member.packed + 1):
            raise self._damaged(f"{name} would unpack to {member.size:,} bytes, more than such a file has")
        left = b""
        for chunk in self._chunks(name):
            *lines, left = (left + chunk).split(b"\n")
            if len(left) > longest:
                raise self._damaged(f"{name} has a line of more than {longest:,} bytes")
            yield from lines
        if left:
            yield left

    def _chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of a member piece by piece, never more of it than the directory says."""
        member = self._member(name)
        left, crc = member.size, 0
        try:
            for chunk in _unpacked(self._file, member):
                left -= len(chunk)
                crc = zlib.crc32(chunk, crc)
                if left < 0:
                    break
                yield chunk
        except (OSError, zlib.error, struct.error, ValueError) as error:
            raise self._damaged(f"{name} cannot be unpacked") from error
        if left or crc != member.crc:
            raise self._damaged(f"{name} is not what was packed")


def _long(extra: bytes, *values: int) -> Iterator[int]:
    """Yield values of a directory's entry; those that do not fit into 32 bits stand in its zip64 part, in this order."""
    longs: Iterator[int] = iter(())
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1:
            longs = iter(struct.unpack_from(f"<{min(length, len(extra) - 4) // 8}Q", extra, 4))
        extra = extra[4 + length :]
    for value in values:
        yield next(longs, value) if value == _FULL32 else value


def _unpacked(file: IO[bytes], member: _Member) -> Iterator[bytes]:
    at = member.offset
    file.seek(at)
    header = _LOCAL.unpack(file.read(_LOCAL.size))
    if header[0] != _LOCAL_MARK:
        raise zlib.error("no member begins here")
    at += _LOCAL.size + header[9] + header[10]
    left = member.packed
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if member.method == _DEFLATED else None
    pending = b""
    while left or pending:
        if not pending:
            file.seek(at)  # whoever takes the pieces may read something else between them
            pending = file.read(min(left, _CHUNK))
            if not pending:
                raise zlib.error("the file ends")
            at, left = at + len(pending), left - len(pending)
        if unpacker is None:
            yield pending
            pending = b""
        else:
            yield unpacker.decompress(pending, _CHUNK)
            pending = unpacker.unconsumed_tail
            if unpacker.eof:
                return
    if unpacker is not None:
        yield unpacker.flush()  # what the last bytes unpack to beyond the piece asked for
