"""The whole site as a set of processes: prepare, start, wait until ready, reload, stop."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Coroutine, Iterable, Mapping

from dev import freshness
from dev.atomic import write_atomically
from dev.child import Child
from dev.environment import environment, site_origin, var_folder
from dev.log import Log
from dev.projects import PROJECTS, SERVICES, SHELL, Project
from dev.readiness import READY_SECONDS, visit, wait_ready
from dev.registry import write_registry
from dev.serving import command, open_listener, origin
from dev.watch import Changes


class SiteError(Exception):
    """The site cannot run; the message says why in a sentence for the person who started it."""


def obituary(child: Child) -> str:
    code = child.exit_code
    how = f"with exit code {code}" if code is None or code >= 0 else f"by signal {-code}"
    last = "\n".join(f"    {line}" for line in child.last_lines) or "    (it printed nothing)"
    return f"{child.name} (pid {child.pid}) ended {how}. Its last lines:\n{last}"


async def together(tasks: Iterable[Coroutine[None, None, None]]) -> None:
    """All at once; the first failure ends the others and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(task)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


class Site:
    """Every project in a process of its own, the shell on the given socket."""

    def __init__(
        self, listener: socket.socket, log: Log, environ: Mapping[str, str] = os.environ
    ) -> None:
        self.log = log
        self.var = var_folder(environ)
        self.origin = origin(listener, "localhost")
        self.children: dict[Project, Child] = {}
        self._beside: dict[Project, Child] = {}
        self._listeners = {service: open_listener(0) for service in SERVICES}
        self._listeners[SHELL] = listener
        self._environ = dict(environ) | {"PYTHONUNBUFFERED": "1"}
        self._preparing: set[Child] = set()
        self._has_new_data = False

    def origins(self) -> dict[str, str]:
        """Where each service is reached, the port it was given included."""
        return {service.name: origin(self._listeners[service]) for service in SERVICES}

    def environment(self, project: Project) -> dict[str, str]:
        return environment(project, self._environ, origin=self.origin, services=self.origins())

    async def prepare(self) -> None:
        """Databases, static files and demo data, all projects at once, only what is needed."""
        site_origin_file = self.var / "origin"
        if site_origin(self.var) != self.origin:
            write_atomically(site_origin_file, self.origin + "\n")
        write_registry(self.var / "registry.json", self.origins(), self.origin)
        await together(self._prepare(project) for project in PROJECTS)

    async def _prepare(self, project: Project) -> None:
        environ = self.environment(project)
        steps = freshness.due(project, self.var, environ)
        if not steps:
            return
        self.log.say(f"Preparing {project.name}: {', '.join(steps)} ...")
        script = [sys.executable, "-m", "dev.prepare", *steps]
        # Nothing serves yet, so nothing is cached that a purge could reach.
        quiet = {**environ, "FRAGMENT_PURGE_URL": ""}
        child = Child(project.name, script, quiet, log=self.log)
        self._preparing.add(child)
        await child.start()
        if await child.wait():
            raise SiteError(f"Preparing failed: {obituary(child)}")
        self._preparing.discard(child)
        freshness.mark_done(project, self.var, environ, steps)
        self._has_new_data |= "data" in steps

    async def start(self) -> None:
        for project in PROJECTS:
            await self._launch(project)
        await self._all_ready(list(PROJECTS))
        for project in PROJECTS:
            await self._launch_beside(project)
        if self._has_new_data:
            await together(self._tell_ratings(project) for project in SERVICES)
        # Twice: what the first visit found too slow, the second finds awake.
        await visit(self._listeners[SHELL], "/", "/")
        self._write_state()

    async def _tell_ratings(self, project: Project) -> None:
        """A catalogue that was filled while nothing ran has not heard from the reviews."""
        if not (project.folder / "management" / "commands" / "push_ratings.py").exists():
            return
        script = [sys.executable, "-m", "django", "push_ratings", "--all"]
        child = Child(project.name, script, self.environment(project), log=self.log)
        self._preparing.add(child)
        await child.start()
        # Without it the shop runs, too: its lists lack stars until the next `push_ratings`.
        await child.wait()
        self._preparing.discard(child)

    async def _launch(self, project: Project) -> None:
        listener = self._listeners[project]
        child = Child(
            project.name,
            command(project, listener),
            self.environment(project),
            log=self.log,
            listener=listener,
        )
        self.children[project] = child
        await child.start()

    async def _launch_beside(self, project: Project) -> None:
        """What works without being asked. The shop is open without it: its end is only logged."""
        if not project.beside:
            return
        script = [sys.executable, "-m", "django", *project.beside]
        name = f"{project.name}.{project.beside[0]}"
        child = Child(name, script, self.environment(project), log=self.log)
        self._beside[project] = child
        await child.start()

    async def _all_ready(self, projects: list[Project]) -> None:
        """All of them answer; SiteError about the first one that ends or takes too long."""
        await together(self._ready(project) for project in projects)

    async def _ready(self, project: Project) -> None:
        child = self.children[project]
        ready = asyncio.create_task(wait_ready(self._listeners[project]))
        ended = asyncio.create_task(child.wait())
        try:
            await asyncio.wait([ready, ended], return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                raise SiteError(obituary(child))
            if not ready.result():
                last = "\n".join(f"    {line}" for line in child.last_lines)
                raise SiteError(
                    f"{project.name} did not answer /readyz with 200 within "
                    f"{READY_SECONDS:.0f} s. Its last lines:\n{last}"
                )
        finally:
            ready.cancel()
            ended.cancel()

    async def ended(self) -> Project:
        """Until a process ends by itself; whose it was."""
        waits = {asyncio.create_task(c.wait()): p for p, c in self.children.items()}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return waits[done.pop()]
        finally:
            for task in waits:
                task.cancel()

    async def reload(self, changes: Changes) -> None:
        """Restart what was edited, and the shell after it, so that its cache begins empty."""
        projects = [p for p in SERVICES if p in changes]
        self.log.say(f"Reloading {', '.join(p.name for p in changes)} ...")
        for project in changes:
            await self._prepare(project)
        for batch in (projects, [SHELL]):
            for project in batch:
                if project in self._beside:
                    await self._beside[project].stop()
                await self.children[project].stop()
                await self._launch(project)
            await self._all_ready(batch)
            for project in batch:
                await self._launch_beside(project)
        self._write_state()

    def bury(self, project: Project) -> None:
        """Go on without a service that has ended: its port refuses from now on."""
        self.children.pop(project)
        self._listeners[project].close()

    async def stop(self) -> None:
        everyone = [*self._preparing, *self._beside.values(), *self.children.values()]
        await asyncio.gather(*(child.stop() for child in everyone))
        for listener in self._listeners.values():
            listener.close()

    def _write_state(self) -> None:
        """For tools that need more than the origin: who runs where."""
        state = {
            "origin": self.origin,
            "services": self.origins(),
            "pids": {
                child.name: child.pid for child in (*self.children.values(), *self._beside.values())
            },
        }
        write_atomically(self.var / "site.json", json.dumps(state, indent=1) + "\n")
