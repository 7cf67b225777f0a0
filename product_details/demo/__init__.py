"""The demonstration shop: a catalogue, its drawings, and how they get into the database."""
