"""Claims about making a page: nothing is left unwritten, nothing half a page."""

from __future__ import annotations

import pytest

from flask_community.notices.models import Notice
from tests.shops import Shop


def test_no_page_is_made_while_anything_of_ours_is_not_written(shop: Shop) -> None:
    """A template may run code of the shop that commits."""
    with shop.app.test_request_context():
        shop.session.add(shop.site.binding.models[Notice](kind="x", params={}, key="x"))
        with pytest.raises(RuntimeError, match="commit before rendering"):
            shop.site.web.render("community/error.html", title="x", message="x", kind="failed")
        shop.session.rollback()


def test_what_the_shop_has_not_written_is_its_own_affair(shop: Shop) -> None:
    user = shop.user("ann")
    with shop.app.test_request_context():
        user.nick = "Ann"
        page = shop.site.web.render("community/error.html", title="x", message="x", kind="failed")
        assert page.status_code == 200
        shop.session.rollback()
