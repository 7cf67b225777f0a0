"""Templates and pages.toml are read again when they change; what is broken changes nothing."""

from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from site_shell.composer.page_templates.library import PageLibrary

from .conftest import Open
from .kit import World, wait_until


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        # Every look is due.
        self.now += 10
        return self.now


@pytest.fixture
def library(world: World) -> PageLibrary:
    world.page("first")
    return PageLibrary(FileSystemStorage(world.folder / "pages"), clock=Clock())


def text(library: PageLibrary, name: str = "shop.html") -> str:
    layout = library.current().layout((name,), {}, "en")
    return b"".join(piece for piece in layout.body if isinstance(piece, bytes)).decode()


def test_a_changed_template_is_served(world: World, open_site: Open) -> None:
    world.page("first")
    client = open_site()
    assert "first" in client.get("/shop/").text
    world.page("second", routes=("shop/", "more/"))
    wait_until(lambda: "second" in client.get("/shop/").text)
    assert client.get("/more/").status_code == 200


def test_a_broken_template_leaves_the_last_good_one(world: World, library: PageLibrary) -> None:
    assert "first" in text(library)
    world.template("shop.html", "\n\n{% if %}")
    world.template("base.html", "new base {% block main %}{% endblock %}")
    assert text(library) == "new base first"
    (problem,) = library.problems
    assert (problem.file, problem.line) == ("shop.html", 3)
    world.page("mended")
    assert "mended" in text(library)
    assert library.problems == ()


def test_a_broken_pages_toml_leaves_the_last_good_routes(
    world: World, library: PageLibrary
) -> None:
    assert library.current().match("/shop/")
    world.template("pages.toml", "[[page]]\nname = 'x'\n")
    world.template("shop.html", "second")
    assert library.current().match("/shop/")
    assert text(library) == "second"
    (problem,) = library.problems
    assert (problem.file, problem.line) == ("pages.toml", 1)
    assert "routes" in problem.message


def test_a_bad_path_converter_is_a_problem_and_no_crash(world: World, library: PageLibrary) -> None:
    world.page("x", routes=("<nonsense:ref>/",))
    assert library.current().pages == ()
    assert "nonsense" in library.problems[0].message


def test_a_template_that_is_gone_is_gone(world: World, library: PageLibrary) -> None:
    assert "shop.html" in library.current().sources
    (world.folder / "pages" / "shop.html").unlink()
    assert "shop.html" not in library.current().sources


@pytest.mark.parametrize("name", ["shop.html", "pages.toml"])
def test_a_file_that_is_not_utf_8_leaves_the_last_good_one_and_spares_the_others(
    world: World, library: PageLibrary, name: str
) -> None:
    assert "first" in text(library)
    (world.folder / "pages" / name).write_bytes(b"one line\n\xff\xfe")
    world.template("base.html", "<main>{% block main %}{% endblock %}</main>")
    assert library.current().match("/shop/")
    assert "first" in text(library)
    assert "<main>" in text(library)
    (problem,) = library.problems
    assert (problem.file, problem.line, problem.message) == (name, 2, "the file is not UTF-8")


def test_what_did_not_change_is_not_parsed_again(library: PageLibrary) -> None:
    version = library.current().version
    assert library.current().version == version


def test_a_missing_folder_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    library = PageLibrary(FileSystemStorage(tmp_path / "nowhere"))
    assert library.current().pages == ()
    assert library.problems
