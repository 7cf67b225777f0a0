"""``manage.py pages``: which URLs are pages, what is on them, and versions of their templates."""

from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, storages
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...checks import page_messages, slot_messages, slots_of
from ...conf import runtime
from ...configuration import settings
from ...errors import RegistryError, SlotError, TemplatesUnavailable
from ...page_templates.library import read_folder
from ...page_templates.page_set import PageSet
from ...page_templates.previews import MAX_SECONDS, PREVIEW_PATH, sign
from ...page_templates.reading import read_set, texts_of
from ...page_templates.versions import Files, Pointer, TemplateVersions, Version, hashes_of
from ...registry.opening import open_writer
from ...registry.schema import parse_fragments

_PREVIOUS = "previous"


class Command(BaseCommand):
    help = "List the site's pages; publish versions of their templates, and choose among them."
    # What is wrong with the templates in use must not keep anybody from publishing better ones.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand for each thing to do; without one the pages are listed."""
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        actions.add_parser("list", help="list all pages with their routes and slots")
        publish = actions.add_parser("publish", help="check a folder and serve it as a new version")
        publish.add_argument("folder", type=Path)
        publish.add_argument("--dry-run", action="store_true", help="only check and compare")
        publish.add_argument(
            "--preview", action="store_true", help="publish, but let nobody see it without a link"
        )
        actions.add_parser("versions", help="list all versions")
        use = actions.add_parser("use", help="serve another version, as for a rollback")
        use.add_argument("version", help=f"as versions lists it, or '{_PREVIOUS}'")
        preview = actions.add_parser("preview", help="print a link with which to see a version")
        preview.add_argument("version")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of them."""
        try:
            getattr(self, f"_{options['action'] or 'list'}")(options)
        except TemplatesUnavailable as error:
            raise CommandError(str(error)) from error

    def _list(self, options: dict[str, Any]) -> None:
        pages = runtime().library.current()
        for page in pages.pages:
            self.stdout.write(self.style.MIGRATE_HEADING(page.name))
            for route in page.routes:
                self.stdout.write(f"  /{route}")
            self.stdout.write(f"  {page.template}, {page.budget_ms} ms")
            for slot in slots_of(pages, page.template):
                if isinstance(slot, SlotError):
                    self.stdout.write(self.style.ERROR(f"    {slot}"))
                    continue
                facts = f"{slot.timeout_ms} ms, {slot.on_error}"
                required = ", required" if slot.required else ""
                self.stdout.write(f"    {slot.fragment}: {facts}{required}")

    def _publish(self, options: dict[str, Any]) -> None:
        files = self._checked(options["folder"])
        versions = _versions()
        pointer = versions.pointer()
        served = versions.load(pointer.version) if pointer else Version("", {}, {})
        changes = list(_changes(served, files))
        if not changes:
            self.stdout.write(f"Nothing to publish: {served.name} is the same.")
            return
        self.stdout.write("\n".join(changes))
        if options["dry_run"]:
            self.stdout.write("Nothing was written.")
            return
        name = versions.add(files)
        if options["preview"]:
            self.stdout.write(f"{name} is published, and not yet served.")
            self._preview({"version": name})
        else:
            self._tell(versions.use(name), name)

    def _versions(self, options: dict[str, Any]) -> None:
        versions = _versions()
        pointer = versions.pointer() or Pointer("")
        for name in versions.names():
            mark = {pointer.version: "  current", pointer.previous: "  previous"}.get(name, "")
            self.stdout.write(f"{name}{mark}")

    def _use(self, options: dict[str, Any]) -> None:
        versions, name = _versions(), options["version"]
        if name == _PREVIOUS:
            pointer = versions.pointer()
            name = pointer.previous if pointer else ""
            if not name:
                raise CommandError("there is no version before this one")
        self._tell(versions.use(name), name)

    def _preview(self, options: dict[str, Any]) -> None:
        name = options["version"]
        _versions().load(name)
        link = f"{settings.SITE_ORIGIN}/{PREVIEW_PATH}{sign(name)}"
        self.stdout.write(f"For {MAX_SECONDS // 3600} hours, for whoever has the link:\n{link}")
        self.stdout.write(f"To end it: {settings.SITE_ORIGIN}/{PREVIEW_PATH}off")

    def _checked(self, folder: Path) -> Files:
        """The files of a folder. Raises CommandError if anything is wrong with them."""
        try:
            files = read_folder(FileSystemStorage(folder))
        except OSError as error:
            raise CommandError(f"{folder} cannot be read: {error}") from error
        hashes_of(files)
        pages, problems = read_set(texts_of(files), PageSet())
        messages: list[CheckMessage] = page_messages(pages, problems)
        messages += slot_messages(pages, _registered())
        for message in messages:
            self.stderr.write(str(message))
        if any(message.is_serious() for message in messages):
            raise CommandError("Nothing was written.")
        return files

    def _tell(self, former: Pointer, name: str) -> None:
        if former.version == name:
            self.stdout.write(f"{name} is served already.")
            return
        seconds = settings.PAGE_TEMPLATES_SECONDS
        self.stdout.write(f"{name} is served within {seconds:g} seconds.")
        if former.version:
            self.stdout.write(f"To go back: manage.py pages use {former.version}")


def _registered() -> list[str]:
    """The registered fragments; none if that cannot be told, which is no fault of the templates."""
    try:
        entries = open_writer(settings.FRAGMENT_REGISTRY).read()
    except RegistryError:
        return []
    return sorted(parse_fragments(entries).releases)


def _versions() -> TemplateVersions:
    """Those of PAGE_TEMPLATES. Raises CommandError if that is a folder without versions."""
    storage = storages["pages"]
    versions = TemplateVersions(storage)
    if isinstance(storage, FileSystemStorage) and storage.exists("pages.toml"):
        raise CommandError(
            f"{settings.PAGE_TEMPLATES} has no versions: what is written there is served at once. "
            "PAGE_TEMPLATES=s3://bucket/prefix, or an empty folder, holds versions."
        )
    return versions


def _changes(served: Version, files: Files) -> list[str]:
    hashes = hashes_of(files)
    lines = [f"+ {path}" for path in hashes if path not in served.hashes]
    lines += [f"- {path}" for path in served.hashes if path not in hashes]
    lines += [
        f"~ {path}" for path in hashes if served.hashes.get(path, hashes[path]) != hashes[path]
    ]
    return sorted(lines, key=lambda line: line[2:])
