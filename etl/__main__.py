"""``python -m etl``: refresh, status, check, rebuild, starter."""

from etl.cli import main

if __name__ == "__main__":
    main()
