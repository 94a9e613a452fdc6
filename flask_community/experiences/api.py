"""The API of experience: what one can tell of, posts, reactions, the feed of a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ..communities.greetings import Greetings
from ..communities.service import CommunityService
from ..errors import Forbidden, NotFound
from ..files.service import Files
from ..i18n import gettext
from ..members.service import MemberService
from ..money import Money
from ..orders.models import Line
from ..orders.service import OrderService
from ..prose import safe_html
from ..rest.base import Api
from ..rest.operation import ANYBODY, Page, page
from ..rest.pictures import taken_in
from . import schemas
from .models import Post, PostRevision
from .service import ExperienceService

_FACTS = ("id", "title", "body", "published_at", "edited_at", "product_title", "days_owned")
_MORE = ("revision", "variant", "batch", "paid_at", "delivered_at")


class Rooms(Protocol):
    """What a list of posts needs of the services of one request."""

    @property
    def experiences(self) -> ExperienceService: ...
    @property
    def communities(self) -> CommunityService: ...
    @property
    def members(self) -> MemberService: ...
    @property
    def orders(self) -> OrderService: ...
    @property
    def files(self) -> Files: ...


class ApiRooms(Rooms, Protocol):
    """And what its operations need besides."""

    @property
    def greetings(self) -> Greetings: ...


class ExperienceApi:
    """What the pages of experience do, as JSON."""

    def __init__(self, api: Api, rooms: Callable[[], ApiRooms]) -> None:
        self.web, self.rooms = api.web, rooms
        one, whole = "/posts/{id}", schemas.PostSchema()
        api.list(
            "/lines", self.lines, schemas.LineSchema(), name="lines", query=schemas.LinesQuery()
        )
        api.list(
            "/labels/{slug}/posts",
            self.feed,
            schemas.ListedPostSchema(),
            name="feed",
            who=ANYBODY,
            query=schemas.FeedQuery(),
        )
        api.list(
            "/labels/{slug}/unanswered",
            self.unanswered,
            schemas.UnansweredPostSchema(),
            name="unanswered_posts",
            refuses=(403,),
        )
        api.get(one, self.post, whole, name="post", who=ANYBODY)
        api.post(
            "/posts",
            self.tell,
            name="tell",
            body=schemas.NewPostSchema(),
            answer=whole,
            status=201,
            at="post",
            key="optional",
            limit="post",
            uploads=True,
            refuses=(404,),
        )
        api.patch(
            one, self.edit, name="edit_post", body=schemas.EditSchema(), answer=whole, limit="post"
        )
        api.patch(
            f"{one}/pictures",
            self.change_pictures,
            name="change_pictures",
            body=schemas.PicturesSchema(),
            answer=whole,
            limit="post",
            uploads=True,
        )
        api.delete(one, self.withdraw, name="withdraw_post")
        api.list(
            f"{one}/revisions",
            self.revisions,
            schemas.RevisionSchema(),
            name="revisions",
            who=ANYBODY,
        )
        api.put(f"{one}/reactions/{{kind}}", self.react, name="react", limit="react")
        api.delete(f"{one}/reactions/{{kind}}", self.take_back, name="take_back", limit="react")

    # -- read --

    def lines(
        self,
        *,
        member_id: int,
        after: Sequence[int] | None,
        limit: int,
        untold: bool = False,
        order: str | None = None,
    ) -> Page:
        """List what one bought and paid for, newest first."""
        rooms = self.rooms()
        bought = list(rooms.orders.lines_of_buyer(member_id, delivered=False))
        to_tell = {line.id for line in rooms.experiences.untold_lines(member_id)}
        if after:
            ids = [line.id for line in bought]
            bought = bought[ids.index(after[0]) + 1 :] if after[0] in ids else []
        if order is not None:
            known = rooms.orders.find(order)
            bought = [line for line in bought if known and line.order_id == known.id]
        if untold:
            bought = [line for line in bought if line.id in to_tell]
        cut = page(bought, limit, lambda line: (line.id,))
        return Page([self._line(line, to_tell) for line in cut.rows], cut.place)

    def feed(
        self, *, slug: str, after: Sequence[int] | None, limit: int, tab: str = "useful"
    ) -> Page:
        """List the posts of a label's community: by use, by a reaction, or the newest first."""
        rooms = self.rooms()
        community = rooms.communities.community_of(rooms.communities.label_called(slug).id)
        place = (after[0], after[1]) if after else None
        found = rooms.experiences.feeds.of_community(community.id, tab, after=place, limit=limit)
        return Page(listed(rooms, found.posts), found.after)

    def unanswered(
        self, *, member_id: int, slug: str, after: Sequence[int] | None, limit: int
    ) -> Page:
        """List the posts that nobody has answered, the longest waiting first; for hosts."""
        rooms = self.rooms()
        community = rooms.communities.community_of(rooms.communities.label_called(slug).id)
        if not rooms.greetings.hosts(community.id, member_id):
            raise Forbidden(gettext("You do not have the role for this page."))
        silent = rooms.experiences.unanswered
        place = after[0] if after else 0
        found = silent.of_community(community.id, after=place, limit=limit + 1)
        cut = page(found, limit, lambda post: (post.id,))
        firsts = silent.first_of(cut.rows)
        rows = listed(rooms, cut.rows)
        return Page([{**row, "is_first": row["id"] in firsts} for row in rows], cut.place)

    def post(self, *, id: int) -> dict[str, Any]:
        """Show a post: who wrote it, of which purchase, and what became of that."""
        rooms, member_id = self.rooms(), self.web.member_id()
        post = rooms.experiences.post(id)
        given = rooms.experiences.reactions.given(id, member_id) if member_id else ()
        return {
            **listed(rooms, [post])[0],
            **{name: getattr(post, name) for name in _MORE},
            "label": self._label_of(post),
            "product_url": self._product_url(post),
            "fates": rooms.experiences.fates(id),
            "given": sorted(given),
            "is_mine": member_id == post.author_id,
        }

    def revisions(self, *, id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List the texts that edits have replaced, the newest first."""
        experiences = self.rooms().experiences
        older = list(reversed(experiences.revisions(experiences.post(id).id)))
        if after:
            older = [one for one in older if one.number < after[0]]
        cut = page(older, limit, lambda one: (one.number,))
        return Page([_revision(one) for one in cut.rows], cut.place)

    # -- write --

    def tell(
        self,
        *,
        member_id: int,
        line: int,
        title: str,
        body: str,
        label: str | None = None,
        pictures: Sequence[Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """Tell of something that reached one."""
        rooms, community_id = self.rooms(), None
        if label is not None:
            found = rooms.communities.label_called(label)
            community_id = rooms.communities.community_of(found.id).id
        post = rooms.experiences.post_experience(
            member_id,
            line,
            title=title,
            body=body,
            community_id=community_id,
            pictures=taken_in(rooms.files, pictures),
        )
        return self.post(id=post.id)

    def edit(
        self, *, member_id: int, id: int, title: str, body: str, revision: int
    ) -> dict[str, Any]:
        """Change the words of one's own post."""
        self.rooms().experiences.edit(id, member_id, title=title, body=body, revision=revision)
        return self.post(id=id)

    def change_pictures(
        self,
        *,
        member_id: int,
        id: int,
        remove: Sequence[int] = (),
        add: Sequence[Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """Take pictures of one's own post away, and add others."""
        rooms = self.rooms()
        post = rooms.experiences.own_post(id, member_id)
        mine = {picture.id for picture in rooms.experiences.pictures.of(post.id)}
        gone = mine.intersection(remove)
        added = taken_in(rooms.files, add, held=len(mine) - len(gone))
        rooms.experiences.change_pictures(id, member_id, add=added, remove=gone)
        return self.post(id=id)

    def withdraw(self, *, member_id: int, id: int) -> None:
        """Take one's own post away."""
        self.rooms().experiences.withdraw(id, member_id)

    def react(self, *, member_id: int, id: int, kind: str) -> None:
        """Say what one finds a post; twice is once."""
        _require_kind(kind)
        self.rooms().experiences.react(id, member_id, kind)

    def take_back(self, *, member_id: int, id: int, kind: str) -> None:
        """Take a reaction back; none to take back changes nothing."""
        _require_kind(kind)
        self.rooms().experiences.take_back(id, member_id, kind)

    # -- below --

    def _line(self, line: Line, to_tell: set[int]) -> dict[str, Any]:
        orders = self.rooms().orders
        order = orders.order(line.order_id)
        return {
            "id": line.id,
            "order": order.host_key,
            "product": orders.product(line.product_id).host_key,
            "title": line.title,
            "variant": line.variant,
            "batch": line.batch,
            "quantity": line.quantity,
            "paid": Money(line.paid_minor, order.currency),
            "delivered_at": order.delivered_at,
            "told": order.delivered_at is not None and line.id not in to_tell,
        }

    def _label_of(self, post: Post) -> str | None:
        if post.community_id is None:
            return None
        communities = self.rooms().communities
        return communities.label(communities.community(post.community_id).label_id).slug

    def _product_url(self, post: Post) -> str | None:
        if post.product_id is None:
            return None
        orders = self.rooms().orders
        return orders.product_url(orders.product(post.product_id))


def listed(rooms: Rooms, posts: Sequence[Post]) -> list[dict[str, Any]]:
    """Return posts as `ListedPostSchema` shows them."""
    names = rooms.members.names(post.author_id for post in posts)
    counts = rooms.experiences.reactions.counts(post.id for post in posts)
    pictures = rooms.experiences.pictures.of_each(post.id for post in posts)
    return [
        {
            **{name: getattr(post, name) for name in _FACTS},
            "html": str(safe_html(post.body)),
            "author": {"id": post.author_id, "name": names[post.author_id]},
            "counts": counts[post.id],
            "pictures": pictures.get(post.id, ()),
        }
        for post in posts
    ]


def _revision(one: PostRevision) -> dict[str, Any]:
    names = ("number", "title", "body", "written_at", "replaced_at")
    return {**{name: getattr(one, name) for name in names}, "html": str(safe_html(one.body))}


def _require_kind(kind: str) -> None:
    if kind not in schemas.KINDS:
        raise NotFound(gettext("There is no such reaction."))
