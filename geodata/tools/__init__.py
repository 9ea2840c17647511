"""What only builds the committed tables and layouts; the web process and the jobs import none of it."""
