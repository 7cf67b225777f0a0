"""Whatever people do to an entry, in whatever order, it stays right."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.errors import RegistryError
from site_shell.composer.registry.editing import (
    Entry,
    clear_halt,
    edited,
    halt,
    kill,
    promote,
    register,
    rollback,
    shift,
)
from site_shell.composer.registry.history import Note, noted
from site_shell.composer.registry.schema import parse_fragments

from .conftest import AT, NAME, URL, release

EDITS = st.lists(
    st.one_of(
        st.builds(
            shift,
            st.sampled_from(["1.0.0", "2.0.0", "3.0.0"]),
            traffic=st.floats(0, 100).map(lambda share: round(share, 1)),
            strategy=st.just(""),
            start=st.just(""),
            group=st.sampled_from(["", "g"]),
        ),
        st.builds(
            shift,
            st.sampled_from(["2.0.0", "3.0.0"]),
            traffic=st.none(),
            strategy=st.sampled_from(["AllAtOnce", "Linear10PercentEvery1Minute"]),
            start=st.just(AT),
            group=st.just(""),
        ),
        st.builds(promote, st.sampled_from(["1.0.0", "2.0.0", "3.0.0"]), now=st.just(AT)),
        st.builds(kill, st.sampled_from(["1.0.0", "2.0.0", "3.0.0"])),
        st.builds(
            halt, st.sampled_from(["1.0.0", "2.0.0"]), at=st.just(AT), reason=st.just("slow")
        ),
        st.builds(clear_halt, st.sampled_from(["1.0.0", "2.0.0"])),
        st.builds(
            register,
            url=st.just(URL),
            version=st.sampled_from(["1.0.0", "2.0.0", "3.0.0", "4.0.0"]),
            fallback_url=st.none(),
        ),
        st.builds(rollback),
    ),
    max_size=12,
)


@given(EDITS)
def test_whatever_people_do_in_a_row_an_entry_stays_right(edits: list[object]) -> None:
    entry: Entry | None = [release("1.0.0")]
    for number, edit in enumerate(edits):
        note = Note(f"2026-11-21T13:00:{number:02}Z", "ann", "something")
        with suppress(RegistryError):
            entry = edited(NAME, entry, noted(edit, note))  # type: ignore[arg-type]
    found = parse_fragments({NAME: entry})
    assert not found.problems
    assert abs(sum(one.traffic for one in found.releases[NAME]) - 100) < 1e-6
