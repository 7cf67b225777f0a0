"""The names that ``fragment_contract`` exports, imported when the first of them is used."""

from .assets import Css, Js
from .caching import Cache
from .errors import (
    ContractError,
    Gone,
    InvalidDeclaration,
    InvalidManifest,
    InvalidParameters,
    InvalidTag,
    Moved,
    NothingToShow,
    Outcome,
    UnknownAsset,
)
from .fragments import Fragment, fragment
from .idempotency import idempotency_key
from .identity import Visitor, visitor
from .links import link
from .manifest import Action, Asset, FragmentInfo, Manifest, parse_manifest
from .parameters import Integer, Text
from .purge import purge_on_commit
from .request_context import FragmentContext, context, deadline
from .request_inputs import Inputs, inputs
from .serving import add_tags
from .urls import fragment_urls, health_urls

__all__ = [
    "Action",
    "Asset",
    "Cache",
    "ContractError",
    "Css",
    "Fragment",
    "FragmentContext",
    "FragmentInfo",
    "Gone",
    "Inputs",
    "Integer",
    "InvalidDeclaration",
    "InvalidManifest",
    "InvalidParameters",
    "InvalidTag",
    "Js",
    "Manifest",
    "Moved",
    "NothingToShow",
    "Outcome",
    "Text",
    "UnknownAsset",
    "Visitor",
    "add_tags",
    "context",
    "deadline",
    "fragment",
    "fragment_urls",
    "health_urls",
    "idempotency_key",
    "inputs",
    "link",
    "parse_manifest",
    "purge_on_commit",
    "visitor",
]
