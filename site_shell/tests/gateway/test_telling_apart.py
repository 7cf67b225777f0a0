"""What tells one thing that is sent from another: digests of bodies, and keys."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from site_shell.gateway.content import Spool
from site_shell.gateway.keys import scoped


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(1, 50))
def test_a_form_has_the_same_digest_with_any_boundary_in_any_parts(
    pieces: list[bytes], size: int
) -> None:
    async def digest(boundary: bytes, size: int) -> bytes:
        body = b"".join(b"--" + boundary + b"\r\n" + piece for piece in pieces)
        spool = Spool(f'multipart/form-data; boundary="{boundary.decode()}"')
        for at in range(0, len(body), size):
            await spool.add(body[at : at + size])
        return (await spool.finish()).digest

    async def both() -> tuple[bytes, bytes]:
        # Longer than any piece, so that none holds it.
        return await digest(b"WebKitFormBoundary" + b"A" * 40, 7), await digest(b"x" * 60, size)

    one, other = asyncio.run(both())
    assert one == other


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_keys_of_different_things_differ(one: list[str], other: list[str]) -> None:
    assert (scoped(*one) == scoped(*other)) == (one == other)
