"""The kit for what happens at the same moment."""

from threading import Barrier, get_ident

import pytest
from django.db import connection
from fragment_contract.testing.crowd import SIZE, Crowd

pytestmark = pytest.mark.django_db(transaction=True)


def test_acts_are_done_at_the_same_moment_and_answered_in_their_order(crowd: Crowd) -> None:
    together = Barrier(SIZE)

    def act(number: int) -> int:
        together.wait(30)
        return number

    assert crowd.at_once(*[lambda n=n: act(n) for n in range(SIZE)]) == [*range(SIZE)]


def test_all_are_on_one_database_each_over_a_connection_of_its_own(crowd: Crowd) -> None:
    def execute(statement: str, *values: int) -> list[tuple[int, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    crowd.one(lambda: execute("CREATE TABLE guests (thread BIGINT, over BIGINT)"))

    def sign() -> None:
        connection.ensure_connection()
        mine = id(connection.connection)
        execute("INSERT INTO guests VALUES (%s, %s)", get_ident(), mine)

    crowd.at_once(*[sign] * SIZE)
    guests = crowd.one(lambda: execute("SELECT thread, over FROM guests"))
    assert len(set(guests)) == SIZE
    assert len({over for _, over in guests}) == SIZE


def test_more_acts_than_threads_are_refused_instead_of_waiting_for_ever(crowd: Crowd) -> None:
    with pytest.raises(ValueError, match="a crowd has 8 threads"):
        crowd.at_once(*[get_ident] * (SIZE + 1))


def test_what_an_act_raises_is_raised(crowd: Crowd) -> None:
    with pytest.raises(ZeroDivisionError):
        crowd.at_once(lambda: 1 // 0, get_ident)
