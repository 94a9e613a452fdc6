"""What the owner sees of his customers: people, links, orders by path, open cases.

Every figure is counted where its rows are listed, by the same condition, so
that a number on the start page is always the length of the list behind it.
"""
