"""Chunks of work with persistence, and the loop that runs them."""
