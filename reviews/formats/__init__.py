"""How this service writes what Django would write differently, by language."""
