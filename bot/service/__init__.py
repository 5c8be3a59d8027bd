"""Composition root: builds, starts and stops every part of a process."""

from bot.service.life import Service, serve

__all__ = ["Service", "serve"]
