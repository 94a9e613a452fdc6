"""Verbs of notices: tell a member once, show him, send it by mail in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import CommunityError, NotFound
from ..hooks import HostHooks, Mail
from ..i18n import Languages, gettext
from ..members.service import MemberService
from ..outbox import Outbox
from ..records import Models, insert_once
from .models import Notice
from .rules import read_aloud

MAIL_JOB = "notices.mail"

Texts = Mapping[str, tuple[str, str]]
"""Subject and body of each kind, marked for translation, with `%(name)s` params."""


def naming(member_id: int) -> dict[str, int]:
    """Return a param that reads as this member's name, as long as he has one."""
    return {"member": member_id}


@dataclass(frozen=True)
class ShownNotice:
    """A notice in the reader's language; plain text, to be escaped where it is shown."""

    id: int
    kind: str
    subject: str
    body: str
    url: str | None
    created_at: dt.datetime
    read_at: dt.datetime | None


class NoticeService:
    """Tells members what they should know."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        members: MemberService,
        outbox: Outbox,
        texts: Texts,
        hooks: HostHooks,
        languages: Languages,
        clock: Clock,
        base_url: str = "",
        letter_path: Callable[[Notice], str | None] = lambda notice: notice.url,
    ) -> None:
        self.session = session
        self.Notice = models[Notice]
        self.members = members
        self.outbox = outbox
        self.texts = texts
        self.hooks = hooks
        self.languages = languages
        self.clock = clock
        self.base_url = base_url.rstrip("/")
        self.letter_path = letter_path
        """Says where a letter leads: its reader need not be signed in where he reads it."""

    def tell(
        self,
        member_id: int,
        kind: str,
        params: Mapping[str, Any],
        *,
        url: str | None = None,
        key: str,
    ) -> bool:
        """Tell a member something once per `key`; False if he was told, or is erased.

        `params` fill the texts of `kind`. A person goes in as `naming(id)`, never
        as his name, which must vanish with him; amounts, dates and words as in
        `rules`, because they read otherwise in another language. `url` is a path
        in the shop. A letter follows if he wants mail, after his quiet hours.
        """
        self._words(kind, params)
        if self.members.get(member_id).erased_at is not None:
            return False
        values = {"member_id": member_id, "kind": kind, "params": dict(params), "url": url}
        told = {**values, "key": key, "created_at": self.clock()}
        if not insert_once(self.session, self.Notice, told, on=("key",)):
            return False
        if self.hooks.provides("send_mail") and self.members.preferences(member_id).mail:
            notice_id = self.session.scalars(sa.select(self.Notice.id).filter_by(key=key)).one()
            self._put_mail(notice_id, member_id)
        return True

    def inbox(
        self, member_id: int, *, limit: int = 50, before: int | None = None
    ) -> list[ShownNotice]:
        """Return a member's notices, newest first, those older than notice `before`."""
        notice = self.Notice
        mine = sa.select(notice).where(notice.member_id == member_id)
        if before is not None:
            mine = mine.where(notice.id < before)
        newest = self.session.scalars(mine.order_by(notice.id.desc()).limit(limit))
        return [self._shown(one) for one in newest]

    def unread(self, member_id: int) -> int:
        """Return how many notices a member has not read."""
        notice = self.Notice
        count = sa.select(sa.func.count()).where(
            notice.member_id == member_id, notice.read_at.is_(None)
        )
        return self.session.scalar(count) or 0

    def own(self, notice_id: int, member_id: int) -> Notice:
        """Return a notice of this member; raises NotFound for another's too."""
        found = self.session.get(self.Notice, notice_id)
        if found is None or found.member_id != member_id:
            raise NotFound(gettext("There is nothing here."))
        return found

    def mark_read(self, member_id: int, notice_ids: Collection[int] | None = None) -> int:
        """Mark these of the member's own notices as read, or all; return how many were not."""
        notice = self.Notice
        fresh = sa.update(notice).where(notice.member_id == member_id, notice.read_at.is_(None))
        if notice_ids is not None:
            fresh = fresh.where(notice.id.in_(notice_ids))
        self.session.flush()
        done = self.session.execute(
            fresh.values(read_at=self.clock()).execution_options(synchronize_session="fetch")
        )
        return int(done.rowcount)  # type: ignore[attr-defined]

    def mail(self, notice_id: int) -> None:
        """Send a notice by mail, or put it off if it is quiet where its reader is.

        Does nothing if he wants no mail any more, is gone, or the shop sends none.
        """
        notice = self.session.get(self.Notice, notice_id)
        if notice is None or not self.hooks.provides("send_mail"):
            return
        to = self.members.host_key(notice.member_id)
        wishes = self.members.preferences(notice.member_id)
        if to is None or not wishes.mail:
            return
        if wishes.quiet_end(self.clock()) is not None:
            self._put_mail(notice.id, notice.member_id)
            return
        with self.languages.speaking(self.members.language(notice.member_id)):
            shown = self._shown(notice)
        # Without a base URL there is only a path, which leads nowhere from a letter.
        path = self.letter_path(notice) if self.base_url else None
        link = f"\n\n{self.base_url}{path}" if path else ""
        self.hooks.send_mail(Mail(to=to, subject=shown.subject, text=shown.body + link))

    def export_personal(self, member_id: int) -> list[dict[str, Any]]:
        """Return what a member was told, oldest first, ready for JSON."""
        mine = sa.select(self.Notice).filter_by(member_id=member_id).order_by(self.Notice.id)
        return [
            {
                "at": one.created_at.isoformat(),
                "subject": one.subject,
                "body": one.body,
                "read_at": one.read_at.isoformat() if one.read_at else None,
            }
            for one in map(self._shown, self.session.scalars(mine))
        ]

    def erase_personal(self, member_id: int) -> None:
        """Forget what a member was told, and the letters about it."""
        self.session.flush()
        self.session.execute(sa.delete(self.Notice).where(self.Notice.member_id == member_id))
        self.outbox.drop(_mail_key(member_id))

    def _put_mail(self, notice_id: int, member_id: int) -> None:
        now = self.clock()
        at = self.members.preferences(member_id).quiet_end(now) or now
        key = f"{_mail_key(member_id)}{notice_id}:{at.isoformat()}"
        self.outbox.put(MAIL_JOB, {"notice": notice_id}, key=key, at=at)

    def _shown(self, notice: Notice) -> ShownNotice:
        if notice.kind in self.texts:
            subject, body = self._words(notice.kind, notice.params)
        else:
            # Told by a version that knew more kinds: its words are gone with it.
            subject, body = gettext("A notice"), ""
        return ShownNotice(
            notice.id, notice.kind, subject, body, notice.url, notice.created_at, notice.read_at
        )

    def _words(self, kind: str, params: Mapping[str, Any]) -> tuple[str, str]:
        if kind not in self.texts:
            raise CommunityError(f"no texts for notices of the kind {kind!r}")
        subject, body = self.texts[kind]
        values = {name: self._value(value) for name, value in params.items()}
        return gettext(subject, **values), gettext(body, **values)

    def _value(self, value: Any) -> Any:
        is_person = isinstance(value, Mapping) and "member" in value
        return self.members.name(value["member"]) if is_person else read_aloud(value)


def _mail_key(member_id: int) -> str:
    return f"{MAIL_JOB}:{member_id}:"


def send_mail(services: Any, payload: dict[str, Any]) -> None:
    """Handle the job `notices.mail`."""
    services.notices.mail(payload["notice"])


JOBS = {MAIL_JOB: send_mail}
"""Handlers for the composition root to register."""
