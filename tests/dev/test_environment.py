"""Development settings: secret, stable, and overruled by whoever sets a variable."""

from pathlib import Path

import pytest

from dev.environment import NOWHERE, demo_password, environment, secret_values
from dev.projects import PROJECTS, SERVICES, SHELL

REVIEWS = next(project for project in SERVICES if project.name == "reviews")


@pytest.fixture
def around(tmp_path: Path) -> dict[str, str]:
    return {"VAR_DIR": str(tmp_path)}


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = secret_values(tmp_path)
    assert secret_values(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert demo_password(tmp_path).stat().st_mode & 0o777 == 0o600


def test_no_project_knows_the_secret_key_of_another(around: dict[str, str]) -> None:
    keys = {environment(project, around)["SECRET_KEY"] for project in PROJECTS}
    assert len(keys) == len(PROJECTS)
    assert all(len(key) >= 50 for key in keys)


def test_services_and_shell_share_the_token_for_purges(around: dict[str, str]) -> None:
    tokens = {environment(project, around)["FRAGMENT_PURGE_TOKEN"] for project in PROJECTS}
    assert len(tokens) == 1


def test_what_the_caller_sets_wins(around: dict[str, str]) -> None:
    given = around | {"DEBUG": "false", "DATABASE_URL": "postgres://all"}
    assert environment(REVIEWS, given)["DEBUG"] == "false"
    assert environment(REVIEWS, given)["DATABASE_URL"] == "postgres://all"


def test_a_variable_can_be_set_for_one_project(around: dict[str, str]) -> None:
    given = around | {"REVIEWS_DATABASE_URL": "postgres://reviews"}
    assert environment(REVIEWS, given)["DATABASE_URL"] == "postgres://reviews"
    assert environment(SHELL, given)["DATABASE_URL"].startswith("sqlite:///")


def test_purges_follow_the_site_to_its_port(around: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "origin").write_text("http://localhost:9123\n")
    url = environment(REVIEWS, around)["FRAGMENT_PURGE_URL"]
    assert url == "http://localhost:9123/_composer/purge"


def test_services_share_a_token_that_the_shell_does_not_know(around: dict[str, str]) -> None:
    tokens = {environment(service, around)["SERVICE_TOKEN"] for service in SERVICES}
    assert len(tokens) == 1
    assert "SERVICE_TOKEN" not in environment(SHELL, around)


def test_services_know_each_other_where_they_run(around: dict[str, str]) -> None:
    running = {"cart": "http://127.0.0.1:9003", "product_details": "http://127.0.0.1:9001"}
    known = environment(REVIEWS, around, services=running)
    assert known["CART_URL"] == "http://127.0.0.1:9003"
    assert known["PRODUCT_DETAILS_URL"] == "http://127.0.0.1:9001"


def test_a_command_beside_the_site_knows_where_its_services_are(
    around: dict[str, str], tmp_path: Path
) -> None:
    assert environment(REVIEWS, around)["CART_URL"] == NOWHERE
    (tmp_path / "site.json").write_text('{"services": {"cart": "http://127.0.0.1:9003"}}')
    assert environment(REVIEWS, around)["CART_URL"] == "http://127.0.0.1:9003"
    assert environment(REVIEWS, around)["PRODUCT_DETAILS_URL"] == NOWHERE
