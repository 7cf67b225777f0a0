"""Make one project ready to start: ``python -m dev.prepare database static data``.

The project is the one of DJANGO_SETTINGS_MODULE. All steps in one process, because starting
Django takes longer than most of them.
"""

import shutil
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command, get_commands
from whitenoise.compress import Compressor

from dev.projects import ROOT, SHELL, STATIC_FRAGMENTS, project_of


def database() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def static() -> None:
    project = project_of(settings.SETTINGS_MODULE)
    assert project
    # collectstatic compares whole seconds: what was edited twice within one would stay old.
    for path in (project.folder / "static").rglob("*.*"):
        copy = Path(settings.STATIC_ROOT) / path.relative_to(project.folder / "static")
        copy.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    if project is SHELL:
        for folder in STATIC_FRAGMENTS.values():
            target = Path(settings.STATIC_ROOT) / folder
            shutil.copytree(ROOT / folder / "dist", target, dirs_exist_ok=True)
            # As the others are: the CDN, or the shell in its place, sends what is there.
            for path in target.rglob("*.js"):
                [*Compressor(quiet=True).compress(str(path))]


def data() -> None:
    if "seed_demo" in get_commands():
        call_command("seed_demo")


STEPS = {"database": database, "static": static, "data": data}


def main() -> None:
    django.setup()
    for name in sys.argv[1:]:
        STEPS[name]()


if __name__ == "__main__":
    main()
