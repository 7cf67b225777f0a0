"""The composer starts, and composes, where nothing is installed but what its package needs.

``docs/elsewhere.md`` is tested with a fresh environment, which takes its time; this takes a second.
"""

import subprocess
import sys
from pathlib import Path

from fragment_contract.testing import FakeFragmentServer

ROOT = Path(__file__).resolve().parents[3]
# What extras, the shell or its tests bring along.
ABSENT = (
    *("boto3", "botocore", "s3transfer", "jmespath", "redis", "storages", "whitenoise", "uvicorn"),
    *("uvloop", "gunicorn", "uvicorn_worker", "opentelemetry", "prometheus_client", "brotli"),
    *("zstandard", "playwright", "html5lib", "moto", "hypothesis", "apig_wsgi"),
)
PROGRAM = """
import importlib, pkgutil, sys

for name in sys.argv[2].split(","):
    sys.modules[name] = None  # Python's own way to say that there is none

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="only-for-tests",
    INSTALLED_APPS=["site_shell.composer"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    BASE_DIR=sys.argv[1],
)
django.setup()

from django.core.management import call_command
from django.template import engines
from site_shell.composer.conf import forget_runtime

call_command("fragments", "register", "reviews/list", sys.argv[3], "1.0.0")
forget_runtime()
call_command("check")
tag = '{% load composer %}{% fragment "reviews/list" timeout=60000 %}'
print(engines["django"].from_string(tag).render({}))

import site_shell.composer as app

for module in pkgutil.walk_packages(app.__path__, "site_shell.composer."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        print("NEEDS", module.name, error.name)
"""
# The only modules that nobody loads who has not the extra for them.
OF_EXTRAS = {
    f"site_shell.composer.{name}"
    for name in ("otel", "cloudfront", "registry.parameters", "registry.ssm", "registry.ssm_writer")
}


def test_nothing_but_django_is_needed_to_compose(tmp_path: Path) -> None:
    with FakeFragmentServer() as service:
        url = service.add_fragment("reviews/list", html="<p>Lovely.</p>")
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path), ",".join(ABSENT), url],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert ran.returncode == 0, ran.stderr
    assert "<p>Lovely.</p>" in ran.stdout
    needing = {line.split()[1] for line in ran.stdout.splitlines() if line.startswith("NEEDS")}
    assert needing == OF_EXTRAS
