"""Who brought whom: signed links, visits, touches and attribution.

A link is shared by a member and hangs on a product, an experience post or a
community. A visit through it is statistics; a touch is the part of the visits
that may earn, carried by the visitor's signed cookie. When an order is placed,
its touches are attributed to links by the programme's model, once and for good.
"""
