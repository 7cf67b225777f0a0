"""What a page composer and a fragment service must agree on, and nothing else.

``from fragment_contract import fragment, Text, ...`` is for services and needs Django.
``fragment_contract.wire``, ``.manifest``, ``.testing`` and ``.conformance`` do not: therefore the
names below are imported on first use.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._api import (
        Action,
        Asset,
        Cache,
        ContractError,
        Css,
        Fragment,
        FragmentContext,
        FragmentInfo,
        Gone,
        Inputs,
        Integer,
        InvalidDeclaration,
        InvalidManifest,
        InvalidParameters,
        InvalidTag,
        Js,
        Manifest,
        Moved,
        NothingToShow,
        Outcome,
        Text,
        UnknownAsset,
        Visitor,
        add_tags,
        context,
        deadline,
        fragment,
        fragment_urls,
        health_urls,
        idempotency_key,
        inputs,
        link,
        parse_manifest,
        purge_on_commit,
        visitor,
    )

__version__ = "0.1.0"

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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import _api

    value = globals()[name] = getattr(_api, name)
    return value
