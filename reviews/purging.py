"""Which cached fragments a changed review makes untrue, and telling the shell so."""

from collections.abc import Iterable

from fragment_contract import purge_on_commit


def tag(product: str) -> str:
    """The surrogate key of everything that shows reviews of a product."""
    return f"reviews:{product}"


def purge(products: Iterable[str]) -> None:
    """Purge what shows reviews of these products, once the transaction is committed."""
    tags = sorted({tag(product) for product in products})
    if tags:
        purge_on_commit(*tags)
