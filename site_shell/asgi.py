"""The shell as an ASGI application: pages through the lane, files, and Django for the rest."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_shell.settings")
# Sets Django up; what is imported below needs that.
_django = get_asgi_application()

from site_shell.composer.conf import runtime  # noqa: E402
from site_shell.composer.lane import Lane  # noqa: E402
from site_shell.files import FilesApp  # noqa: E402
from site_shell.gateway.app import Actions  # noqa: E402
from site_shell.gateway.bodies import BoundedBodies  # noqa: E402
from site_shell.gateway.views import gateway  # noqa: E402
from site_shell.operations.exchange import exchange  # noqa: E402

# A canary is judged by what all processes have seen of it.
runtime().canaries.others = exchange().fetches_of_others
_site, _pages = runtime().site, runtime().composer.whole_pages
_actions = Actions(
    FilesApp(BoundedBodies(_django, site=_site, pages=_pages)),
    gateway=gateway,
    site=_site,
    pages=_pages,
)
application = Lane(_actions, runtime(), companions=[exchange()])

# Nearly everything is freed by counting references, and what was loaded until now stays: looking
# for cycles at Python's usual rate costs 7 % of each page that is not at hand.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
