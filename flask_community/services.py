"""Puts the rooms together: one service of each slice, over one session."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, Protocol

from flask import Flask, Response, current_app, has_request_context
from sqlalchemy import orm

from . import complaints, earnings, notices
from .audit import Audit
from .clock import Clock
from .communities.greetings import NOTICES as HELLO_NOTICES, Greetings
from .communities.service import CommunityService
from .complaints.service import NOTICES as COMPLAINT_NOTICES, ComplaintService
from .config import Settings
from .customers.service import CustomerService
from .customers.tasks import Finding
from .earnings.credit import give_credit
from .earnings.letters import NOTICES as REWARD_NOTICES
from .earnings.payouts import CREDIT_JOB
from .earnings.service import EarningService
from .experiences.service import ExperienceService
from .files.service import JOBS as FILE_JOBS, Files
from .hooks import HostHooks
from .host import Binding
from .i18n import Languages
from .members.personal import Personal
from .members.service import MemberService
from .moderation.service import ModerationService
from .moderation.words import NOTICES as DESK_NOTICES
from .notices.service import NoticeService
from .orders.service import OrderService, OrderSubscriber
from .outbox import JobRegistry, Outbox
from .referrals.door import Door
from .referrals.service import ReferralService
from .referrals.thanks import NOTICES as THANKS_NOTICES
from .rest.keys import RequestKeys
from .storefront.service import Storefront
from .storefront.vouching import Vouching
from .tokens import LinkTokens, PrivateTokens
from .web import Web, shown_image

log = logging.getLogger("flask_community")

JOBS = JobRegistry(
    {
        **FILE_JOBS,
        **notices.service.JOBS,
        **earnings.service.JOBS,
        CREDIT_JOB: give_credit,
        **complaints.service.JOBS,
    }
)
"""Every job there is, by name."""

NOTICES: dict[str, tuple[str, str]] = {
    **HELLO_NOTICES,
    **THANKS_NOTICES,
    **REWARD_NOTICES,
    **DESK_NOTICES,
    **COMPLAINT_NOTICES,
}
"""Subject and body of every kind of notice."""


class Surroundings(Protocol):
    """What services need of the app they work for."""

    @property
    def binding(self) -> Binding:
        """The host's classes and our tables."""

    @property
    def settings(self) -> Settings:
        """What the shop decided."""

    @property
    def hooks(self) -> HostHooks:
        """What only the shop can do."""

    @property
    def languages(self) -> Languages:
        """What the shop's pages and letters speak."""

    @property
    def clock(self) -> Clock:
        """The present."""

    @property
    def links(self) -> LinkTokens:
        """Signs and verifies links."""

    @property
    def trackers(self) -> PrivateTokens:
        """Signs and verifies the links of complaints."""

    @property
    def web(self) -> Web:
        """What the pages share."""

    @property
    def findings(self) -> Callable[[], Sequence[Finding]]:
        """Tells what the doctor found on his last round."""

    def unit(self) -> AbstractContextManager[Services]:
        """Open services over a transaction of their own."""


