"""Keys of fixed length for texts of any: identifiers and addresses may be longer than an index of a database takes."""

from hashlib import blake2b


def digest_of(text: str) -> str:
    """Return the key of an identifier or an address: BLAKE2b, 16 bytes, hexadecimal."""
    return blake2b(text.encode(), digest_size=16).hexdigest()
