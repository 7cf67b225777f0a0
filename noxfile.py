"""Test sessions. ``make test`` runs them all; ``.venv/bin/nox -s reviews`` runs one.

A project is tested in an environment of its own: its locked requirements, the contract package
as a wheel, and a copy of its folder with no code beside it. Whatever it takes from elsewhere in
this repository is missing there, so it cannot be taken by accident.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import nox

ROOT = Path(__file__).resolve().parent
sys.path.append(str(ROOT))  # `nox` is started from anywhere, `python -m nox` from here

from dev.lanes import SESSIONS  # noqa: E402
from dev.postgresql import MISSING, private_server, programs  # noqa: E402

REPORTS = Path(os.environ.get("TEST_REPORTS", ROOT / "var" / "test-reports"))
CONTRACT = "packages/fragment-contract"
# The plugin that leaves out what no database has anything to do with.
DATABASE_TESTS = "over_postgresql"
# What is tested over PostgreSQL, too, and the folders without code that it needs beside it.
DATABASES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("product_details", "reviews", "cart", "bookmarks"), ()),
    "site_shell": ("templates",),
}

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = list(SESSIONS)


def report(session: nox.Session) -> str:
    return f"--junitxml={REPORTS / session.name}.xml"


def copy_of(session: nox.Session, *folders: str) -> Path:
    """These folders as git would hold them, and nothing else."""
    target = Path(session.create_tmp()).resolve() / "tree"
    shutil.rmtree(target, ignore_errors=True)
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    listed = subprocess.run([*listing, *folders], capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def contract_wheel(session: nox.Session) -> str:
    """The contract package as it would be published, built with the locked build tools."""
    folder = Path(session.create_tmp()) / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w"]
    session.run(sys.executable, *build, str(folder), CONTRACT, external=True)
    return str(next(folder.glob("*.whl")))


def test_tools(session: nox.Session, project: str) -> None:
    """What tests may use, in the versions of the lock."""
    pins = Path(session.create_tmp()) / "pins.txt"
    lines = (ROOT / "requirements-dev.lock").read_text().splitlines()
    found = (re.match(r"\S+==[^\\]+", line) for line in lines)
    pins.write_text("\n".join(match.group(0) for match in found if match))
    own = ROOT / project / "requirements-test.txt"
    more = ["-r", str(own)] if own.exists() else []
    session.install("-r", "requirements-test.txt", *more, "-c", str(pins))


def skip(session: nox.Session, missing: str) -> NoReturn:
    """Leave a session out for want of a program, which a build machine may not do."""
    if os.environ.get("CI") == "true":
        session.error(missing)
    session.skip(missing)


def run_tests(session: nox.Session, project: str, *more: str, database: str | None = None) -> None:
    """``more`` are folders beside it without code in them; ``database`` is a DATABASE_URL instead
    of the default of the project's pytest.ini."""
    test_tools(session, project)
    session.install("--force-reinstall", "--no-deps", contract_wheel(session))
    # The documentation comes along, because a project's tests hold it to the code.
    session.chdir(copy_of(session, project, "docs", *more))
    ini = f"{project}/pytest.ini"
    arguments = ["-c", ini, "--rootdir", ".", project, "-p", "no:cacheprovider", report(session)]
    environment = {"PYTHONPATH": None, "DATABASE_URL": database}
    if database:
        plugins = Path(session.create_tmp()).resolve() / "plugins"
        plugins.mkdir(exist_ok=True)
        shutil.copy2(ROOT / "dev" / f"{DATABASE_TESTS}.py", plugins)
        arguments += ["-p", DATABASE_TESTS]
        environment["PYTHONPATH"] = str(plugins)
    session.run("pytest", *arguments, *session.posargs, env=environment)


@nox.session
def contract(session: nox.Session) -> None:
    """The contract package, from its wheel."""
    dependencies = nox.project.load_toml(f"{CONTRACT}/pyproject.toml")["project"]["dependencies"]
    session.install(*dependencies)
    run_tests(session, CONTRACT)


