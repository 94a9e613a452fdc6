"""What a demo says, and who says what: fixed, so that two runs on one shop are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..i18n import marked

LABEL = (
    marked("[Demo] Things that last"),
    marked("[Demo] We buy less, keep it longer, and tell each other how it held up."),
)
"""Name and statement of the label."""

POSTS = (
    (
        marked("[Demo] After a month of daily use"),
        marked(
            "I took it out of its box without great hopes. Four weeks later it is the thing I "
            "reach for first, and I have not had to look anything up."
        ),
    ),
    (
        marked("[Demo] What I did wrong at first"),
        marked(
            "Read the small print before you start. I did not, lost an afternoon, and then it "
            "worked at once. Ask me if you are stuck at the same place."
        ),
    ),
    (
        marked("[Demo] My mother uses it now"),
        marked(
            "I bought it for myself. She saw it on the table, laughed, and took it home. We "
            "talk on the phone about it every Sunday."
        ),
    ),
    (
        marked("[Demo] Good, with one thing to know"),
        marked(
            "It does what was promised. It is smaller than the picture made me think, so "
            "measure first. I would buy it again."
        ),
    ),
    (
        marked("[Demo] Compared with the one I had before"),
        marked(
            "The old one was cheaper and lasted a year. This one feels heavier in the hand and "
            "shows no wear so far. I will write again in spring."
        ),
    ),
)
"""Titles and bodies of posts, taken in turn."""

COMPLAINT = marked("[Demo] One part was loose when I opened the box.")

KINDS = ("useful", "fun", "touching", "useful")
"""Reactions, taken in turn."""

MOST_PEOPLE, MOST_POSTS, MOST_LINKS = 12, 2, 4
"""Customers in a batch, posts of each, and how many of them share."""


@dataclass(frozen=True)
class Reaction:
    """Who finds which post how; numbers from 0 in the order of people and posts."""

    person: int
    post: int
    kind: str


def reactions(authors: Sequence[int], people: int) -> list[Reaction]:
    """Return who reacts to what: never an author to his own post, each other one now and then.

    `authors` holds the number of each post's author among the people.
    """
    return [
        Reaction(person, post, KINDS[(person + post) % len(KINDS)])
        for post, author in enumerate(authors)
        for person in range(people)
        if person != author and (person + 2 * post) % 3
    ]


def visits(link: int) -> int:
    """Return how often the link with this number, from 0, was opened."""
    return 3 + 4 * (link % 3)
