"""Reading the same answers as karrio 2026.1.32 does, which lives in an environment of its own."""
