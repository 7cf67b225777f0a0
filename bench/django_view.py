"""The shell without its lane: every page passes through Django's handler and middleware."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
