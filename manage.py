#!/usr/bin/env python
"""Django's command line for every project here.

    python manage.py migrate                 the shell
    python manage.py reviews migrate         another project, by the name of its folder

``--settings`` and DJANGO_SETTINGS_MODULE work as always. Development settings are filled in
from dev/environment.py; what the environment already says wins.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def settings_module(arguments: list[str]) -> tuple[str, list[str]]:
    """The settings module that a command line means, and the line without the project's name."""
    if len(arguments) > 1 and (ROOT / arguments[1] / "settings.py").is_file():
        return f"{arguments[1]}.settings", [arguments[0], *arguments[2:]]
    for index, argument in enumerate(arguments):
        if argument.startswith("--settings="):
            return argument.partition("=")[2], arguments
        if argument == "--settings" and index + 1 < len(arguments):
            return arguments[index + 1], arguments
    return os.environ.get("DJANGO_SETTINGS_MODULE") or "site_shell.settings", arguments


def main() -> None:
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            f"Django is not installed for {sys.executable}.\n"
            "Run `make install` once, then `. .venv/bin/activate`."
        )
    from dev.environment import environment
    from dev.projects import project_of

    module, arguments = settings_module(sys.argv)
    project = project_of(module)
    if project:
        os.environ.update(environment(project))
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main()
