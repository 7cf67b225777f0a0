"""Images hold one project each; the compose file knows what exists."""

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev.production import production_environment
from dev.projects import PROJECTS, ROOT, Project

DEPLOY = ROOT / "deploy"
CONTRACT = "packages/fragment-contract"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
READ_BY_THE_SERVER = {"FORWARDED_ALLOW_IPS"}
by_name = pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)


def dockerfile(project: Project) -> str:
    return (DEPLOY / "docker" / f"{project.name}.Dockerfile").read_text()


def copied(text: str) -> set[str]:
    """What a Dockerfile takes from the repository, not from another of its stages."""
    lines = re.findall(r"^(?:COPY|ADD) (.+)$", text, re.MULTILINE)
    sources = [line.split()[:-1] for line in lines if not line.startswith("--from=")]
    return {source for group in sources for source in group}


@by_name
def test_an_image_takes_its_own_folder_and_the_contract_and_nothing_else(project: Project) -> None:
    allowed = {project.name, f"{project.name}/requirements.lock", CONTRACT}
    assert copied(dockerfile(project)) == allowed


@by_name
def test_an_image_does_not_run_as_root(project: Project) -> None:
    final_stage = dockerfile(project).rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", final_stage, re.MULTILINE)


@by_name
def test_an_image_can_be_built_on_another_base(project: Project) -> None:
    bases = re.findall(r"^FROM (\S+)", dockerfile(project), re.MULTILINE)
    assert bases == ["${PYTHON_IMAGE}", "${PYTHON_IMAGE}"]


@by_name
def test_an_image_holds_no_secret(project: Project) -> None:
    final_stage = dockerfile(project).rpartition("FROM ")[2]
    assert "SECRET_KEY" not in final_stage


def read_by(project: Project) -> set[str]:
    """The variables that the settings of a project know."""
    settings = (ROOT / project.name / "settings.py").read_text()
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))


@by_name
def test_a_project_is_composed_with_all_that_production_needs(
    project: Project, tmp_path: Path
) -> None:
    """Without the token of the services, say, nobody could ask the catalogue, so nobody order."""
    service = COMPOSE["services"][project.name.replace("_", "-")]
    final_stage = dockerfile(project).rpartition("FROM ")[2]
    by_the_image = set(re.findall(r"^(?:ENV|   ) ([A-Z_]+)=", final_stage, re.MULTILINE))
    needed = production_environment(project, tmp_path).keys() & read_by(project)
    assert needed - by_the_image <= service["environment"].keys()


def test_all_services_share_one_token() -> None:
    told = [service.get("environment", {}) for service in COMPOSE["services"].values()]
    tokens = {variables["SERVICE_TOKEN"] for variables in told if "SERVICE_TOKEN" in variables}
    assert tokens == {"${SERVICE_TOKEN:?see deploy/README.md}"}


@by_name
def test_a_project_is_composed_with_its_own_settings(project: Project) -> None:
    """Every variable in compose.yaml is one that the project's settings read."""
    service = COMPOSE["services"][project.name.replace("_", "-")]
    read = read_by(project)
    assert service["environment"].keys() <= read | READ_BY_THE_SERVER
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()


@by_name
def test_what_works_beside_a_project_does_so_when_composed(project: Project) -> None:
    commands = [service.get("command") for service in COMPOSE["services"].values()]
    assert not project.beside or ["django-admin", *project.beside] in commands


@by_name
def test_whom_a_project_trusts_and_how_it_sends_letters_can_be_set(project: Project) -> None:
    """Without them it runs, but nobody is let in, no letter leaves, and no other party vouches."""
    settings = (ROOT / project.name / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"((?:OIDC|EMAIL)_[A-Z_]+|SERVICE_TOKEN)"', settings))
    service = COMPOSE["services"][project.name.replace("_", "-")]
    # A folder for letters is for development.
    assert read - {"EMAIL_FILE_PATH"} <= service["environment"].keys()


@by_name
@pytest.mark.parametrize("wanted", ["", "1"])
def test_data_of_the_demonstration_is_written_only_where_it_is_asked_for(
    project: Project, wanted: str, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    for program in ("django-admin", "mkdir", "cp", "chown", "python"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho {program} "$@" >> {told}\n')
        (tmp_path / program).chmod(0o755)
    service = COMPOSE["services"][f"{project.name.replace('_', '-')}-release"]
    command = [part.replace("${SEED_DEMO:-}", wanted) for part in service["command"]]
    path = f"{tmp_path}:{os.environ['PATH']}"
    subprocess.run(command, env={"PATH": path}, check=True)
    done = told.read_text().splitlines()
    assert "django-admin migrate --no-input" in done
    assert ("django-admin seed_demo" in done) is bool(wanted)


def test_secrets_are_asked_for_and_not_written_down() -> None:
    for name, service in COMPOSE["services"].items():
        for variable, value in (service.get("environment") or {}).items():
            if variable.endswith(("SECRET_KEY", "TOKEN", "PASSWORD")):
                assert value.startswith("${"), f"{name}: {variable}"


def test_only_the_shell_is_reached_from_outside() -> None:
    assert [name for name, s in COMPOSE["services"].items() if "ports" in s] == ["site-shell"]


def test_everything_mounted_from_the_repository_exists() -> None:
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), source


def test_scripts_can_be_executed() -> None:
    for script in (ROOT / ".ci" / "run", ROOT / "manage.py"):
        assert Path(script).stat().st_mode & stat.S_IXUSR
