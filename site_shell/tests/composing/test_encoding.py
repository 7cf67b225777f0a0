"""Pages in the coding that the browser wants: whole and in parts, and secrets in none."""

import gzip
import re
import zlib

import brotli
import httpx
import pytest
from fragment_contract.testing import Gate, Reply
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer import conf, encoding
from site_shell.composer.encoding import GzipStream, Secret, accepted, stream_for

from .conftest import Open
from .kit import World, wait_until

LONG = "".join(f"<li>Product {number} in linen</li>" for number in range(200))
KEPT = {"cache-control": "max-age=600"}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "identity"),
        ("gzip", "gzip identity"),
        ("br", "br identity"),
        ("gzip, deflate, br, zstd", "br gzip identity"),
        ("GZip;Q=1", "gzip identity"),
        ("x-gzip", "gzip identity"),
        ("gzip;q=0.9, br;q=0.1", "gzip br identity"),
        ("gzip;q=0.2, identity;q=0.5", "identity gzip"),
        ("gzip;q=0", "identity"),
        ("*", "br gzip identity"),
        ("*;q=0.5, gzip;q=1.0", "gzip br identity"),
        ("gzip, *;q=0", "gzip"),
        ("gzip, identity;q=0", "gzip"),
        ("*;q=0", "identity"),
        ("identity;q=0", "identity"),
        ("gzip;q=2", "identity"),
        ("gzip;q=0.1234", "identity"),
        ("gzip;level=9", "identity"),
        ("deflate, compress", "identity"),
        (",,;q=1, gzip", "gzip identity"),
    ],
)
def test_codings_are_chosen_by_weight(header: str, expected: str) -> None:
    assert " ".join(accepted(header)) == expected


@given(st.text(max_size=100))
def test_any_header_leads_to_a_coding(header: str) -> None:
    assert set(accepted(header)) <= {"br", "gzip", "identity"}
    assert accepted(header)


def test_without_brotli_there_is_gzip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_brotli", None)
    assert accepted.__wrapped__("br, gzip") == ("gzip", "identity")
    assert encoding.codings() == ("gzip",)


@given(st.lists(st.lists(st.tuples(st.binary(max_size=300), st.booleans()), max_size=4)))
def test_a_stream_can_be_decoded_as_far_as_it_was_sent(
    rounds: list[list[tuple[bytes, bool]]],
) -> None:
    stream, decoder, sent = GzipStream(), zlib.decompressobj(31), b""
    for parts in rounds:
        chunk = stream.parts([Secret(data) if secret else data for data, secret in parts])
        sent += chunk
        assert decoder.decompress(chunk) == b"".join(data for data, _ in parts)
    sent += stream.end()
    assert gzip.decompress(sent) == b"".join(data for parts in rounds for data, _ in parts)


def test_a_secret_longer_than_a_block_arrives_whole() -> None:
    secret = bytes(range(256)) * 600
    stream = GzipStream()
    assert gzip.decompress(stream.all([b"<p>", Secret(secret), b"</p>"])) == b"<p>%b</p>" % secret


def test_the_length_of_a_page_tells_nothing_of_a_secret() -> None:
    """Somebody puts guesses into the address; a right one must not make the page shorter."""

    def length(guess: bytes) -> int:
        parts = [b"<p>You searched %b</p>" % guess, Secret(b"<p>card 4711-0815</p>")]
        return len(GzipStream().all([*parts, b"<p>Again: %b</p>" % guess]))

    assert length(b"card 4711-0815") == length(b"card 9362-7548")


@pytest.fixture
def client(world: World, open_site: Open) -> httpx.Client:
    world.fragment("product/list", f"<ul>{LONG}</ul>", headers=KEPT)
    world.page('{% fragment "product/list" required=True %}')
    client = open_site()
    client.headers["accept-encoding"] = "identity"
    client.get("/shop/")
    (kept,) = conf.runtime().page_cache._kept.values()
    wait_until(lambda: kept.page.variants.keys() == {"identity", "gzip", "br"})
    return client


def raw(
    client: httpx.Client, method: str, path: str, **headers: str
) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it was on the wire."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.stream(method, path, headers=names) as response:
        return response, b"".join(response.iter_raw())


@pytest.mark.parametrize(
    ("accept", "coding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", ""), ("br;q=0.1, gzip", "gzip")],
)
def test_a_kept_page_comes_in_the_coding_that_is_wanted(
    client: httpx.Client, accept: str, coding: str
) -> None:
    response, body = raw(client, "GET", "/shop/", accept_encoding=accept)
    assert response.headers.get("content-encoding", "") == coding
    assert response.headers["vary"] == "accept-encoding"
    assert int(response.headers["content-length"]) == len(body)
    plain = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding](body)
    assert LONG.encode() in plain
    assert len(body) < len(plain) / 4 or not coding


def test_each_coding_has_a_validator_of_its_own(client: httpx.Client) -> None:
    tags = {
        coding: raw(client, "GET", "/shop/", accept_encoding=coding)[0].headers["etag"]
        for coding in ("identity", "gzip", "br")
    }
    assert len(set(tags.values())) == 3
    assert all(re.fullmatch(r'"[0-9a-f]{24}(-gzip|-br)?"', tag) for tag in tags.values())
    for asked in tags:
        for held, tag in tags.items():
            response, body = raw(client, "GET", "/shop/", accept_encoding=asked, if_none_match=tag)
            # Who asks for a coding takes the page without one, too.
            is_taken = held in {asked, "identity"}
            assert response.status_code == (304 if is_taken else 200)
            if is_taken:
                assert body == b""
                assert response.headers["etag"] == tag
                assert response.headers["vary"] == "accept-encoding"
                assert "content-encoding" not in response.headers


