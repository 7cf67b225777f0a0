"""The server that tests get for themselves."""

from configparser import ConfigParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from dev.postgresql import MISSING, private_server, programs
from dev.projects import SERVICES, Project

FOUND = programs()
needs_postgresql = pytest.mark.skipif(FOUND is None, reason=MISSING)


def folder_in(url: str) -> Path:
    return Path(unquote(urlsplit(url).hostname or ""))


def version_folder(debian: Path, version: str) -> Path:
    folder = debian / version / "bin"
    folder.mkdir(parents=True)
    (folder / "initdb").touch(mode=0o755)
    return folder


def test_the_programs_on_path_come_first(tmp_path: Path) -> None:
    version_folder(tmp_path, "15")
    other = version_folder(tmp_path / "other", "14")
    assert programs(str(other), tmp_path) == other


def test_of_debians_versions_the_newest_is_taken(tmp_path: Path) -> None:
    version_folder(tmp_path, "9.6")
    newest = version_folder(tmp_path, "15")
    assert programs(str(tmp_path), tmp_path) == newest


def test_a_machine_without_the_programs_is_told_apart(tmp_path: Path) -> None:
    assert programs(str(tmp_path), tmp_path) is None


@needs_postgresql
def test_the_server_speaks_utf8_and_leaves_nothing_behind() -> None:
    assert FOUND
    with private_server(FOUND) as url:
        folder = folder_in(url)
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres") as connection:
            assert connection.execute("SELECT upper('ö')").fetchone() == ("Ö",)
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    assert not folder.exists()
    assert not Path(f"/proc/{server}/exe").exists()


@needs_postgresql
def test_the_server_stops_when_its_tests_break_off() -> None:
    assert FOUND
    with pytest.raises(KeyboardInterrupt), private_server(FOUND) as url:
        raise KeyboardInterrupt
    assert not folder_in(url).exists()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_database_that_is_named_wins_over_the_services_own_choice(service: Project) -> None:
    """Or the tests would say PostgreSQL and use SQLite."""
    ini = ConfigParser()
    ini.read(service.folder / "pytest.ini")
    settings = ini["pytest"]["env"].split()
    assert [line for line in settings if "DATABASE_URL" in line] == [
        "D:DATABASE_URL=sqlite://:memory:"
    ]
