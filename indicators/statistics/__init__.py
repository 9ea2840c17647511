"""The statistical methods of the project: pure functions on numpy arrays, nothing computed elsewhere.

``comparison`` and ``spine`` need numpy alone and are cheap to import; the others may import scipy.special.
Formulas, sources and worked examples: ``docs/methods.md``.
"""
