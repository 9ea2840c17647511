"""The parameters of every address under ``/api/v1`` in words, from the models that check them."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.api.addresses import ADDRESSES
from dashboard.api.questions import parameters_of

PARAMETERS: Mapping[str, Mapping[str, str]] = {
    address.path: parameters_of(address.question) for address in ADDRESSES
}
"""What each address takes: name of the parameter, and what it holds. Others are refused."""
