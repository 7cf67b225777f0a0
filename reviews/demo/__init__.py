"""Demonstration reviews: written by a program, the same ones every time."""
