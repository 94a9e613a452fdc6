"""Members: one opaque party id a person, consents, preferences, export and erasure.

Everything else in the extension points at `Member.id` and knows no host key.
Erasing a person empties the one column that leads back to him; the sums of the
ledger and the lines of the audit log keep standing, about nobody.
"""
