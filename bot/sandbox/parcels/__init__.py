"""Parcels with a simulated life, told in three carriers' wire formats."""
