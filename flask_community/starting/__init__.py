"""The first hour: reads the source of a shop that does not know us yet, and writes the lines
that let us in. Nothing of the shop is imported or run; what its source does not tell is asked.
"""
