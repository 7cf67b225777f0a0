"""Who gets which release while a rollout is under way, and what caches may keep of it."""

import re
from collections import Counter

import pytest
from fragment_contract.testing import Reply

from site_shell.composer import conf
from site_shell.composer.audience import EVERYBODY

from .conftest import Open
from .kit import World, comparable, wait_until
from .rolling_out import CACHED, NAME, get, moment, page_of, roll_out


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


def test_a_rollout_that_begins_is_seen_within_a_second_of_its_record(
    world: World, open_site: Open
) -> None:
    world.page(f'{{% fragment "{NAME}" %}}')
    roll_out(world, traffic=0)
    client = open_site()
    assert page_of(get(client)) == "old"
    roll_out(world, traffic=0, strategy="AllAtOnce", start=moment(-1))
    wait_until(lambda: page_of(get(client)) == "new")


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
