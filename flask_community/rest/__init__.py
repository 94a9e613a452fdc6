"""The base of the JSON API: one way to read, refuse, answer, page and repeat.

Each slice says in its `api.py` which operations it has, and in `schemas.py`
what goes in and out; everything else about HTTP happens here.
"""
