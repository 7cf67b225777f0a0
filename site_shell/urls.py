"""What Django serves of the site: health, the purge, actions, and pages for whoever has no lane."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
