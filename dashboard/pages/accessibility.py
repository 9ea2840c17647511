"""The accessibility statement: what is met, what is known not to be, how it was tested, and who can help.

Its prose is ``dashboard/content/accessibility.md``, in the order of the model statement for public sector websites.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.components.prose import prose

Component = Any


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page, the same for every address."""
    return [prose("accessibility").page(below_heading=ui.about_tabs("/accessibility"))]


PAGE = Page(
    path="/accessibility",
    name="accessibility",
    order=130,
    title="Accessibility statement",
    layout=layout,
    door="/about",
    description="How accessible this service is, what is known not to be good enough, how it was tested and how to get help.",
)
