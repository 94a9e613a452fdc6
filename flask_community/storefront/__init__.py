"""What the shop's own pages show of all this: composes the other rooms, owns no table.

A product page gets a share button, a rail of experience and what chat apps
read; the share page says what friend and sharer get before it makes a link.
"""
