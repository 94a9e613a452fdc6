"""Starts processes in no time: forked off a server that has everything imported."""

from __future__ import annotations

import multiprocessing

PATIENCE = 60
"""Seconds after which a process that should have answered counts as hung."""

# Not fork: pytest's workers have threads. Not spawn: importing everything eight
# times takes longer than the race.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.proof.preload"])
