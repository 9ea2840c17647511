"""Reads a pack from standard input and writes its workbook to standard output; run by ``dashboard.exports.apart``.

What is read is a pickle, made by the process that started this one.
"""

from __future__ import annotations

import pickle
import sys

from dashboard.exports.workbook import workbook


def main() -> int:
    """Exit code 0 with a workbook on standard output."""
    # what arrives was written by the process that started this one, and by nobody else
    sys.stdout.buffer.write(workbook(pickle.load(sys.stdin.buffer)))  # noqa: S301
    return 0


if __name__ == "__main__":
    sys.exit(main())
