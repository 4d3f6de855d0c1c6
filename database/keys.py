"""What long names are looked up by: identifiers, addresses and keys of sources may be longer than an index takes."""

from hashlib import blake2b


def digest_of(text: str) -> str:
    """Return the key of a name: BLAKE2b, 16 bytes, hexadecimal."""
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