@nox.session
def site_shell(session: nox.Session) -> None:
    """The shell, with no service in sight."""
    session.install("--require-hashes", "-r", "site_shell/requirements.lock")
    run_tests(session, "site_shell", "templates")


@nox.session
def product_details(session: nox.Session) -> None:
    """The catalogue, alone."""
    session.install("--require-hashes", "-r", "product_details/requirements.lock")
    run_tests(session, "product_details")


@nox.session
def reviews(session: nox.Session) -> None:
    """Reviews, alone."""
    session.install("--require-hashes", "-r", "reviews/requirements.lock")
    run_tests(session, "reviews")


@nox.session
def cart(session: nox.Session) -> None:
    """Carts and orders, alone."""
    session.install("--require-hashes", "-r", "cart/requirements.lock")
    run_tests(session, "cart")


@nox.session
def bookmarks(session: nox.Session) -> None:
    """What shoppers saved, alone."""
    session.install("--require-hashes", "-r", "bookmarks/requirements.lock")
    run_tests(session, "bookmarks")


@nox.session
@nox.parametrize("project", [nox.param(name, id=name) for name in DATABASES])
def postgresql(session: nox.Session, project: str) -> None:
    """What uses a database, over the one that production has; their own sessions use SQLite."""
    folder = programs()
    if folder is None:
        skip(session, MISSING)
    session.install("--require-hashes", "-r", f"{project}/requirements.lock")
    with private_server(folder) as database:
        run_tests(session, project, *DATABASES[project], database=database)


@nox.session(venv_backend="none")
def notifications(session: nox.Session) -> None:
    """The bundle: its unit tests, its types, that it is built from its sources; in a browser."""
    if not shutil.which("npm"):
        skip(session, "npm is missing: install Node.js 20 or later")
    REPORTS.mkdir(parents=True, exist_ok=True)
    with session.chdir(copy_of(session, "notifications_static") / "notifications_static"):
        session.run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        session.run("npm", "run", "types", "--silent")
        session.run("npm", "run", "drift", "--silent")
        results = REPORTS / "notifications-units.xml"
        output = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={results}"]
        session.run("npm", "test", "--silent", "--", *output)
        # Of the tools in .venv only those that notifications_static/requirements-test.txt names.
        pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio"]
        session.run(*pytest, report(session), *session.posargs)


@nox.session(venv_backend="none")
def podium(session: nox.Session) -> None:
    """Podium's own packages: podlets in the shell, our fragments in a layout; the example."""
    if not shutil.which("npm"):
        skip(session, "npm is missing: install Node.js 20 or later")
    session.run(sys.executable, "-m", "pytest", "tests/podium", report(session), *session.posargs)


@nox.session(venv_backend="none")
def elsewhere(session: nox.Session) -> None:
    """The composer's tag in a fresh Django project, installed as docs/elsewhere.md says."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    folder = "packages/django-fragment-composer"
    session.chdir(copy_of(session, "packages", "site_shell/composer", "docs/elsewhere.md"))
    arguments = ["-c", f"{folder}/pytest.ini", "--rootdir", ".", folder, "-p", "no:cacheprovider"]
    session.run(sys.executable, "-m", "pytest", *arguments, report(session), *session.posargs)


@nox.session(venv_backend="none")
def dev(session: nox.Session) -> None:
    """What runs and checks this repository, with real processes."""
    session.run(sys.executable, "-m", "pytest", "tests/dev", report(session), *session.posargs)


@nox.session(venv_backend="none")
def e2e(session: nox.Session) -> None:
    """The running site over HTTP and in a browser."""
    session.run(sys.executable, "-m", "pytest", "tests/e2e", report(session), *session.posargs)


@nox.session(venv_backend="none")
def check(session: nox.Session) -> None:
    """The static part."""
    session.run(sys.executable, "-m", "dev.check")
