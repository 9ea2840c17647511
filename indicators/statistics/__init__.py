"""The statistical methods of the project: pure functions on numpy arrays, nothing computed elsewhere.

Importing any of them loads numpy alone. Exact Poisson limits and Student's t load scipy.special when they are asked for.
Formulas, sources and worked examples: ``docs/methods.md``.
"""
