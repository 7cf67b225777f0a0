"""Slots of every kind keep to the release of their visitor while a rollout is under way."""

import re
from collections import Counter

from fragment_contract.manifest import FragmentInfo
from fragment_contract.testing import Reply

from site_shell.composer import conf
from site_shell.composer.release import Halt

from .conftest import Open
from .kit import World, wait_until
from .rolling_out import CACHED, NAME, get, moment, page_of, roll_out, write


def test_a_slot_that_asks_for_the_canary_gets_it_without_a_cohort(
    world: World, open_site: Open
) -> None:
    world.page(f'{{% fragment "{NAME}" strategy="canary" %}}')
    roll_out(world, traffic=0, strategy="BlueGreen")
    answer = get(open_site())
    assert page_of(answer) == "new" and "set-cookie" not in answer.headers


def test_linked_fragments_come_from_the_same_releases(world: World, open_site: Open) -> None:
    names = ("reviews/list", "cart/mini")
    for name in names:
        entries = []
        for version, word in (("1.0.0", "old"), ("2.0.0", "new")):
            url = world.services[f"{word}{name[0]}"].add_fragment(
                name, html=f"<p>{word}</p>", version=version, headers=CACHED
            )
            entries.append(
                {
                    "url": url,
                    "metadata": {"version": version},
                    "deployment": {"traffic": 50, "default": word == "old"},
                    "extras": {"group": "redesign"},
                }
            )
        world.registered[name] = entries
        write(world, world.registered[NAME])
    world.page("".join(f'{{% fragment "{name}" %}}' for name in names))
    client = open_site()
    seen = Counter(
        tuple(re.findall("<p>(old|new)</p>", get(client, str(digit)).text)) for digit in range(10)
    )
    assert seen == {("old", "old"): 5, ("new", "new"): 5}


def test_what_is_halted_in_this_process_is_gone_with_the_next_page(
    world: World, open_site: Open
) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=100 - 10)
    client = open_site()
    pages = {str(digit): page_of(get(client, str(digit))) for digit in range(10)}
    chosen = next(cohort for cohort, word in pages.items() if word == "new")
    get(client, chosen)
    rollouts = conf.runtime().rollouts
    rollouts.halt(rollouts.choose(NAME, cohort=chosen), Halt(moment(0), "10 of 10 failed"))
    assert page_of(get(client, chosen)) == "old"


def test_a_required_fragment_under_rollout_decides_for_its_cohort_alone(
    world: World, open_site: Open
) -> None:
    world.page(f'{{% fragment "{NAME}" required=True %}}')
    roll_out(world, traffic=50)
    world.services["new"].respond("/fragments/list/", Reply(status=404, headers=[*CACHED.items()]))
    client = open_site()
    first = get(client)
    assert "set-cookie" in first.headers and first.headers["cache-control"] == "no-store"
    answers = [get(client, str(digit)) for digit in range(10)]
    assert Counter(answer.status_code for answer in answers) == {200: 5, 404: 5}
    assert {answer.headers["vary"] for answer in answers} == {"cookie"}
    assert all("set-cookie" not in answer.headers for answer in answers)


def test_a_streamed_page_sets_the_cohort_before_its_body(world: World, open_site: Open) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world)
    for word in ("old", "new"):
        world.services[word].respond("/fragments/list/", Reply(body=f"<p>{word}</p>", delay=0.3))
    client = open_site()
    with client.stream("GET", "/shop/") as answer:
        assert answer.headers["set-cookie"].startswith("cohort=")
        assert answer.headers["vary"] == "accept-encoding, cookie"


def test_a_fragment_inside_of_another_keeps_to_the_cohort(world: World, open_site: Open) -> None:
    inner = f'<section><micro-frontend src="{NAME}"></micro-frontend></section>'
    info = FragmentInfo(name="cart/mini", nested=True)
    world.fragment("cart/mini", inner, headers=CACHED, fragment=info)
    world.page('{% fragment "cart/mini" %}')
    roll_out(world, traffic=50)
    client = open_site()
    for digit in range(10):
        get(client, str(digit))
    for _ in range(2):
        answers = [get(client, str(digit)) for digit in range(10)]
        assert Counter(page_of(answer) for answer in answers) == {"old": 5, "new": 5}
        assert {answer.headers["vary"] for answer in answers if "etag" in answer.headers} <= {
            "cookie",
            "cookie, accept-encoding",
            "accept-encoding, cookie",
        }


def test_a_page_that_is_streamed_sets_the_cohort_for_what_may_be_inside_of_its_fragments(
    world: World, open_site: Open
) -> None:
    inner = f'<section><micro-frontend src="{NAME}"></micro-frontend></section>'
    info = FragmentInfo(name="cart/mini", nested=True)
    world.fragment("cart/mini", inner, fragment=info, headers={"cache-control": "no-store"})
    world.page('{% fragment "cart/mini" %}')
    roll_out(world, traffic=50)
    client = open_site()
    for _ in range(3):
        answer = get(client)
        assert "etag" not in answer.headers
        found = re.match(r"cohort=(\d);", answer.headers["set-cookie"])
        assert found and page_of(get(client, found[1])) == page_of(answer)


def test_a_page_that_is_streamed_without_a_fragment_under_rollout_sets_no_cookie(
    world: World, open_site: Open
) -> None:
    world.fragment("cart/mini", headers={"cache-control": "no-store"})
    world.page('{% fragment "cart/mini" %}')
    roll_out(world)
    client = open_site()
    get(client)
    answer = get(client)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


def test_a_lazy_fragment_comes_from_the_release_of_its_visitor_and_is_shared_within_the_cohort(
    world: World, open_site: Open
) -> None:
    world.page(f'{{% fragment "{NAME}" delivery="lazy" label="Reviews" %}}')
    roll_out(world, traffic=50)
    client = open_site()
    page = get(client)
    assert "set-cookie" not in page.headers
    found = re.search(r'/_composer/fragments/[^/"]+/', page.text)
    assert found, page.text
    first = client.get(found[0])
    assert first.headers["cache-control"] == "no-store" and "set-cookie" in first.headers
    for _ in range(2):
        client.cookies.clear()
        answers = [client.get(found[0], headers={"cookie": f"cohort={n}"}) for n in range(10)]
    assert Counter(page_of(answer) for answer in answers) == {"old": 5, "new": 5}
    assert {answer.headers["vary"] for answer in answers} == {"cookie"}
    assert all(answer.headers["cache-control"].startswith("public") for answer in answers)


def test_a_canary_that_never_answers_counts_as_failing(world: World, open_site: Open) -> None:
    world.page(f'{{% fragment "{NAME}" strategy="canary" timeout=100 %}}')
    roll_out(world)
    world.services["new"].respond("/fragments/list/", Reply(body="<p>new</p>", delay=5))
    client = open_site()
    get(client)
    wait_until(lambda: conf.runtime().measures.window(NAME, "2.0.0").failures == 1)
