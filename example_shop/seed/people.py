"""Who was here before the visitor, and, for benchmarks, as many more as are asked for."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

from .texts import read

OPENED = 365
"""Days before today on which the shop opened."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    slug: str
    name: str
    locale: str
    look: str
    """How the face is drawn; see `example_shop.avatars`."""
    joined: int = OPENED
    """Days before today."""
    role: str | None = None
    shown_as: str | None = None
    """By what name the start offers a sign-in link for him."""
    face: str = ""
    """Whose face he has; his own by default."""
    is_asleep: bool = False
    """Whether he has not bought for half a year."""
    card: str = "own"
    """The demo card he pays with."""

    @cached_property
    def email(self) -> str:
        """The address he signs in with."""
        return f"{self.slug.replace('-', '.')}@example.com"

    @cached_property
    def address(self) -> str:
        """Where his orders go."""
        number = 1 + sum(self.slug.encode()) % 240
        return f"柳巷 {number} 号" if self.locale == "zh_Hans" else f"{number} Willow Lane"


def _people() -> tuple[Person, ...]:
    told = read("people")
    habits = told["habits"]
    return tuple(
        Person(
            slug,
            name,
            locale,
            look,
            joined=told["joined"].get(slug, OPENED - place % 9),
            role=told["roles"].get(slug),
            shown_as=told["shown_as"].get(slug),
            face=slug,
            is_asleep=slug in habits["asleep"],
            card="shared" if slug in habits["one_card"] else "own",
        )
        for place, (slug, name, locale, look) in enumerate(told["people"])
    )


PEOPLE = _people()
BY_SLUG = {person.slug: person for person in PEOPLE}
CUSTOMER, LEADER = BY_SLUG["an-ran"], BY_SLUG["mei-lin"]
MODERATOR, OWNER, SELLER = BY_SLUG["jun-zhou"], BY_SLUG["chen-bo"], BY_SLUG["luo-yi"]
GU_QING, TANG_LI = BY_SLUG["gu-qing"], BY_SLUG["tang-li"]
SOFIA, WEI_HAO = BY_SLUG["sofia-berg"], BY_SLUG["wei-hao"]

GIVEN = {
    "en": ("Ada", "Bruno", "Carla", "Dev", "Ema", "Farid", "Grace", "Hugo", "Iris", "Jonas"),
    "zh_Hans": ("安", "博文", "晨", "丹", "恩", "帆", "国华", "红", "佳", "可心"),
}
FAMILY = {
    "en": ("Abe", "Baker", "Costa", "Diaz", "Evans", "Fox", "Gomez", "Hill", "Ito", "Jensen"),
    "zh_Hans": ("王", "李", "张", "刘", "陈", "杨", "黄", "吴", "徐", "马"),
}


def crowd(number: int, dice: random.Random) -> list[Person]:
    """Return more people, who have borrowed faces and made-up names."""
    return [_somebody(place, dice) for place in range(number)]


def _somebody(place: int, dice: random.Random) -> Person:
    locale = dice.choice(("en", "zh_Hans"))
    given, family = dice.choice(GIVEN[locale]), dice.choice(FAMILY[locale])
    face = PEOPLE[place % len(PEOPLE)]
    return Person(
        slug=f"member-{place + 1}",
        name=f"{given} {family}" if locale == "en" else f"{family}{given}",
        locale=locale,
        look=face.look,
        joined=dice.randint(20, OPENED),
        face=face.slug,
    )