class Services:
    """Made anew for each unit of work; a service is built when first asked for."""

    def __init__(self, site: Surroundings, session: orm.Session) -> None:
        self.site = site
        self.session = session
        binding = site.binding
        self._host = binding.host
        self._base: dict[str, Any] = {
            "session": session,
            "models": binding.models,
            "clock": site.clock,
        }

    def afterwards(self, response: Response, work: Callable[[Services], object]) -> None:
        """Do `work` in a transaction of its own, once `response` is sent.

        By then the shop's session has given its connection back, so that a pool
        of one is enough. A fault is only logged.
        """
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

        def do() -> None:
            try:
                with app.app_context(), self.site.unit() as services:
                    work(services)
            except Exception:
                log.exception("what was left for after the answer is not done")

        response.call_on_close(do)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        return Audit(**self._base)

    @cached_property
    def outbox(self) -> Outbox:
        """What must happen after the commit."""
        return Outbox(**self._base)

    @cached_property
    def request_keys(self) -> RequestKeys:
        """What members asked through the API, so that asking twice is once."""
        return RequestKeys(**self._base)

    @cached_property
    def files(self) -> Files:
        """The way into the shop's storage."""
        return Files(hooks=self.site.hooks, outbox=self.outbox, settings=self.site.settings)

    @property
    def languages(self) -> Languages:
        """What the shop's pages and letters speak."""
        return self.site.languages

    @cached_property
    def members(self) -> MemberService:
        """Who is who."""
        return MemberService(**self._base, host=self._host, face=self._face)

    def _face(self, person: Any) -> str | None:
        # The shop makes the path, which takes a request; a letter shows no faces.
        if not has_request_context():
            return None
        return shown_image(self._host.member_avatar(person), self.site.settings.image_origins)

    @cached_property
    def personal(self) -> Personal:
        """What is kept about one person, in every room, to export or to erase."""
        personal = Personal(**self._base, members=self.members, audit=self.audit)
        asked = self.request_keys
        personal.add("requests", export=asked.export, erase=asked.erase)
        personal.add("orders", export=self.orders.export, erase=self.orders.erase)
        told = self.notices
        personal.add("notices", export=told.export_personal, erase=told.erase_personal)
        decided = self.moderation
        personal.add("moderation", export=decided.export_personal, erase=decided.erase_personal)
        labels = self.communities
        personal.add("communities", export=labels.export, erase=labels.erase)
        hello = self.greetings
        personal.add("greetings", export=hello.export, erase=hello.erase)
        posts = self.experiences
        personal.add("experiences", export=posts.export, erase=posts.erase)
        personal.add("referrals", export=self.referrals.export, erase=self.referrals.erase)
        personal.add("earnings", export=self.earnings.export, erase=self.earnings.erase)
        wrong = self.complaints.personal
        personal.add("complaints", export=wrong.export, erase=wrong.erase)
        notes = self.complaints.jottings
        personal.add("case_notes", export=notes.export_personal, erase=notes.erase_personal)
        return personal

    @cached_property
    def orders(self) -> OrderService:
        """Who bought what; hands each event to the rooms above."""
        return OrderService(
            **self._base,
            host=self._host,
            members=self.members,
            subscribers=self._order_subscribers,
        )

    def _order_subscribers(self) -> tuple[OrderSubscriber, ...]:
        # In this order: an earning needs the attribution, which needs the order.
        return (self.experiences, self.referrals, self.earnings)

    @cached_property
    def notices(self) -> NoticeService:
        """What members are told."""
        return NoticeService(
            **self._base,
            members=self.members,
            outbox=self.outbox,
            texts=NOTICES,
            hooks=self.site.hooks,
            languages=self.site.languages,
            base_url=self.site.settings.base_url or "",
            letter_path=lambda notice: self.complaints.links.letter_path(notice),
        )

    @cached_property
    def moderation(self) -> ModerationService:
        """What moderators must decide."""
        return ModerationService(
            **self._base,
            audit=self.audit,
            notices=self.notices,
            remits=lambda member_id: self.communities.remit_of(member_id),
            parties=lambda remit: {
                **self.earnings.appeals.access.parties(remit),
                **self.complaints.access.parties(remit),
            },
            finds=lambda words: self.complaints.desk_verbs.find(words),
            verbs=lambda: self.complaints.desk_verbs(),
            prefix=self.site.settings.url_prefix,
        )

    @cached_property
    def communities(self) -> CommunityService:
        """Labels, those who wear them, roles."""
        return CommunityService(**self._base, members=self.members, audit=self.audit)

    @cached_property
    def greetings(self) -> Greetings:
        """Who is new, and who said hello."""
        return Greetings(
            **self._base,
            communities=self.communities,
            notices=self.notices,
            audit=self.audit,
            prefix=self.site.settings.url_prefix,
        )

    @cached_property
    def experiences(self) -> ExperienceService:
        """What members lived, and what others make of it."""
        return ExperienceService(
            **self._base,
            members=self.members,
            orders=self.orders,
            communities=self.communities,
            files=self.files,
        )

    @cached_property
    def referrals(self) -> ReferralService:
        """Links, visits, and who brought an order."""
        return ReferralService(
            **self._base,
            settings=self.site.settings,
            tokens=self.site.links,
            hooks=self.site.hooks,
            members=self.members,
            orders=self.orders,
            experiences=self.experiences,
            notices=self.notices,
            audit=self.audit,
        )

    @cached_property
    def earnings(self) -> EarningService:
        """What sharers earned, and the books."""
        return EarningService(
            **self._base,
            settings=self.site.settings,
            hooks=self.site.hooks,
            members=self.members,
            orders=self.orders,
            referrals=self.referrals,
            notices=self.notices,
            moderation=self.moderation,
            outbox=self.outbox,
            audit=self.audit,
        )

    @cached_property
    def complaints(self) -> ComplaintService:
        """What went wrong, and what is done about it."""
        return ComplaintService(
            **self._base,
            settings=self.site.settings,
            hooks=self.site.hooks,
            members=self.members,
            orders=self.orders,
            communities=self.communities,
            notices=self.notices,
            moderation=self.moderation,
            referrals=self.referrals,
            earnings=self.earnings,
            outbox=self.outbox,
            files=self.files,
            tokens=self.site.trackers,
            languages=self.site.languages,
            audit=self.audit,
        )

    @cached_property
    def customers(self) -> CustomerService:
        """What the owner sees of people, links, orders and cases, and what needs him."""
        return CustomerService(
            **self._base,
            settings=self.site.settings,
            zone=self.site.languages.zone,
            members=self.members,
            greetings=self.greetings,
            experiences=self.experiences,
        )

    def findings(self) -> Sequence[Finding]:
        """Return what the doctor found on his last round; he opens a unit of his own."""
        return self.site.findings()

    @cached_property
    def storefront(self) -> Storefront:
        """What the shop's own pages show of all this."""
        return Storefront(
            web=self.site.web,
            host=self._host,
            members=self.members,
            orders=self.orders,
            experiences=self.experiences,
            referrals=self.referrals,
            vouching=Vouching(
                session=self.session,
                models=self._base["models"],
                members=self.members,
                experiences=self.experiences,
                is_paid=self.site.settings.reward_bps > 0,
            ),
            door=Door(self.site.web, lambda: self),
        )
