"""Pages while a rollout is under way, before and after it."""

import json
import re
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fragment_contract.manifest import FragmentInfo
from fragment_contract.testing import Reply

from site_shell.composer import conf
from site_shell.composer.audience import EVERYBODY
from site_shell.composer.release import Halt

from .conftest import Open
from .kit import World, comparable, wait_until

NAME = "reviews/list"
CACHED = {"cache-control": "public, s-maxage=60"}


def roll_out(world: World, *, traffic: float = 10, **extras: Any) -> None:
    """A default release that says old and one on another server that says new."""
    services: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
        ("1.0.0", "old", 100 - traffic, {}),
        ("2.0.0", "new", traffic, extras),
    )
    entries = []
    for version, word, share, more in services:
        url = world.services[word].add_fragment(
            NAME, html=f"<p>{word}</p>", version=version, headers=CACHED
        )
        entries.append(
            {
                "url": url,
                "metadata": {"version": version},
                "deployment": {"traffic": share, "default": word == "old"},
                "extras": more,
            }
        )
    write(world, entries)


def write(world: World, entries: list[dict[str, Any]]) -> None:
    world.registered[NAME] = entries
    document = {"schema": "https://example.org/schema", "microFrontends": world.registered}
    (world.folder / "registry.json").write_text(json.dumps(document))


def moment(offset: float) -> str:
    return datetime.fromtimestamp(time.time() + offset, UTC).isoformat()


def page_of(answer: httpx.Response) -> str:
    found = re.search("<p>(old|new)</p>", answer.text)
    assert found, answer.text
    return found[1]


def get(client: httpx.Client, cohort: str | None = None, **headers: str) -> httpx.Response:
    client.cookies.clear()
    if cohort is not None:
        headers["cookie"] = f"theme=dark; cohort={cohort}"
    return client.get("/shop/", headers=headers)


def test_visitors_get_the_release_of_their_cohort(world: World, open_site: Open) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=30)
    client = open_site()
    pages = Counter(page_of(get(client, str(digit))) for digit in range(10))
    assert pages == {"old": 7, "new": 3}


def test_a_first_visit_gets_a_cohort_and_is_not_shared(world: World, open_site: Open) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world)
    client = open_site()
    first = get(client)
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["vary"] == "accept-encoding, cookie"
    assert "etag" not in first.headers
    found = re.fullmatch(
        r"cohort=(\d); Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure",
        first.headers["set-cookie"],
    )
    assert found
    assert page_of(get(client, found[1])) == page_of(first)


def test_later_visits_stay_cacheable_for_their_cohort(world: World, open_site: Open) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world)
    client = open_site()
    get(client, "3")
    later = get(client, "3")
    assert later.headers["cache-control"].startswith("public, max-age=0, s-maxage=")
    assert later.headers["vary"] == "cookie"
    assert "set-cookie" not in later.headers


def test_validators_belong_to_the_releases_of_a_page(world: World, open_site: Open) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world)
    client = open_site()
    answers = {str(digit): get(client, str(digit)) for digit in range(10)}
    answers = {cohort: get(client, cohort) for cohort in answers}
    (new,) = [cohort for cohort, answer in answers.items() if page_of(answer) == "new"]
    old = "0" if new != "0" else "1"
    tags = {cohort: answer.headers["etag"] for cohort, answer in answers.items()}
    assert len(set(tags.values())) == 2
    assert get(client, new, **{"if-none-match": tags[new]}).status_code == 304
    assert get(client, new, **{"if-none-match": tags[old]}).status_code == 200
    assert get(client, **{"if-none-match": tags[old]}).status_code == 200


def test_outside_of_a_rollout_there_is_no_cookie_and_a_leftover_one_changes_nothing(
    world: World, open_site: Open
) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=0)
    client = open_site()
    get(client)
    without, leftover = get(client), get(client, "3")
    headers = [comparable(answer.headers) for answer in (without, leftover)]
    for found in headers:
        del found["x-request-id"]
    assert headers[0] == headers[1]
    assert "vary" not in headers[0] and "set-cookie" not in headers[0]
    assert without.content == leftover.content
    memory = conf.runtime().page_cache._by_request
    assert len(memory) == 1


