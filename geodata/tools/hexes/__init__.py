"""Hex layouts: one hexagon an area, placed so that England is still England.

The algorithm is our own; ``docs/layouts.md`` describes it and gives its measures. In short:

1. **Spread.** A density-equalising map (flow-based: Gastner, Seguy and More 2018) moves sample points of every
   area until each area covers the same space. London swells, the dales shrink, the coast keeps its bends.
2. **Shape.** A hexagonal lattice is laid over it, one cell's space an area; the cells best covered by land
   make the mask, in one piece and without holes.
3. **Assign.** Areas go to cells by minimum-cost assignment (squared distance from the spread centroid).
4. **Improve.** Simulated annealing with a fixed seed swaps areas and moves coastal ones, for neighbours kept
   together, true directions, regions in one piece, little displacement and the mask's outline.
5. **Islands** (areas that border none) are set off the coast with water round them.

``python -m geodata.hexes --from ../shared/geography [--only ltla-2024]`` rebuilds ``geodata/layouts/``. The same
input gives the same tables. Lengths are metres on the British National Grid unless said otherwise.
"""
