"""Binding: what becomes of our rows when the host deletes its own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.shops import Base, db, open_shop


def test_a_deleted_member_leaves_nothing_to_the_next_one_with_his_key(database_url: str) -> None:
    with open_shop(database_url) as shop:
        old = shop.user("mei")
        member_id, key = shop.member_id(old), old.id
        shop.session.delete(old)
        shop.session.commit()
        assert shop.services().members.find(key) is None
        assert shop.services().members.name(member_id) == "Former member"


def test_deleting_works_before_our_tables_exist(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with open_shop(database_url) as shop:
        user = shop.user("mei")
        ours = [sa.inspect(model).local_table for model in shop.site.binding.models.values()]
        Base.metadata.drop_all(db.engine, tables=ours)
        shop.session.delete(user)
        shop.session.commit()
        assert shop.user("jun").nick == "jun"
    assert "a deleted member could not be let go" in caplog.text