def test_a_browser_keeps_the_coding_it_has_when_a_better_one_is_there(client: httpx.Client) -> None:
    held = raw(client, "GET", "/shop/", accept_encoding="gzip")[0].headers["etag"]
    taken = {"gzip, br": 304, "br;q=1, gzip;q=0.1": 304, "br": 200, "br, gzip;q=0": 200}
    for accept, status in taken.items():
        response, _ = raw(client, "GET", "/shop/", accept_encoding=accept, if_none_match=held)
        assert response.status_code == status
        is_same = response.headers["etag"] == held
        assert is_same == (status == 304)


def test_head_has_the_headers_of_get(client: httpx.Client) -> None:
    for coding in ("identity", "gzip", "br"):
        get, _ = raw(client, "GET", "/shop/", accept_encoding=coding)
        head, body = raw(client, "HEAD", "/shop/", accept_encoding=coding)
        assert body == b""
        for name in ("content-length", "etag", "vary", "content-type"):
            assert head.headers[name] == get.headers[name]
        assert head.headers.get("content-encoding") == get.headers.get("content-encoding")


def test_the_first_visitor_gets_the_bytes_that_are_kept(world: World, open_site: Open) -> None:
    world.fragment("product/list", LONG, headers=KEPT)
    world.page('{% fragment "product/list" required=True %}')
    client = open_site()
    first = raw(client, "GET", "/shop/", accept_encoding="gzip")
    again = raw(client, "GET", "/shop/", accept_encoding="gzip")
    assert first[0].headers["content-encoding"] == "gzip"
    assert (first[1], first[0].headers["etag"]) == (again[1], again[0].headers["etag"])


def test_a_small_page_is_not_compressed(world: World, open_site: Open) -> None:
    world.page("Hello")
    client = open_site()
    for accept in ("gzip, br", "gzip, br", "gzip, identity;q=0"):
        response, body = raw(client, "GET", "/shop/", accept_encoding=accept)
        assert {"content-encoding", "vary"}.isdisjoint(response.headers)
        assert b"Hello" in body


def test_who_refuses_a_page_as_it_is_gets_it_in_a_coding(client: httpx.Client) -> None:
    (kept,) = conf.runtime().page_cache._kept.values()
    del kept.page.variants["gzip"]
    for _ in range(2):
        response, body = raw(client, "GET", "/shop/", accept_encoding="gzip, identity;q=0")
        assert response.headers["content-encoding"] == "gzip"
        assert LONG.encode() in gzip.decompress(body)


def test_what_is_secret_is_not_compressed_even_if_nothing_else_is_taken(
    world: World, open_site: Open
) -> None:
    private = {"cache-control": "private, max-age=60"}
    world.fragment("cart/mini", LONG, headers=private)
    world.page('{% fragment "cart/mini" required=True passthrough="cookie:cart" %}')
    response, body = raw(open_site(), "GET", "/shop/", accept_encoding="br, identity;q=0")
    assert "content-encoding" not in response.headers
    assert LONG.encode() in body


def test_a_page_in_parts_can_be_decoded_part_by_part(world: World, open_site: Open) -> None:
    gates = [Gate(), Gate()]
    for number, gate in enumerate(gates):
        content = world.fragment(f"slow{number}/list")
        reply = Reply(body=f"<p>part {number}</p>", headers=KEPT, gate=gate)
        world.services[f"slow{number}"].respond(content, reply)
    world.page(
        "Hello {% fragment 'slow0/list' %} and {% fragment 'slow1/list' %} bye",
        extra="budget = 20000",
    )
    client = open_site()
    decoder, seen = zlib.decompressobj(31), ""
    with client.stream("GET", "/shop/", headers={"accept-encoding": "br, gzip"}) as response:
        assert response.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in response.headers["vary"]
        assert "content-length" not in response.headers
        for chunk in response.iter_raw():
            seen += decoder.decompress(chunk).decode()
            # Each gate opens only when what stands before its fragment is on the screen.
            if seen.endswith("Hello "):
                gates[0].open()
            if seen.endswith("and "):
                gates[1].open()
    assert decoder.eof
    assert "Hello <p>part 0</p> and <p>part 1</p> bye" in seen


@pytest.mark.parametrize("control", ["private", "no-store", ""])
def test_what_may_be_secret_is_never_compressed(
    world: World, open_site: Open, control: str
) -> None:
    content = world.fragment("account/name")
    secret = "Anna Example " * 10
    headers = {"cache-control": control} if control else {}
    world.services["account"].respond(content, Reply(body=f"<p>{secret}</p>", headers=headers))
    world.page(f'{LONG}{{% fragment "account/name" required=True %}}{LONG}')
    for path in ("/shop/", "/shop/?again"):
        response, body = raw(open_site(), "GET", path, accept_encoding="gzip, br")
        assert response.headers["content-encoding"] == "gzip"
        assert secret.encode() in body
        assert secret in gzip.decompress(body).decode()
        assert len(body) < len(gzip.decompress(body)) / 3


def test_who_takes_brotli_only_gets_parts_as_they_are() -> None:
    assert stream_for("br").coding == "identity"
    assert stream_for("br, gzip").coding == "gzip"
