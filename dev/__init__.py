"""What runs, tests and checks the whole site on a developer's machine. Never deployed."""
