"""Finding products by words, also misspelt ones, in the database that is there.

The same words find the same products on SQLite (FTS5) and on PostgreSQL (pg_trgm): both index
every three letters in a row of ``SearchDocument`` and ``SearchWord``, and only ``engines.py`` knows
how each is asked. ``indexing.py`` keeps these tables, ``finding.py`` looks in them.
"""
