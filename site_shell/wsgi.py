"""The shell under WSGI: the same pages, without the lane."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_shell.settings")
application = get_wsgi_application()
