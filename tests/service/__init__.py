"""The composition root: parts, and several bots in one process."""
