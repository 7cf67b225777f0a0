"""Demonstration lists: written by a program, the same ones every time."""
