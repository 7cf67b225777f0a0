"""What other services ask the catalogue, as JSON; browsers never come here."""
