"""Checks of what slots pass, before a deployment does it."""

from collections.abc import Iterator

import pytest
from fragment_contract.manifest import FragmentInfo

from site_shell.composer import checks, conf, passthrough_checks

from .kit import World


@pytest.fixture
def fresh_runtime() -> Iterator[None]:
    conf.forget_runtime()
    yield
    conf.forget_runtime()


@pytest.mark.usefixtures("fresh_runtime")
@pytest.mark.parametrize("word", ["all", "query:all", "cookie:all"])
def test_a_check_warns_of_all_with_template_and_line(world: World, word: str) -> None:
    world.fragment("reviews/list")
    world.page(f'\n{{% fragment "reviews/list" passthrough="{word}" %}}')
    (message,) = passthrough_checks.check_passthrough()
    assert message.id == "composer.W020"
    assert message.msg.startswith("shop.html:2: reviews/list is passed ")
    assert message.hint
    assert checks.check_slots() == []


@pytest.mark.usefixtures("fresh_runtime")
def test_a_check_refuses_the_shells_own_cookies(world: World) -> None:
    world.page(
        '{% fragment "a/b" required=True passthrough="cookie:cohort" set_cookies="staging" %}'
    )
    found = passthrough_checks.check_passthrough()
    assert [message.id for message in found] == ["composer.E020", "composer.E020"]
    assert "'cohort'" in found[0].msg and "'staging'" in found[1].msg


@pytest.mark.usefixtures("fresh_runtime")
def test_a_check_of_a_deployment_compares_slots_with_manifests(world: World) -> None:
    info = FragmentInfo(
        name="reviews/list",
        parameters={"type": "object", "properties": {"page": {"type": "integer"}}},
        varies=("header:X-Currency", "cookie:theme"),
    )
    world.fragment("reviews/list", fragment=info)
    world.page(
        '{% fragment "reviews/list" passthrough="query:page query:utm header:x-currency" %}'
        '{% fragment "gone/away" passthrough="query:x" %}'
    )
    found = passthrough_checks.check_declared_inputs()
    assert [(message.id, message.msg) for message in found] == [
        (
            "composer.W021",
            "shop.html:1: reviews/list is passed query:utm, which its manifest does not declare",
        ),
        ("composer.W022", "reviews/list declares cookie:theme in varies, but no slot passes it"),
    ]
