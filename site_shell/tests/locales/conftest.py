"""The kit of the composer's tests, for sites in several languages."""

from site_shell.tests.composing.conftest import face, open_site, world
from site_shell.tests.gateway.conftest import pages, seconds, service, shell

__all__ = ["face", "open_site", "pages", "seconds", "service", "shell", "world"]
