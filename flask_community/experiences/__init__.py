"""Experience bound to what was really bought, what others make of it, and its rank.

A post tells of one delivered order line of its author. Its facts are frozen when
it is posted, the order's later fate is appended, edits keep their history, and
reactions lift it in this order: useful, fun, touching, profitable.
"""
