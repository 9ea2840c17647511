"""Headers of every answer that tell browsers what it may do: run our own scripts, send forms to us, stand in no frame.

The three inline scripts of a document are allowed by the hash of their text, so that an injected one does not run.
Docs/security.md says what each header is for.
"""

from __future__ import annotations

import base64
import hashlib
import re

import flask

RETRY_AFTER_S = "5"
"""What cannot be answered now may be answered soon."""
MARK_SCRIPTS = tuple(f'document.documentElement.className = "wh-js{more}";' for more in ("", " wh-embedded"))
"""The script that says before the first paint that scripts run: of a page, and of a page in a frame."""
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL)
_RUNS_NOTHING = ("application/json", "application/geo+json", "text/csv", "text/javascript", "text/css")
_NOTHING = "default-src 'none'; frame-ancestors 'none'"
# what the pages never use, nor a chart in a frame
_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "camera",
        "microphone",
        "geolocation",
        "payment",
        "usb",
        "browsing-topics",
        "interest-cohort",
    )
)


def hash_of(script: str) -> str:
    """``'sha256-…'``: how a policy names an inline script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def inline_scripts(markup: str) -> list[str]:
    """The texts of the scripts in a piece of HTML that a browser would run in place."""
    return _INLINE.findall(markup)


class Policy:
    """The content security policy of this app. ``renderer`` is the markup with which dash starts itself."""

    def __init__(self, renderer: str) -> None:
        hashes = " ".join(hash_of(script) for script in (*MARK_SCRIPTS, *inline_scripts(renderer)))
        self._text = "; ".join(
            (
                "default-src 'self'",
                f"script-src 'self' {hashes}",
                # charts set widths and colours in style attributes
                "style-src 'self' 'unsafe-inline'",
                # the icon stands in the document, pictures to download are made in the browser
                "img-src 'self' data: blob:",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'self'",
            )
        )

    def of(self, *, is_framed: bool) -> str:
        """The policy of one answer; only charts at ``/embed`` may stand in a frame of another site."""
        return f"{self._text}; frame-ancestors {'*' if is_framed else chr(39) + 'none' + chr(39)}"


def set_headers(response: flask.Response, policy: Policy, *, is_framed: bool) -> None:
    """Put the headers on an answer."""
    headers = response.headers
    if response.status_code >= 400:
        headers["Cache-Control"] = "no-store"
    if response.status_code == 503:
        headers.setdefault("Retry-After", RETRY_AFTER_S)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if response.mimetype in _RUNS_NOTHING:
        # a change of the map is 2 kB: it carries no rules for what it cannot do
        headers["Content-Security-Policy"] = _NOTHING
        return
    headers["Permissions-Policy"] = _PERMISSIONS
    headers["Content-Security-Policy"] = policy.of(is_framed=is_framed)
