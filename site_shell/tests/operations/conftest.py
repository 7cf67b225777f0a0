from site_shell.tests.composing.conftest import world

__all__ = ["world"]
