"""Pure functions over what was said: outcome, stages, findings, discovery, summary. Standard library only."""
