"""What went wrong in a finished conversation, and where. Judges read transcripts, they never talk to the product."""
