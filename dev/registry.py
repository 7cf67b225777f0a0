"""The registry file of a site on this machine: which fragment is served where."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dev.atomic import write_atomically
from dev.projects import SERVICES, STATIC_FRAGMENTS

SCHEMA = "https://raw.githubusercontent.com/awslabs/frontend-discovery/main/schema/v1-pre.json"
# Where services list their pages and what is new: one fragment of each says so.
LISTINGS = {"product_details/list": {"pages": "/feeds/urls.json", "news": "/feeds/new.json"}}


def registry(services: Mapping[str, str], site: str) -> dict[str, object]:
    """The discovery document for services at the given origins and a site at another."""
    urls = {
        f"{service.name}/{short}": f"{services[service.name]}/fragments/{short}"
        for service in SERVICES
        for short in service.fragments
    }
    for fragment, folder in STATIC_FRAGMENTS.items():
        urls[fragment] = f"{site}/static/{folder}"
    entries = {name: [entry(name, url)] for name, url in urls.items()}
    for fragment, lists in LISTINGS.items():
        origin = services[fragment.partition("/")[0]]
        entries[fragment][0]["extras"] |= {kind: f"{origin}{path}" for kind, path in lists.items()}
    return {"schema": SCHEMA, "microFrontends": entries}


def entry(name: str, url: str) -> dict[str, Any]:
    """One release that takes all the traffic, in the version that is checked out."""
    return {
        "url": url,
        "metadata": {"version": "1.0.0"},
        "deployment": {"traffic": 100, "default": True},
        "extras": {"owner": f"team {name.partition('/')[0].replace('_', ' ')}"},
    }


def write_registry(path: Path, services: Mapping[str, str], site: str) -> None:
    write_atomically(path, json.dumps(registry(services, site), indent=2) + "\n")
