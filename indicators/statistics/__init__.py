"""The statistical methods of the project: pure functions on numpy arrays, nothing computed elsewhere.

Importing any of them loads numpy alone. Student's t, and exact Poisson limits of many or of fractions of events, load
scipy.special when they are asked for.
Formulas, sources and worked examples: ``docs/methods.md``.
"""
