"""What people download: CSV of what a page shows, whole indicators, the bundle, and the pack of one area."""
