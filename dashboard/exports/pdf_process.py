"""Reads HTML from standard input and writes a PDF/UA-1 to standard output; run by ``dashboard.exports.apart``.

The only module that loads WeasyPrint. Nothing is fetched: pictures stand in the HTML itself.
"""

from __future__ import annotations

import sys

LIBRARY_MISSING = 3


def main() -> int:
    """Exit code 0 with a PDF on standard output, 3 where WeasyPrint or Pango is missing."""
    try:
        # an OSError is what it raises where the system's Pango cannot be loaded
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return LIBRARY_MISSING
    html = sys.stdin.buffer.read().decode("utf-8")
    fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    sys.stdout.buffer.write(HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
