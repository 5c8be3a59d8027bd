"""A Bot API server, carriers' servers and a story, to try it all on loopback."""