def test_pages_without_a_fragment_under_rollout_are_the_same_for_all(
    world: World, open_site: Open
) -> None:
    world.fragment("cart/mini", headers=CACHED)
    world.page('{% fragment "cart/mini" %}')
    roll_out(world)
    client = open_site()
    get(client)
    for answer in (get(client), get(client, "1"), get(client, "2")):
        assert "vary" not in answer.headers and "set-cookie" not in answer.headers
        assert answer.headers["cache-control"].startswith("public")
    assert len(conf.runtime().page_cache._by_request) == 1


@pytest.mark.parametrize("cohort", ["", "x", "12345", "-1", "3;cohort", '"3"', "%33"])
def test_a_cookie_that_is_no_cohort_is_none(world: World, open_site: Open, cohort: str) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world)
    client = open_site()
    if cohort == "3;cohort":
        assert "set-cookie" not in get(client, cohort).headers
        return
    answer = get(client, cohort)
    assert answer.status_code == 200 and "set-cookie" in answer.headers


def test_a_finer_share_makes_the_cohort_longer_and_moves_nobody(
    world: World, open_site: Open
) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=15)
    answer = get(open_site(), "7")
    assert re.match(r"cohort=7\d;", answer.headers["set-cookie"])


def test_a_page_is_not_kept_longer_than_its_releases_stay(world: World, open_site: Open) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=0, strategy="AllAtOnce", start=moment(20))
    client = open_site()
    get(client)
    answer = get(client)
    found = re.search(r"s-maxage=(\d+)", answer.headers["cache-control"])
    assert found and int(found[1]) <= 20
    assert "set-cookie" not in answer.headers


def test_the_cookie_outlives_the_rollout_and_what_begins_during_it(
    world: World, open_site: Open
) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=0, strategy="Canary10Percent5Minutes", start=moment(-100))
    found = re.search(r"Max-Age=(\d+)", get(open_site()).headers["set-cookie"])
    assert found
    # And as long as another rollout can take that begins before this one has ended.
    assert 190 <= int(found[1]) - 90 * 60 <= 200


def test_everybody_gets_what_a_strategy_has_brought_to_all(world: World, open_site: Open) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=0, strategy="Canary10Percent5Minutes", start=moment(-301))
    answer = get(open_site())
    assert page_of(answer) == "new" and "set-cookie" not in answer.headers


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


def test_a_rollout_that_begins_is_seen_within_a_second_of_its_record(
    world: World, open_site: Open
) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=0)
    client = open_site()
    assert page_of(get(client)) == "old"
    roll_out(world, traffic=0, strategy="AllAtOnce", start=moment(-1))
    wait_until(lambda: page_of(get(client)) == "new")


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


def test_an_error_page_with_a_fragment_under_rollout_is_shared_within_a_cohort_alone(
    world: World, open_site: Open
) -> None:
    path = world.fragment("cart/mini")
    world.services["cart"].respond(path, Reply(status=404, headers=[*CACHED.items()]))
    world.page('{% fragment "cart/mini" required=True %}')
    world.template("error.html", f'<body>{{% fragment "{NAME}" %}}</body>')
    roll_out(world, traffic=50)
    client = open_site()
    first = get(client)
    assert first.status_code == 404
    assert first.headers["cache-control"] == "no-store"
    found = re.match(r"cohort=(\d);", first.headers["set-cookie"])
    later = get(client, found and found[1])
    assert page_of(later) == page_of(first)
    assert later.headers["cache-control"].startswith("public")
    assert later.headers["vary"] == "cookie" and "set-cookie" not in later.headers


def test_who_came_before_the_rollout_and_has_no_cohort_gets_a_page_that_nobody_shares(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=50)
    client = open_site()
    get(client)
    monkeypatch.setattr(conf.runtime().audiences, "of", lambda cookie: EVERYBODY)
    assert page_of(get(client)) == "old"
    assert get(client).headers["cache-control"] == "no-store"
    monkeypatch.undo()
    assert "set-cookie" in get(client).headers


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
