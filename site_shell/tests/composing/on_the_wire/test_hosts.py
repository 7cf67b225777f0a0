"""For whom a request is: one known host, whatever else it says about itself."""

import os
import subprocess
import sys

import pytest

from .raw import Ask, get, statuses


def test_several_hosts_no_host_and_strange_hosts_are_refused(ask: Ask) -> None:
    assert statuses(ask(get())) == [200, 200]
    for data in (
        get(b"Host: testserver\r\n"),
        get(b"Host: evil.example\r\n"),
        b"GET /shop/ HTTP/1.1\r\nHost: evil.example\r\nHost: testserver\r\n\r\n",
        b"GET /shop/ HTTP/1.1\r\n\r\n",
        b"GET /shop/ HTTP/1.0\r\n\r\n",
        *(
            b"GET /shop/ HTTP/1.1\r\nHost: " + name + b"\r\n\r\n"
            for name in (
                *(b"", b"evil.example", b"testserver.evil.example", b"testserver@evil.example"),
                *(b"testserver:80@evil.example", b"testserver/x", b"testserver:x", b"[::1"),
                *(b"testserver, evil.example", b"[::1]", b"..", b"testserver..", b"\xe4"),
            )
        ),
    ):
        assert statuses(ask(data))[0] == 400, data


@pytest.mark.parametrize("name", [b"testserver:8000", b"TESTSERVER", b"testserver."])
def test_a_port_capitals_and_the_dot_of_the_root_are_the_same_host(ask: Ask, name: bytes) -> None:
    data = b"GET /shop/ HTTP/1.1\r\nHost: " + name + b"\r\n\r\n"
    assert statuses(ask(data)) == [200, 200]


@pytest.mark.parametrize("path", [b"/static/none.css", b"/healthz", b"/actions/a/seen/x", b"/no/"])
def test_no_part_of_the_shell_answers_to_a_foreign_host(ask: Ask, path: bytes) -> None:
    data = b"GET " + path + b" HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    assert statuses(ask(data))[0] == 400


def test_forwarded_hosts_are_never_believed(ask: Ask) -> None:
    plain = ask(get())[0]
    told = ask(
        get(
            b"X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\n"
            b"Forwarded: host=evil.example\r\nX-Original-URL: /evil/\r\nX-Rewrite-URL: /evil/\r\n"
        )
    )[0]
    assert b"evil" not in told
    assert told.partition(b"\r\n\r\n")[2] == plain.partition(b"\r\n\r\n")[2]


def test_a_target_with_a_host_of_its_own_is_the_hosts_that_was_asked(ask: Ask) -> None:
    answers = ask(get(target=b"http://evil.example/shop/"))
    assert statuses(answers) == [200, 200]
    assert b"evil.example" not in answers[0]


@pytest.mark.parametrize(("proxies", "believed"), [("", False), ("10.0.0.7", True)])
def test_a_visitors_address_is_believed_only_where_proxies_are_named(
    proxies: str, believed: bool
) -> None:
    code = "from site_shell.worker import Worker; print(Worker.CONFIG_KWARGS['proxy_headers'])"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "FORWARDED_ALLOW_IPS": proxies},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str(believed)
