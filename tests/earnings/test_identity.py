"""Claims about telling that sharer and buyer are one person."""

from __future__ import annotations

import pytest

from flask_community.earnings.identity import (
    Identity,
    SamePerson,
    normal_email,
    normal_phone,
    same_person,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.org", "ann@example.org"),
        ("ann+tea@example.org", " ann@example.org "),
        ("a.n.n@gmail.com", "ANN+x@googlemail.com"),
    ],
)
def test_one_mailbox_has_many_spellings(one: str, other: str) -> None:
    assert normal_email(one) == normal_email(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.nn@example.org", "ann@example.org"),
        ("ann@example.org", "ann@example.com"),
        ("+ann@example.org", "+bob@example.org"),
    ],
)
def test_two_mailboxes_stay_two(one: str, other: str) -> None:
    assert normal_email(one) != normal_email(other)


def test_a_phone_number_is_its_digits() -> None:
    assert normal_phone("+86 138-0013 8000") == normal_phone("+8613800138000")


@pytest.mark.parametrize(
    ("sharer", "buyer", "same"),
    [
        (Identity(email="A@x.org"), Identity(email="a@x.org"), SamePerson.EMAIL),
        (Identity(phone="+1 23"), Identity(phone="+123"), SamePerson.PHONE),
        (Identity(payments={"v1", "v2"}), Identity(payments={"v2"}), SamePerson.PAYMENT),
        (Identity(), Identity(), None),
        (Identity(email="a@x.org"), Identity(phone="+123"), None),
        (Identity(email="a@x.org"), Identity(email="b@x.org"), None),
    ],
)
def test_one_thing_in_common_is_enough(
    sharer: Identity, buyer: Identity, same: SamePerson | None
) -> None:
    assert same_person(sharer, buyer) is same
