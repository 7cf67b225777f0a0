"""What a page leaves in the log."""

import asyncio
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from site_shell.composer.logs import JsonFormatter, LineLog

from .conftest import Open
from .kit import PATIENCE, World

MENU = '{% fragment "product/menu" %}{% endblock %}'


def test_a_page_has_a_line_and_each_of_its_slots_has_one(world: World, open_site: Open) -> None:
    world.fragment("product/page", "<h1>V</h1>", version="1.4.0")
    world.fragment("reviews/list")
    world.services["reviews"].refuse()
    world.page(
        '{% fragment "product/page" required=True %}'
        '{% fragment "reviews/list" required=True on_error="degrade" %}'
    )
    open_site().get("/shop/?secret=1", headers={"x-request-id": "request-0001"})
    slots, (page,) = world.slots(), [r for r in world.records() if r["event"] == "page"]
    assert {record.pop("request_id") for record in [*slots, page]} == {"request-0001"}
    for record in [*slots, page]:
        assert record.pop("time").endswith("Z")
        assert record.pop("ms") >= 0
    assert slots[0] == {
        "level": "info",
        "event": "slot",
        "fragment": "product/page",
        "outcome": "fresh",
        "reason": "",
        "via": "",
        "release": "1.4.0",
        "bytes": 10,
    }
    detail = slots[1].pop("detail")
    assert "refused" in detail or "connect" in detail.lower()
    assert slots[1] == {
        "level": "warning",
        "event": "slot",
        "fragment": "reviews/list",
        "outcome": "degraded",
        "reason": "connect-failed",
        "via": "",
        "release": "1.0.0",
        "bytes": 0,
    }
    assert page.pop("bytes") > 100
    assert page == {
        "level": "info",
        "event": "page",
        "page": "shop",
        "method": "GET",
        "path": "/shop/",
        "status": 200,
    }


def test_a_page_from_memory_has_the_same_lines(world: World, open_site: Open) -> None:
    world.fragment("product/page")
    world.page('{% fragment "product/page" required=True %}')
    client = open_site()
    for number in range(3):
        client.get("/shop/", headers={"x-request-id": f"request-{number}"})
    ids = [(record["event"], record["request_id"]) for record in world.records()]
    assert ids == [(event, f"request-{n}") for n in range(3) for event in ("slot", "page")]
    assert [slot["outcome"] for slot in world.slots()] == ["fresh", "cached", "cached"]


def test_server_timing_tells_what_is_known_before_the_first_byte(
    world: World, open_site: Open
) -> None:
    world.fragment("product/page")
    world.page('{% fragment "product/page" required=True %}')
    client = open_site()
    assert client.get("/shop/").headers["server-timing"].startswith("product-page;desc=fresh;dur=")
    again = client.get("/shop/").headers["server-timing"]
    assert again == "product-page;desc=cached;dur=0.0, total;dur=0.0"


@pytest.mark.parametrize("value", ["a b", 'a"b', "a\nINFO forged", "\u2028", "\x1b[0m"])
def test_no_value_can_look_like_another_field_or_line(value: str) -> None:
    written: list[str] = []
    log = LineLog("text", write=written.append, clock=lambda: 1.5)
    log.add("request-1", (log.tail("info", {"event": "page", "path": value, "ms": 1.25}),))
    log.flush()
    expected = (
        f"1970-01-01T00:00:01.500Z request-1 INFO event=page path={json.dumps(value)} ms=1.2\n"
    )
    assert "".join(written) == expected


def test_lines_below_the_level_are_not_written() -> None:
    written: list[str] = []
    log = LineLog("json", level="WARNING", write=written.append)
    log.add("r", (log.tail("info", {"event": "a"}), log.tail("error", {"event": "b"})))
    log.flush()
    (line,) = "".join(written).splitlines()
    assert json.loads(line)["event"] == "b"


def test_logging_itself_writes_json_too() -> None:
    record = logging.makeLogRecord(
        {"name": "a.b", "levelname": "ERROR", "msg": "two\nlines %s", "args": ("x",)}
    )
    record.created = time.mktime((1970, 1, 2, 0, 0, 0, 0, 0, 0))
    try:
        raise ValueError("why")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    line = json.loads(JsonFormatter().format(record))
    assert line["message"] == "two\nlines x"
    assert line["level"] == "error"
    assert "ValueError: why" in line["traceback"]


def test_every_answer_from_memory_has_its_own_line(world: World, open_site: Open) -> None:
    world.page("Hello")
    client = open_site()
    tag = client.head("/shop/").headers["etag"]
    for _ in range(2):
        client.get("/shop/")
        client.head("/shop/")
        client.get("/shop/", headers={"if-none-match": tag})
    lines = [(line["method"], line["status"], line["bytes"] > 0) for line in world.records()]
    again = [("GET", 200, True), ("HEAD", 200, False), ("GET", 304, False)]
    assert lines == [("HEAD", 200, False), *again, *again]


def test_the_fragments_of_an_error_page_have_lines_too(world: World, open_site: Open) -> None:
    world.fragment("product/menu")
    world.template("error.html", '{% extends "base.html" %}{% block main %}' + MENU)
    world.page("Hello")
    assert open_site().get("/nowhere/", headers={"x-request-id": "request-1"}).status_code == 404
    (slot,) = world.slots()
    assert (slot["fragment"], slot["request_id"]) == ("product/menu", "request-1")


def test_lines_of_a_loop_that_ended_are_not_held_back() -> None:
    written: list[str] = []
    log = LineLog("json", write=written.append)
    tail = log.tail("info", {"event": "a"})

    async def add() -> None:
        log.add("first", (tail,))

    asyncio.run(add())
    log.add("second", (tail,))
    assert "first" in "".join(written)
    assert "second" in "".join(written)


def test_whoever_flushes_finds_what_another_thread_is_just_writing() -> None:
    written: list[str] = []
    begun, goes_on = threading.Event(), threading.Event()

    def write(text: str) -> None:
        begun.set()
        assert goes_on.wait(PATIENCE)
        written.append(text)

    log = LineLog("json", write=write)
    tail = log.tail("info", {"event": "a"})
    with ThreadPoolExecutor(2) as pool:
        # Without a loop a line is written at once.
        writing = pool.submit(log.add, "first", (tail,))
        assert begun.wait(PATIENCE)
        flushing = pool.submit(log.flush)
        # Nothing tells when it has begun to wait; whoever does not wait is done by then.
        assert not wait([flushing], timeout=0.1).done
        goes_on.set()
        wait([writing, flushing])
    assert "first" in "".join(written)
