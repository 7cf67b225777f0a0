"""docs/elsewhere.md, word for word: a fresh project in a fresh environment, over real sockets."""

import json
import os
import re
import socket
import subprocess
import sys
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fragment_contract.manifest import Asset
from fragment_contract.testing import FakeFragmentServer, Gate, Reply

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "elsewhere.md").read_text()
CONTENT = "/fragments/list/"
MANY = 30
# What the package may bring along; everything else is an extra, or the shell's.
NEEDED = {
    *("django-fragment-composer", "fragment-contract", "django", "asgiref", "sqlparse"),
    *("httptools", "httpx", "httpcore", "anyio", "certifi", "h11", "idna", "typing-extensions"),
    # Context tokens are signed and checked.
    *("joserfc", "cryptography", "cffi", "pycparser"),
    *("pip", "setuptools"),
}
VIEWS = """
from django.shortcuts import render
from django.urls import path
{snippet}
{lazy}

def sync_view(request):
    return render(request, request.GET["template"], {{"ref": request.GET.get("ref", "h1")}})

async def async_view(request):
    return render(request, request.GET["template"], {{"ref": request.GET.get("ref", "h1")}})

async def waiting_view(request):
    return await arender(request, "load.html", {{"ref": request.GET["ref"]}})

urlpatterns += [
    path("sync/", sync_view), path("async/", async_view), path("waiting/", waiting_view),
    path("product/", product),
]
"""


