"""The page on which a buyer thanks whoever sent him."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import request
from flask.typing import ResponseReturnValue

from ..i18n import gettext
from ..members.service import MemberService
from ..web import Web
from .service import ReferralService
from .thanks import SAID


class Rooms(Protocol):
    """What this page needs of the services of one request."""

    @property
    def members(self) -> MemberService: ...
    @property
    def referrals(self) -> ReferralService: ...


class ThanksPages:
    """For what arrived with the member himself."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/thanks", self.thanks, name="thanks")
        web.add(
            "/thanks/<int(max=2147483647):id>",
            self.say,
            name="say_thanks",
            methods=["POST"],
            limit="react",
        )

    def thanks(self) -> ResponseReturnValue:
        """Show whom the member may thank."""
        rooms = self.rooms()
        owed = rooms.referrals.thanks.owed_by(self.web.require_member())
        names = rooms.members.names(one.sharer_id for one in owed)
        self.web.commit()
        return self.web.render(
            "community/referrals/thanks.html",
            title=gettext("Say thanks"),
            owed=owed,
            names=names,
            said=SAID,
        )

    def say(self, id: int) -> ResponseReturnValue:
        """Hand thanks on."""
        member_id = self.web.require_member()
        thanks = self.rooms().referrals.thanks
        by_name = request.form.get("by_name") == "1"
        thanks.say(member_id, id, request.form.get("said", ""), by_name=by_name)
        self.web.commit()
        return self.web.see_other(self.web.url("thanks"))
