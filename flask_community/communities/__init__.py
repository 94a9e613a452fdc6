"""Labels that begin with an attitude, who wears or aspires to them, their communities, roles.

A label is a statement somebody stands by. Members wear it, aspire to it, mute or
leave it; its community is the place where its wearers meet. The one table of
roles for the whole extension lives here too.
"""
