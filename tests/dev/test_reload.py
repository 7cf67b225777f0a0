"""What an edit changes in a running site."""

from pathlib import Path

from dev.atomic import write_atomically
from dev.projects import PROJECTS

from .conftest import StartSite
from .small_site import write
from .test_run import fetch, services


def edit(path: Path, old: str, new: str) -> None:
    """At once, as editors do: half of a file would be another edit."""
    write_atomically(path, path.read_text().replace(old, new))


def test_an_edited_service_answers_in_its_new_way(start: StartSite, tree: Path) -> None:
    run = start()
    run.ready()
    edit(tree / "reviews" / "wsgi.py", "first", "second!")
    run.until("Ready again")
    assert fetch(services(run)["reviews"] + "/") == b"second!"


def test_the_shell_restarts_after_a_service_so_that_its_cache_is_empty(
    start: StartSite, tree: Path
) -> None:
    run = start()
    run.ready()
    edit(tree / "reviews" / "wsgi.py", "first", "second!")
    run.until("Reloading reviews")
    run.until("shell says hello")
    run.until("Ready again")


def test_what_works_beside_an_edited_service_is_started_anew(start: StartSite, tree: Path) -> None:
    run = start()
    run.ready()
    edit(tree / "cart" / "management" / "commands" / "settle_orders.py", "settles", "ends")
    run.until("ends orders every")


def test_a_broken_edit_is_reported_and_the_next_one_mends_it(start: StartSite, tree: Path) -> None:
    run = start()
    run.ready()
    wsgi = tree / "reviews" / "wsgi.py"
    edit(wsgi, "ANSWER = ", "ANSWER = = ")
    run.until("Waiting for the next edit")
    assert "SyntaxError" in run.text
    edit(wsgi, 'ANSWER = = b"first"', 'ANSWER = b"mended"')
    run.until("Ready again")
    assert fetch(services(run)["reviews"] + "/") == b"mended"


def test_an_edited_stylesheet_is_collected_again(start: StartSite, tree: Path) -> None:
    run = start()
    run.ready()
    edit(tree / "reviews" / "static" / "reviews" / "site.css", "red", "rebeccapurple")
    run.until("Ready again")
    collected = tree / "var" / "static" / "reviews" / "reviews" / "site.css"
    assert "rebeccapurple" in collected.read_text()


def test_an_edited_template_of_a_service_is_used(start: StartSite, tree: Path) -> None:
    run = start()
    run.ready()
    write(tree / "reviews" / "templates" / "reviews" / "list.html", "<p>new</p>")
    run.until("Reloading reviews")
    run.until("Ready again")


def test_the_contract_is_shared_so_its_edit_restarts_everything(
    start: StartSite, tree: Path
) -> None:
    run = start()
    run.ready()
    write(tree / "packages" / "fragment-contract" / "src" / "wire.py", "NAMES = ()")
    assert ", ".join(project.name for project in PROJECTS) in run.until("Reloading")
    run.until("Ready again")
