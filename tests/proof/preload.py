"""Imported by the server that processes are forked off, so that they need not."""

from __future__ import annotations

from sqlalchemy import orm

from tests.proof import acts as acts, victim as victim

orm.configure_mappers()
