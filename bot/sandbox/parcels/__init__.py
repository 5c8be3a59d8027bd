"""Parcels' lives, told as each carrier tells them. A module here with a `slug` writes one carrier's wire format."""
