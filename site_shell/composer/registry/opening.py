"""Which registry an address means."""

import re
from pathlib import Path
from typing import Final

from ..errors import RegistryError
from . import SiteRegistry
from .file import FileRegistry
from .file_writer import FileWriter
from .writing import RegistryWriter

_SSM: Final = "ssm:"
# Parameter Store allows 15 levels; the last two are the name of the fragment.
_PREFIX: Final = re.compile(r"(/[A-Za-z0-9_.-]+){1,13}/?")


def open_registry(address: str, *, copy: str, seconds: float) -> SiteRegistry:
    """``ssm:/shop/prod/mfe`` is a prefix in Parameter Store; all else is the path of a file.

    ``copy`` and ``seconds`` are for what is read over a network: the file in which the last good
    contents outlive a restart, and the interval within which a change is seen.
    """
    if not address.startswith(_SSM):
        return FileRegistry(address)
    # Here, because importing the SDK costs 0.2 s and the file registry needs none of it.
    from .ssm import SsmRegistry

    return SsmRegistry(read_prefix(address), copy=Path(copy), seconds=seconds)


def open_writer(address: str) -> RegistryWriter:
    """Who changes the registry at an address."""
    if not address.startswith(_SSM):
        return FileWriter(address)
    from .ssm_writer import SsmWriter

    return SsmWriter(read_prefix(address))


def read_prefix(address: str) -> str:
    """The prefix that an ``ssm:`` address names."""
    prefix = address.removeprefix(_SSM)
    if not _PREFIX.fullmatch(prefix):
        raise RegistryError(
            f"the registry is {address!r}; after ssm: comes the prefix of the parameters, "
            "such as ssm:/shop/prod/mfe"
        )
    return prefix.rstrip("/")
