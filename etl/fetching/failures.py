"""What a caller of the HTTP client may meet, apart from the client: that one is slow to import."""

from __future__ import annotations


class FetchFailed(OSError):
    """A file could not be fetched; the message names the address, what came back and how often it was tried."""
