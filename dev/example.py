"""``make example``: the example service in JavaScript, beside the shop that runs already."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from dev.environment import var_folder
from dev.projects import ROOT

FOLDER = ROOT / "examples" / "size_guide_node"
NAME = "size_guide/calculator"
VERSION = "1.0.0"
TAG = f'{{% fragment "{NAME}" passthrough="query:length query:width" %}}'


class ExampleError(Exception):
    """The example cannot run; the message says why."""


def site_of(var: Path) -> str:
    """The origin of the shop that runs with this folder."""
    try:
        found: str = json.loads((var / "site.json").read_text())["origin"]
    except (OSError, ValueError, KeyError) as error:
        raise ExampleError("No shop runs here: start one first, with `make run`.") from error
    return found


def install() -> None:
    """``npm ci``, unless it was done since the lock was last written."""
    if not shutil.which("npm"):
        raise ExampleError("npm is missing: install Node.js 20 or later.")
    lock, done = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=FOLDER, check=True)
        done.touch()


def fragments(*arguments: str) -> subprocess.CompletedProcess[str]:
    """``manage.py fragments``, on the registry of this site."""
    command = [sys.executable, str(ROOT / "manage.py"), "fragments", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def register(url: str) -> None:
    """Deployed as every fragment is: one entry in the registry."""
    fragments("kill", NAME)  # of a run that could not clean up
    done = fragments("register", NAME, url, VERSION)
    if done.returncode:
        raise ExampleError(f"It could not be registered: {done.stderr.strip()}")


def run() -> None:
    """Until Ctrl-C, or until the service ends."""
    # Whatever a shell starts in the background would not hear of it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    var = var_folder()
    site = site_of(var)
    install()
    target = var / "static" / FOLDER.name
    publish = ["node", "publish.js", str(target)]
    subprocess.run(publish, cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
    service = subprocess.Popen(
        ["node", "server.js"], cwd=FOLDER, stdout=subprocess.PIPE, text=True, process_group=0
    )
    try:
        assert service.stdout is not None
        origin = service.stdout.readline().strip()
        if not origin:
            raise ExampleError("The service did not start.")
        register(f"{origin}/fragments/calculator")
        print(f"Ready: {origin}/fragments/calculator/, registered at {site} as {NAME}")
        print(f"Put this into a page template, such as templates/product.html:\n\n    {TAG}\n")
        sys.stdout.flush()
        service.wait()
    except KeyboardInterrupt:
        print("Stopping ...")
    finally:
        fragments("kill", NAME)
        service.terminate()
        service.wait(10)
        shutil.rmtree(target, ignore_errors=True)


def main() -> None:
    try:
        run()
    except ExampleError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
