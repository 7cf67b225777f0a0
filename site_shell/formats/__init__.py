"""How the shell writes what Django would write differently, by language."""