def block(language: str, containing: str) -> str:
    """A block of code of the page."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    (found,) = [text for text in blocks if containing in text]
    return found


@pytest.fixture(scope="module")
def service() -> Iterator[FakeFragmentServer]:
    with FakeFragmentServer() as server:
        css = (Asset(value="/static/list.css", type="text/css"),)
        server.add_fragment("reviews/list", html="<p>Lovely.</p>", css=css)
        yield server


class Project:
    """A project of somebody who has read the page."""

    def __init__(self, folder: Path, service: FakeFragmentServer) -> None:
        self.folder = folder / "site"
        self.folder.mkdir()
        self.bin = folder / "venv" / "bin"
        venv.create(folder / "venv", with_pip=True)
        dist = folder / "dist"
        build = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(dist)]
        for package in ("fragment-contract", "django-fragment-composer"):
            subprocess.run([sys.executable, *build, str(ROOT / "packages" / package)], check=True)
        inherited = {name: os.environ[name] for name in os.environ if name.startswith("PIP_")}
        self.environ = {
            **inherited,
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "PIP_FIND_LINKS": str(dist),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "DJANGO_SETTINGS_MODULE": "mysite.settings",
        }
        install, *rest = re.findall(r"^\$ (.+)$", block("console", "INSTALLED_APPS"), re.MULTILINE)
        self.run(install)
        self.installed = self.run("pip list --format=json")
        self.run("django-admin startproject mysite .")
        for line in rest:
            self.run(line.replace("http://127.0.0.1:9002", service.url))
        self._write()

    def run(self, line: str) -> str:
        """A line as typed into a shell."""
        ran = subprocess.run(
            ["bash", "-ec", line],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert ran.returncode == 0, f"{line}\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout

    def _write(self) -> None:
        templates = self.folder / "templates"
        templates.mkdir()
        (templates / "product.html").write_text(block("html", "{% load"))
        (templates / "load.html").write_text(
            '{% load composer %}{% fragment "reviews/list" product=ref timeout=20000 %}'
        )
        (templates / "lazy.html").write_text(
            '{% load composer %}{% fragment "reviews/list" delivery="lazy" %}'
        )
        (templates / "stand_in.html").write_text("<p>Later.</p>")
        (templates / "fallback.html").write_text(
            '{% load composer %}{% fragment "no/such" fallback="stand_in.html" %}'
        )
        (self.folder / "mysite" / "urls.py").write_text(
            VIEWS.format(snippet=block("python", "arender"), lazy=block("python", "composed_page"))
        )
        with (self.folder / "mysite" / "settings.py").open("a") as settings:
            settings.write('TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]\n')

    @contextmanager
    def serving(self, server: str) -> Iterator[httpx.Client]:
        """The site by one of the servers that people use."""
        log = self.folder / f"{server}.log"
        # Open before there is a server: no port to lose to others, and what comes early waits.
        with socket.create_server(("127.0.0.1", 0)) as listener, log.open("w") as output:
            port, descriptor = listener.getsockname()[1], listener.fileno()
            command = {
                "gunicorn": f"gunicorn mysite.wsgi -b fd://{descriptor} --threads 4",
                "uvicorn": f"uvicorn mysite.asgi:application --fd {descriptor} --lifespan off",
            }[server]
            process = subprocess.Popen(
                [
                    str(self.bin / word) if n == 0 else word
                    for n, word in enumerate(command.split())
                ],
                cwd=self.folder,
                env=self.environ,
                stdout=output,
                stderr=output,
                pass_fds=[descriptor],
            )
        try:
            url = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=url, timeout=120, trust_env=False) as client:
                yield client
            assert process.poll() is None, log.read_text()
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, service: FakeFragmentServer) -> Project:
    made = Project(tmp_path_factory.mktemp("elsewhere"), service)
    made.run("pip install gunicorn uvicorn")
    return made


def test_it_brings_nothing_along_that_only_the_shell_needs(project: Project) -> None:
    installed = {one["name"].lower().replace("_", "-") for one in json.loads(project.installed)}
    assert installed <= NEEDED
    project.run("pip check")


def test_five_lines_are_five_lines() -> None:
    console, html = block("console", "INSTALLED_APPS"), block("html", "{% load")
    assert len((console + html).strip().splitlines()) == 5


def test_the_project_has_nothing_to_complain_about(project: Project) -> None:
    assert "no issues" in project.run("python -W error -m django check --pythonpath .")
    assert "reviews/list" in project.run("python manage.py fragments list")


def test_a_deployment_is_asked_for_its_origin(project: Project) -> None:
    told = project.run("python manage.py check --deploy 2>&1")
    assert "composer.W041" in told
    assert "composer.E" not in told


@pytest.mark.parametrize("server", ["gunicorn", "uvicorn"])
def test_the_fragment_is_in_the_page(project: Project, server: str) -> None:
    with project.serving(server) as site:
        for path in ("/sync/?template=product.html", "/async/?template=product.html", "/product/"):
            got = site.get(path)
            assert got.status_code == 200
            assert "<p>Lovely.</p>" in got.text and "/static/list.css" in got.text
        assert "<p>Later.</p>" in site.get("/sync/?template=fallback.html").text


@pytest.mark.parametrize("server", ["gunicorn", "uvicorn"])
def test_a_lazy_fragment_comes_when_it_is_asked_for(project: Project, server: str) -> None:
    with project.serving(server) as site:
        page = site.get("/sync/?template=lazy.html").text
        assert "Lovely." not in page and "composer/delivery.js" in page
        (source,) = set(re.findall(r"/_composer/fragments/[^/\"]+/", page))
        assert "<p>Lovely.</p>" in site.get(source).text


@pytest.mark.parametrize("server", ["gunicorn", "uvicorn"])
@pytest.mark.parametrize("view", ["sync", "async"])
def test_many_visitors_at_once_all_get_the_fragment(
    project: Project, service: FakeFragmentServer, server: str, view: str
) -> None:
    service.respond(CONTENT, Reply(body="<p>Lovely.</p>"))
    with project.serving(server) as site, ThreadPoolExecutor(MANY) as visitors:
        paths = [f"/{view}/?template=load.html&ref={server}{view}{n}" for n in range(MANY)]
        for got in visitors.map(site.get, paths):
            assert got.status_code == 200 and "<p>Lovely.</p>" in got.text


def test_views_that_wait_do_not_wait_for_each_other(
    project: Project, service: FakeFragmentServer
) -> None:
    gate = Gate()
    service.respond(CONTENT, Reply(body="<p>Lovely.</p>", gate=gate))
    before = len(service.requests)
    with project.serving("uvicorn") as site, ThreadPoolExecutor(MANY) as visitors:
        pending = [visitors.submit(site.get, f"/waiting/?ref=w{n}") for n in range(MANY)]
        try:
            service.wait_for_requests(before + 1 + MANY)  # the manifest comes first
        finally:
            gate.open()
        assert {task.result().status_code for task in pending} == {200}
