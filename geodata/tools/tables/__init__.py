"""Builds the tables of the register; ``geodata.tools.tables.build`` is the way in."""
