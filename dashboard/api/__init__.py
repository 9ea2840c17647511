"""JSON for programs: observations, indicators, areas, health, and the geometry that the map draws."""
