"""The shapes of tables: measurements, observations, their keys and routes, and a buffer that spills to disk."""
