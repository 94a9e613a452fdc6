"""Pictures in the shop's own storage: checked, drawn anew, counted, forgotten.

Each room that has pictures derives a table from `Picture` and reaches it through
an `Album`. No id of a stored file ever comes from outside: a picture is sent
together with what it belongs to, or not at all.
"""
