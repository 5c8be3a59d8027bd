"""Tortoise models and every query; takes and returns domain values."""
