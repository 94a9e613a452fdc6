"""What a sharer earns: reward rules, the double-entry ledger and payouts.

A paid and attributed order makes pending earnings, one for each order line and
person; they mature after delivery, may be held, are taken back by exactly the
part that is refunded, and end paid out or as store credit. Every change is a
set of ledger postings that sum to zero.
"""
