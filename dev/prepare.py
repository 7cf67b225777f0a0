"""Make one project ready to start: ``python -m dev.prepare database static data``.

The project is the one of DJANGO_SETTINGS_MODULE. All steps in one process, because starting
Django takes longer than most of them.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

import django
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command, get_commands
from whitenoise.compress import Compressor

from dev.projects import ROOT, SHELL, STATIC_FRAGMENTS, project_of

# What only the admin desks load: megabytes of each of five projects, from this machine to itself.
# To compress them would take most of the time of a first start. Images have them compressed.
DESKS: Final = ("admin/", "unfold/", "import_export/", "django_prose_editor/")


class ForShoppers(Compressor):  # type: ignore[misc]
    """Compresses what pages of the shop load, and leaves the rest as it is."""

    def should_compress(self, filename: str) -> bool:
        return not filename.startswith(DESKS) and bool(super().should_compress(filename))


def database() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def static() -> None:
    project = project_of(settings.SETTINGS_MODULE)
    assert project
    # collectstatic compares whole seconds: what was edited twice within one would stay old.
    for path in (project.folder / "static").rglob("*.*"):
        copy = Path(settings.STATIC_ROOT) / path.relative_to(project.folder / "static")
        copy.unlink(missing_ok=True)
    # WhiteNoise asks its storage for one.
    storages["staticfiles"].create_compressor = ForShoppers  # type: ignore[attr-defined]
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
