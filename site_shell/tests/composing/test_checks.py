"""System checks name the file, the line and the remedy."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from site_shell.composer import checks, conf

from .kit import World


@pytest.fixture(autouse=True)
def fresh_runtime() -> Any:
    conf.forget_runtime()
    yield
    conf.forget_runtime()


def found() -> list[tuple[str | None, str]]:
    messages = [*checks.check_pages(), *checks.check_slots()]
    return [(message.id, message.msg) for message in messages]


def test_a_sound_site_has_nothing_to_tell(world: World) -> None:
    world.fragment("reviews/list")
    world.template("none.html", "none")
    world.page(
        '{% fragment "reviews/list" page=page|add:1 timeout=page fallback="none.html" %}'
        '<micro-frontend src="reviews/list" q="{{ q }}" timeout="{{ q }}"></micro-frontend>'
        '{% fragment name %}<micro-frontend src="{{ name }}" {{ more }}></micro-frontend>'
    )
    assert found() == []


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ('{% fragment "list" %}', "'list' is no fragment name: write service/fragment"),
        ('{% fragment "a/b" timeout="x" %}', "timeout='x' must be milliseconds from 1 to 60000"),
        ('{% fragment "a/b" timeout=0 %}', "timeout='0' must be milliseconds from 1 to 60000"),
        (
            '{% fragment "a/b" on_error="x" %}',
            "on_error='x' must be one of fail, fallback, degrade",
        ),
        ('{% fragment "a/b" strategy="x" %}', "strategy='x' must be one of default, canary"),
        ('{% fragment "a/b" delivery="x" %}', "delivery='x' must be one of inline, deferred, lazy"),
        ('{% fragment "a/b" passthrough="body:x" %}', "must be one of query, header, cookie"),
        ('{% fragment "a/b" passthrough="header:cookie" %}', "this header is never passed on"),
        ("<micro-frontend></micro-frontend>", "<micro-frontend> needs src: the name of a fragment"),
        (
            "<micro-frontend src='a/b' timeout='{{ x }}' error-handling='no'>",
            "on_error='no' must be",
        ),
        ("<micro-frontend src='a/b' required='no'>", "required='no' must be true or false"),
    ],
)
def test_wrong_attributes_are_errors_with_file_and_line(
    world: World, tag: str, message: str
) -> None:
    world.page(f"\n{{# a comment #}}\n{tag}")
    ((check_id, text),) = [item for item in found() if item[0] != "composer.W001"]
    assert check_id == "composer.E003"
    assert text.startswith("shop.html:3: ")
    assert message in text


def test_an_unknown_fragment_is_a_warning_that_names_the_known_ones(world: World) -> None:
    world.fragment("reviews/list")
    world.page('{% fragment "reviews/lits" %}')
    (message,) = checks.check_slots()
    assert message.id == "composer.W001"
    assert message.msg == "shop.html:1: no fragment 'reviews/lits' is registered"
    assert message.hint == "Registered are reviews/list."


def test_templates_that_are_missing_or_broken_are_errors(world: World) -> None:
    world.page('{% fragment "a/b" fallback="nowhere.html" %}')
    world.template("broken.html", "\n{% nonsense %}")
    world.template("pages.toml", '[[page]]\nname = "x"\nroutes = [""]\ntemplate = "missing.html"\n')
    assert [(check_id, text.partition(": ")[0]) for check_id, text in found()] == [
        ("composer.E002", "broken.html:2"),
        ("composer.E004", "pages.toml:1"),
        ("composer.E005", "shop.html:1"),
    ]


def test_a_broken_pages_toml_is_an_error_with_its_line(world: World) -> None:
    world.page("Hello")
    world.template("pages.toml", "\n\n[[page]]\nname = 'x'\nroutes = 3")
    ((check_id, text),) = found()
    assert check_id == "composer.E001"
    assert text.startswith("pages.toml:3: routes of page 'x' must be a list")


def test_a_registry_that_cannot_be_read_is_a_warning(world: World) -> None:
    (world.folder / "registry.json").write_text("{")
    (message,) = checks.check_registry()
    assert message.id == "composer.W003"


def test_several_workers_with_a_cache_each_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_cache() == []
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    (message,) = checks.check_cache()
    assert message.id == "composer.W002"
    assert message.hint
    assert "CACHE_URL" in message.hint


def test_the_pages_command_lists_routes_and_slots(world: World) -> None:
    slots = '{% fragment "reviews/list" required=True timeout=700 %}{% fragment "x" %}'
    world.page(slots, extra="budget = 1500")
    out = StringIO()
    call_command("pages", stdout=out, no_color=True)
    assert out.getvalue() == (
        "shop\n  /shop/\n  shop.html, 1500 ms\n"
        "    reviews/list: 700 ms, fallback, required\n"
        "    'x' is no fragment name: write service/fragment\n"
    )


def test_credentials_that_are_not_there_are_a_warning(world: World) -> None:
    extras = {"credentials": "ApiKey", "secret": "env:NOT_SET_ANYWHERE"}
    world.register("reviews/list", "http://127.0.0.1:1/fragments/list", extras=extras)
    (message,) = checks.check_credentials()
    assert message.id == "composer.W040"
    assert "NOT_SET_ANYWHERE" in message.msg


@pytest.mark.parametrize(
    ("route", "taken"),
    [
        ("actions/<slug:x>/", "/actions"),
        ("admin/", "/admin"),
        ("_composer/x/", "/_composer"),
        ("static/<path:x>", "/static"),
        ("media/", "/media"),
        ("healthz", "/healthz"),
    ],
)
def test_a_page_where_the_shell_itself_answers_is_an_error(
    world: World, route: str, taken: str
) -> None:
    world.page("Hello", routes=(route,))
    (message,) = checks.check_reserved_routes()
    assert message.id == "composer.E006"
    assert message.msg.endswith(f"route {route!r} of page 'shop' is below {taken}")


def test_a_route_that_catches_everything_leaves_the_shell_its_own(world: World) -> None:
    world.page("Hello", routes=("actionsfilm/", "shop/static/", "healthz2"))
    assert checks.check_reserved_routes() == []
    world.page("Mine: {{ rest }}", routes=("<path:rest>",))
    conf.forget_runtime()
    assert checks.check_reserved_routes() == []
    with world.open("lane") as client:
        assert client.get("/any/thing").text.count("Mine") == 1
        for path in ("/healthz", "/actions/a/b/c", "/static/x.css", "/media/", "/_composer/purge"):
            assert "Mine" not in client.get(path).text


def test_an_inline_block_that_cannot_be_hashed_is_a_warning(world: World) -> None:
    world.page("<style>b { color: red }</style><script>let a = {{ page_path }};</script>")
    (message,) = checks.check_inline_blocks()
    assert message.id == "composer.W004"
    assert "shop.html: an inline script with template syntax" in message.msg
