"""Notices: what a member should know, on his page and, if he likes, by mail.

Upper slices tell; each tells in words of its own, a mapping of kinds to a
subject and a body. A notice keeps the kind and the facts, so that it is read in
the reader's language, whenever he reads it.
"""
