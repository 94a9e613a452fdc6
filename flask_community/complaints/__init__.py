"""Complaints of buyers, cases that gather those with one cause, one remedy for all.

A complaint belongs to one person and keeps its own thread, state and dates.
A case only points at complaints: people are never merged. The case pauses
sharing and holds rewards while it is open, and its decision is carried out for
every member through the shop's own hook, once each.
"""
