"""A batch of demo rows in the shop's own database, each remembered so that it can go again.

It stands on customers and delivered orders that are there; nothing of the shop is made, no
money moves, nobody is written to, and the audit log hears nothing of it.
"""
