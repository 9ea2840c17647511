"""``python -m etl``: refresh, schedule, status, diff, rollback, lineage, history, check, new-indicator, rebuild, starter."""

from etl.cli import main

if __name__ == "__main__":
    main()
