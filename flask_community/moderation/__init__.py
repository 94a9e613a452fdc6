"""Moderation: one queue for all that a person must decide, and what he decided.

Upper slices push items in and carry out what follows; here is who holds an item,
for how long, against which version, what he did, why, and how it is undone.
"""
