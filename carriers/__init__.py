"""Carriers without I/O: one module a carrier, nothing here opens a connection."""
