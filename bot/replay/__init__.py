"""`herald replay FILE`: past orders run through the detector on a clock of their own; no database, no token."""
