"""The addresses of the documents."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("robots.txt", views.robots),
    path("sitemap.xml", views.index),
    path("sitemaps/<slug:service>-<int:number>.xml", views.sitemap),
    path("new.rss", views.new),
    path("<slug:locale>/new.rss", views.new),
]
