"""Claims about founding, wearing, binding and roles."""

from __future__ import annotations

import pytest

from flask_community.communities.rules import Size, community_scope, field_scope
from flask_community.errors import Conflict, Forbidden, NotFound, Refused
from tests.village import Services, Village


def test_a_label_is_founded_from_an_attitude_and_its_founder_wears_it(village: Village) -> None:
    mei = village.member("Mei")
    label = village.communities.found(mei, name="Slow tea", statement="Tea takes time.")
    community = village.communities.community_of(label.id)
    assert (label.slug, label.statement) == ("slow-tea", "Tea takes time.")
    assert village.communities.standing(label.id, mei) == "wears"
    assert village.communities.is_inside(community.id, mei)
    assert village.communities.steers(mei, community.id)


def test_two_labels_never_share_a_name_however_it_is_written(village: Village) -> None:
    village.label(name="Slow tea")
    with pytest.raises(Conflict):
        village.label(name="SLOW  TEA!")


@pytest.mark.parametrize(
    ("name", "statement", "admission"),
    [
        ("", "Yes.", "open"),
        ("🍵", "Yes.", "open"),
        ("x" * 61, "Yes.", "open"),
        ("Tea", "", "open"),
        ("Tea", "x" * 281, "open"),
        ("Tea", "nul\x00", "open"),
        ("Tea", "Yes.", "closed"),
    ],
)
def test_a_label_that_does_not_fit_is_refused(
    village: Village, name: str, statement: str, admission: str
) -> None:
    mei = village.member()
    with pytest.raises(Refused):
        village.communities.found(mei, name=name, statement=statement, admission=admission)


def test_size_is_who_wears_and_base_adds_who_aspires(village: Village) -> None:
    label, other = village.label(), village.label(name="Quick tea")
    for _ in range(2):
        village.communities.aspire(label.id, village.member())
    village.communities.mute(label.id, village.member())
    sizes = village.communities.people.sizes([label.id, other.id])
    assert sizes == {label.id: Size(wears=1, aspires=2), other.id: Size(wears=1)}
    assert sizes[label.id].base == 3


def test_wearing_twice_is_one_step_in_the_history(village: Village) -> None:
    label, mei = village.label(), village.member()
    for verb in ("aspire", "wear", "wear", "mute", "leave", "leave", "wear"):
        getattr(village.communities, verb)(label.id, mei)
    steps = [step.state for step in village.communities.people.history(label.id, mei)]
    assert steps == ["aspires", "wears", "muted", "left", "wears"]
    assert village.communities.standing(label.id, mei) == "wears"


def test_leaving_what_one_never_wore_leaves_no_trace(village: Village) -> None:
    label, mei = village.label(), village.member()
    village.communities.leave(label.id, mei)
    assert village.communities.standing(label.id, mei) is None
    assert not village.communities.people.history(label.id, mei)


def test_who_takes_a_label_off_leaves_its_community_and_may_come_back(village: Village) -> None:
    label, mei = village.label(), village.member()
    community = village.communities.community_of(label.id)
    inside = []
    for verb in ("wear", "leave", "aspire", "mute"):
        getattr(village.communities, verb)(label.id, mei)
        inside.append(village.communities.is_inside(community.id, mei))
    assert inside == [True, False, True, False]


@pytest.mark.parametrize("admission", ["request", "invite"])
def test_a_steward_lets_people_into_a_closed_community(village: Village, admission: str) -> None:
    steward, mei = village.member(), village.member()
    label = village.communities.found(steward, name="Tea", statement="Yes.", admission=admission)
    community = village.communities.community_of(label.id)
    village.communities.wear(label.id, mei)
    assert not village.communities.is_inside(community.id, mei)
    with pytest.raises(Forbidden):
        village.communities.admit(community.id, mei, actor_id=mei)
    village.communities.admit(community.id, mei, actor_id=steward)
    assert village.communities.is_inside(community.id, mei)


def test_a_label_that_is_not_there_is_not_found(village: Village) -> None:
    mei = village.member()
    with pytest.raises(NotFound):
        village.communities.wear(999, mei)
    with pytest.raises(NotFound):
        village.communities.label_called("nothing")


def test_a_product_belongs_to_a_label_by_itself_or_through_its_field(village: Village) -> None:
    steward = village.member()
    tea, ware = village.label(steward), village.label(steward, name="Teaware")
    product = village.product()
    assert village.communities.bind_product(tea.id, product.id, actor_id=steward)
    assert not village.communities.bind_product(tea.id, product.id, actor_id=steward)
    assert village.communities.bind_field(ware.id, "teaware", actor_id=steward)
    found = village.communities.labels_of_product(product.id, product.field)
    assert [label.id for label in found] == [tea.id, ware.id]
    assert village.communities.products_of(tea.id) == [product.id]
    assert village.communities.fields_of(ware.id) == ["teaware"]


