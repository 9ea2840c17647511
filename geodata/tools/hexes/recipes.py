"""How each area type is searched: what the search pays for, how long, how hot."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

SEED = 1


@dataclass(frozen=True)
class Weights:
    """What the search pays for. Every border kept whole is worth the same, in town and in the country."""

    parted: float = 2.0
    """two areas that share a border, not side by side"""
    far: float = 0.25
    """… for each cell between them"""
    direction: float = 1.8
    """1 − cos of the angle between their true and their drawn direction"""
    near_direction: float = 0.3
    """the same for two areas that are near, but share no border"""
    near_far: float = 0.08
    real_bearing: float = 4.0
    """how much more the real bearing counts than the one after the spread"""
    displacement: float = 0.08
    """squared distance, in cells, from the place after the spread; far more for an outlier"""
    region_border: float = 0.10
    """each side between cells of different groups"""
    region_pieces: float = 15.0
    """each piece of a group beyond the first"""
    coast: float = 0.4
    """each side open to the water"""
    inland_coast: float = 0.7
    """… more, where the area has no coast or land border in truth"""
    water: float = 2.2
    """a cell that is all water after the spread"""
    corner: float = 2.4
    """pull of the corners of the country (Cornwall, Northumberland, Kent), for each cell and radian"""


@dataclass(frozen=True)
class Recipe:
    """How one area type is searched. ``hot`` and ``cold`` are the temperatures, in units of the objective;
    the ``following_`` ones are for a layout that keeps to the places of another and changes what is around the difference.
    """

    weights: Weights = field(default_factory=Weights)
    moves_per_area: int = 14_000
    hot: float = 3.0
    cold: float = 0.02
    seed: int = SEED
    scattered: bool = False
    following_hot: float = 0.8
    following_displacement: float = 0.25
    following_moves_share: float = 0.5


# small layouts cost little: search them long
SMALL = Recipe(moves_per_area=30_000)


# of a handful of seeds, the one with the best objective and the truest look
RECIPES: dict[str, Recipe] = {
    "ltla": Recipe(seed=3),
    # London is a fifth of these: the outline has to give way to keep Kent and Sussex joined round it
    "utla": Recipe(
        Weights(displacement=0.03, water=1.4),
        moves_per_area=26_000,
        hot=6.0,
        seed=2,
        following_hot=2.5,
        following_displacement=0.25,
    ),
    "region": replace(SMALL, seed=2),
    "ccg": Recipe(seed=4),
    "combined_authority": Recipe(
        Weights(displacement=0.5, coast=0.0, inland_coast=0.0, water=0.0, corner=0.0),
        moves_per_area=30_000,
        scattered=True,
    ),
}


def following(recipe: Recipe) -> Recipe:
    """The recipe for a vintage that keeps to the places of another."""
    return replace(
        recipe,
        weights=replace(recipe.weights, displacement=recipe.following_displacement),
        hot=recipe.following_hot,
        moves_per_area=int(recipe.moves_per_area * recipe.following_moves_share),
    )
