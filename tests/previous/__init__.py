"""The release before this one: which it was, and whether its workers can live with the tables as they are now."""
