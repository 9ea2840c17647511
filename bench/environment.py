"""The reference of the environment, written from the settings themselves: ``make environment`` writes docs/environment.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from etl.cli.wiring import KEYS
from indicators.settings import Settings, variable_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "environment.md"

_OPENING = """# Environment

Every variable of the environment that the service reads. `make environment` writes this page from `indicators/settings.py`, and
a test fails where it is out of date. A value that cannot be used stops the start: the message names the variable, the value, what
is wrong and how to fix it. Passwords and keys are left out of such messages. On a server the variables stand in
`/etc/workhealth.env` (`deploy/systemd`), which the service's account alone may read.

## Of the web process and of the jobs

| variable | default | what it is |
|---|---|---|
"""
_KEYS = """
## Publishers' keys, of the jobs alone

| variable | what it is |
|---|---|
"""
_KEY_WORDS = {
    "STATXPLORE_API_KEY": "the key for fetching [DWP Stat-Xplore](sources/dwp_stat_xplore.md); without it that source cannot be fetched",
}
_OTHERS = """
## A proxy that goes out, of the jobs alone

| variable | what it is |
|---|---|
| `HTTPS_PROXY` | the proxy for `https://` addresses, such as `http://proxy.example.gov.uk:3128`; a name and password may stand before the host |
| `HTTP_PROXY` | the same for `http://` addresses |
| `ALL_PROXY` | the proxy for what the two above do not name |
| `NO_PROXY` | hosts that are asked directly, with commas between: each stands for its subdomains too, `*` for all |
| `SSL_CERT_FILE` | a file of certificates to trust, where the proxy opens TLS |

Names in small letters count as well. An error of a fetch says which proxy it went through, by host and port.

## Of gunicorn and Make

`gunicorn.conf.py` sets what matters, and `GUNICORN_CMD_ARGS` adds to it. `make run` takes `PORT`, `HOST` and `WORKERS`
(`make run PORT=8000`). `PROMETHEUS_MULTIPROC_DIR` is the folder in which the workers count for `/metrics`: a temporary one unless
it is set.
"""


def rows() -> Iterator[str]:
    """A line of the table for each setting, in the order of the model. Raises ValueError for one without words."""
    for name, field in Settings.model_fields.items():
        variable = variable_of(name)
        if not field.description:
            raise ValueError(
                f"indicators/settings.py: {name} has no description; expected words for {variable}"
            )
        default = field.title or (f"`{field.default}`" if field.default not in ("", None) else "none")
        yield f"| `{variable}` | {default} | {field.description} |\n"


def page() -> str:
    """The page as it should be. Raises ValueError for a setting or a key without words."""
    unknown = sorted(set(KEYS) - set(_KEY_WORDS))
    if unknown:
        raise ValueError(f"bench/environment.py: no words for the keys {', '.join(unknown)}; add them")
    keys = "".join(f"| `{key}` | {_KEY_WORDS[key]} |\n" for key in KEYS)
    return f"{_OPENING}{''.join(rows())}{_KEYS}{keys}{_OTHERS}"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {len(Settings.model_fields)} settings\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
