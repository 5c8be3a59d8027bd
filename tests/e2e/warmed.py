"""Imported by the process from which `herald` is forked, and by nobody else."""

from tests.e2e import warm

warm.import_all()
