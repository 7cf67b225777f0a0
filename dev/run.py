"""``make run``: the whole shop on this machine, until Ctrl-C."""

import argparse
import asyncio
import errno
import os
import signal
import socket
import sys
from pathlib import Path

from dev.environment import DEFAULT_PORT, demo_password
from dev.log import Log
from dev.projects import SERVICES, SHELL, Project
from dev.serving import open_listener
from dev.site import Site, SiteError, obituary
from dev.watch import Changes, Watch

LOOK_SECONDS = 0.5
DESK = "/_composer/operations/"
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def port_from(text: str) -> int:
    """The port to listen on; 0 takes a free one."""
    if not (text.isdecimal() and int(text) <= 65_535):
        raise SiteError(f"PORT={text!r} is not a port: use a number from 0 to 65535.")
    return int(text)


def claim(port: int) -> socket.socket:
    try:
        return open_listener(port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "is taken by another process"
        elif error.errno == errno.EACCES:
            reason = "may not be used by this user"
        else:
            reason = f"cannot be used ({error.strerror})"
        raise SiteError(
            f"Port {port} {reason}. Choose another one: make run PORT={max(port, 1024) + 1}"
        ) from None


def announce(site: Site) -> None:
    origins = site.origins()
    admins = [f"{origins[s.name]}/admin/ as {s.user}" for s in SERVICES]
    desks = " · ".join([*admins, f"{site.origin}{DESK} as {SHELL.user}"])
    password = demo_password(site.var)
    site.log.say(f"Ready: {site.origin}/ · {desks} (password in {relative(password)})")


def relative(path: Path) -> Path:
    """As short as it can be from where the command was typed."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


async def look_after(site: Site, watch: Watch | None, *, keep_going: bool) -> None:
    """Until a process ends for good; what was edited meanwhile is restarted."""
    while True:
        ended = asyncio.create_task(site.ended())
        try:
            while not ended.done():
                await asyncio.wait([ended], timeout=LOOK_SECONDS if watch else None)
                if watch and (changes := watch.changes()):
                    await reload_until_good(site, watch, changes)
                    break
            else:
                mourn(site, ended.result(), keep_going=keep_going)
        finally:
            ended.cancel()


def mourn(site: Site, project: Project, *, keep_going: bool) -> None:
    """Without its shell there is no site; without a service there is, if one asked for that."""
    news = obituary(site.children[project])
    if project is SHELL or not keep_going:
        raise SiteError(news)
    site.log.complain(news)
    site.bury(project)


async def reload_until_good(site: Site, watch: Watch, changes: Changes) -> None:
    """A broken edit is reported and waits for the next one, with the site still there."""
    while True:
        try:
            await site.reload(changes)
        except SiteError as error:
            site.log.complain(str(error))
            site.log.say("Waiting for the next edit ...")
        else:
            site.log.say(f"Ready again: {site.origin}/")
            return
        while not (more := watch.changes()):
            await asyncio.sleep(LOOK_SECONDS)
        for project, kinds in more.items():
            changes.setdefault(project, set()).update(kinds)


async def live(site: Site, options: argparse.Namespace) -> None:
    watch = Watch() if options.reload else None  # from now on: starting takes a while
    await site.prepare()
    await site.start()
    announce(site)
    await look_after(site, watch, keep_going=options.keep_going)


async def run(options: argparse.Namespace) -> None:
    """Until a signal asks to end, or SiteError; either way nothing is left behind."""
    asked_to_end = asyncio.Event()
    for number in END_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, asked_to_end.set)
    site = Site(claim(port_from(options.port)), Log())
    life = asyncio.create_task(live(site, options))
    end = asyncio.create_task(asked_to_end.wait())
    try:
        await asyncio.wait([life, end], return_when=asyncio.FIRST_COMPLETED)
        if life.done():
            life.result()
    finally:
        life.cancel()
        await asyncio.wait([life])
        site.log.say("Stopping ...")
        await site.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default=os.environ.get("PORT") or str(DEFAULT_PORT))
    parser.add_argument("--reload", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument(
        "--keep-going", action="store_true", help="stay up when a service ends, as production does"
    )
    try:
        asyncio.run(run(parser.parse_args()))
    except SiteError as error:
        Log(sys.stderr).complain(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