def test_only_a_steward_of_this_very_community_or_the_owner_binds(village: Village) -> None:
    label, product = village.label(), village.product()
    other_steward, owner = village.member(), village.member(role="owner")
    village.label(other_steward, name="Another")
    with pytest.raises(Forbidden):
        village.communities.bind_product(label.id, product.id, actor_id=other_steward)
    assert village.communities.bind_product(label.id, product.id, actor_id=owner)


def test_labels_come_newest_first_page_by_page(village: Village) -> None:
    first, second, third = (village.label(name=f"Tea {n}").id for n in range(3))
    page = village.communities.labels(limit=2)
    assert [label.id for label in page] == [third, second]
    rest = village.communities.labels(before=second)
    assert [label.id for label in rest] == [first]


# -- roles --


def test_roles_of_the_shop_and_ours_are_one_set(village: Village) -> None:
    owner, mei = village.member(role="owner"), village.member()
    village.communities.roles.grant(mei, "moderator", actor_id=owner)
    assert village.communities.roles_of(mei, {"lead", "wizard"}) == {"member", "moderator", "lead"}


def test_a_role_in_one_place_counts_only_there(village: Village) -> None:
    owner, mei = village.member(role="owner"), village.member()
    tea, here = field_scope("tea"), community_scope(1)
    village.communities.roles.grant(mei, "moderator", actor_id=owner, scope=tea)
    assert village.communities.roles_of(mei, ()) == {"member"}
    assert village.communities.roles_of(mei, (), scopes=(here,)) == {"member"}
    assert village.communities.roles_of(mei, (), scopes=(here, tea)) == {"member", "moderator"}


def test_a_role_is_given_and_taken_back_once_each_and_audited(village: Village) -> None:
    owner, mei = village.member(role="owner"), village.member()
    roles = village.communities.roles
    assert roles.grant(mei, "lead", actor_id=owner)
    assert not roles.grant(mei, "lead", actor_id=owner)
    assert roles.revoke(mei, "lead", actor_id=owner)
    assert not roles.revoke(mei, "lead", actor_id=owner)
    assert roles.grant(mei, "lead", actor_id=owner)
    subject = f"member:{mei}"
    assert village.audited() == [
        ("role.granted", subject),
        ("role.revoked", subject),
        ("role.granted", subject),
    ]


@pytest.mark.parametrize("role", [None, "moderator", "lead", "steward"])
def test_nobody_but_the_owner_gives_roles(village: Village, role: str | None) -> None:
    mei = village.member(role=role)
    with pytest.raises(Forbidden):
        village.communities.roles.grant(mei, "owner", actor_id=mei)
    with pytest.raises(Forbidden):
        village.communities.roles.revoke(mei, "lead", actor_id=mei)


@pytest.mark.parametrize(("role", "scope"), [("seller", ""), ("king", ""), ("lead", "moon")])
def test_a_role_that_only_the_shop_knows_cannot_be_given(
    village: Village, role: str, scope: str
) -> None:
    with pytest.raises(Refused):
        village.communities.roles.grant(village.member(), role, actor_id=None, scope=scope)


def test_an_erased_member_leaves_labels_communities_and_roles(village: Village) -> None:
    mei = village.member()
    label = village.label(mei)
    community = village.communities.community_of(label.id)
    village.communities.erase(mei)
    village.communities.erase(mei)
    assert village.communities.size(label.id) == Size()
    assert not village.communities.is_inside(community.id, mei)
    assert not village.communities.steers(mei, community.id)
    kept = village.communities.export(mei)
    assert [step["state"] for step in kept["labels"]] == ["wears", "left"]  # type: ignore[attr-defined]


def test_of_many_who_found_a_label_at_once_one_does(village: Village) -> None:
    mei = village.member()

    def found(services: Services) -> None:
        services.communities.found(mei, name="Tea", statement="Yes.")

    faults = village.at_once(*[found] * 4)
    assert [type(fault) for fault in faults] == [Conflict] * 3
    assert len(village.communities.labels()) == 1


def test_who_wears_a_label_many_times_at_once_wears_it_once(village: Village) -> None:
    label_id, mei = village.label().id, village.member()
    assert not village.at_once(*[lambda s: s.communities.wear(label_id, mei)] * 4)
    assert village.communities.size(label_id).wears == 2
    assert len(village.communities.people.history(label_id, mei)) == 1


def test_a_role_given_many_times_at_once_is_given_once(village: Village) -> None:
    mei, given = village.member(), []

    def give(services: Services) -> None:
        given.append(services.communities.roles.grant(mei, "lead", actor_id=None))

    assert not village.at_once(*[give] * 4)
    assert sorted(given) == [False, False, False, True]
