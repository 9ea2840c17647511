"""Publishers' files: fetched, unpacked, and kept by their sha256. Knows nothing of what is in them."""
