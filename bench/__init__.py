"""Measures the composer against nginx serving the same page as a file. Never deployed."""
