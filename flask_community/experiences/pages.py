"""Pages of experience: composing, reading, editing, reacting, and the feed of a label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..communities.models import Community, Label
from ..communities.service import CommunityService
from ..errors import Refused
from ..files.service import Files
from ..i18n import gettext, marked
from ..members.service import MemberService
from ..orders.service import OrderService
from ..preview import head_of
from ..prose import first_words, safe_html
from ..rest.cursors import Cursors
from ..web import Web
from . import rules
from .models import Post
from .preview import preview_of
from .service import ExperienceService

REACTIONS = {
    "useful": marked("Useful"),
    "fun": marked("Fun"),
    "touching": marked("Touching"),
    "profitable": marked("Profitable"),
}
TABS = {
    "useful": marked("Useful"),
    "fun": marked("Fun"),
    "touching": marked("Touching"),
    "new": marked("New"),
}
FATES = {
    "kept": marked("kept"),
    "returned": marked("returned"),
    "refunded": marked("refunded"),
    "partly_refunded": marked("partly refunded"),
}

OPENING = 120
"""Characters of a note that its cover shows."""

PAGE = 9
"""Notes on one page of a feed: full rows of three, and a page stays light."""

_POST = "/posts/<int(max=2147483647):post_id>"


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def experiences(self) -> ExperienceService:
        """Posts and reactions."""

    @property
    def communities(self) -> CommunityService:
        """Labels and their communities."""

    @property
    def members(self) -> MemberService:
        """Names of people."""

    @property
    def orders(self) -> OrderService:
        """Products and order lines."""

    @property
    def files(self) -> Files:
        """The way into the shop's storage."""


class ExperiencePages:
    """Where experience is told and read. Upper slices add to the place `post`."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        self.cursors = Cursors(web.settings)
        web.add("/tell", self.untold, name="tell")
        line = "<int(max=2147483647):line_id>"
        web.add(
            f"/tell/{line}",
            self.compose,
            name="tell_of",
            methods=["GET", "POST"],
            limit="post",
            uploads=True,
        )
        web.add(
            f"/tell/{line}/preview",
            self.preview,
            name="preview_post",
            methods=["POST"],
            uploads=True,
        )
        web.add(_POST, self.post, name="post")
        web.add(
            f"{_POST}/edit",
            self.edit,
            name="edit_post",
            methods=["GET", "POST"],
            limit="post",
            uploads=True,
        )
        web.add(f"{_POST}/history", self.history, name="post_history")
        web.add(f"{_POST}/withdraw", self.withdraw, name="withdraw_post", methods=["POST"])
        web.add(f"{_POST}/react", self.react, name="react", methods=["POST"], limit="react")
        web.add(
            f"{_POST}/take-back", self.take_back, name="take_back", methods=["POST"], limit="react"
        )
        web.add_panel("label", self.feed)
        web.add_panel("label_hosts", self.unanswered)

    # -- write --

    def untold(self) -> ResponseReturnValue:
        """List what reached the member and he has not told of."""
        lines = self.rooms().experiences.untold_lines(self.web.require_member())
        title = gettext("Tell of what you bought")
        return self.web.render("community/experiences/untold.html", title=title, lines=lines)

    def compose(self, line_id: int) -> ResponseReturnValue:
        """Write an experience with one order line."""
        member_id = self.web.require_member()
        if request.method != "POST":
            return self._composer(member_id, line_id)
        try:
            post = self.rooms().experiences.post_experience(
                member_id,
                line_id,
                title=request.form.get("title", ""),
                body=request.form.get("body", ""),
                community_id=self._chosen_community(),
                pictures=self.rooms().files.sent(),
            )
        except Refused as error:
            # What was written is shown again; a line of somebody else has no composer.
            self.web.session().rollback()
            return self._composer(member_id, line_id, error=error)
        self.web.commit()
        return self.web.see_other(self.web.url("post", post_id=post.id))

    def preview(self, line_id: int) -> ResponseReturnValue:
        """Show what was written as others would see it; nothing is kept."""
        member_id = self.web.require_member()
        self.web.commit()
        return self._composer(member_id, line_id, preview=safe_html(request.form.get("body", "")))

    def edit(self, post_id: int) -> ResponseReturnValue:
        """Change the words of one's own post."""
        member_id = self.web.require_member()
        experiences = self.rooms().experiences
        if request.method == "POST":
            experiences.edit(
                post_id,
                member_id,
                title=request.form.get("title", ""),
                body=request.form.get("body", ""),
                revision=self.web.form_int("revision"),
            )
            self.web.commit()
            return self.web.see_other(self.web.url("post", post_id=post_id))
        post = experiences.own_post(post_id, member_id)
        title = gettext("Edit your experience")
        return self.web.render(
            "community/experiences/edit.html", title=title, post=post, rules=rules
        )

    def withdraw(self, post_id: int) -> ResponseReturnValue:
        """Take one's own post away."""
        member_id = self.web.require_member()
        self.rooms().experiences.withdraw(post_id, member_id)
        self.web.commit()
        return self.web.see_other(self.web.url("tell"))

    def react(self, post_id: int) -> ResponseReturnValue:
        """Say what one finds a post."""
        member_id = self.web.require_member()
        self.rooms().experiences.react(post_id, member_id, request.form.get("kind", ""))
        self.web.commit()
        return self.web.see_other(self.web.url("post", post_id=post_id))

    def take_back(self, post_id: int) -> ResponseReturnValue:
        """Take a reaction back."""
        member_id = self.web.require_member()
        self.rooms().experiences.take_back(post_id, member_id, request.form.get("kind", ""))
        self.web.commit()
        return self.web.see_other(self.web.url("post", post_id=post_id))

    # -- read --

    def post(self, post_id: int) -> ResponseReturnValue:
        """Show a post: who wrote it, of which purchase, and what became of that."""
        rooms, member_id = self.rooms(), self.web.member_id()
        post = rooms.experiences.post(post_id)
        reactions = rooms.experiences.reactions
        author, address = rooms.members.name(post.author_id), self._product_address(post)
        pictures = rooms.experiences.pictures.of(post.id)
        preview = preview_of(self.web, post, author=author, pictures=pictures, product=address)
        return self.web.render(
            "community/experiences/post.html",
            title=post.title,
            head=head_of(self.web, preview),
            post=post,
            body=safe_html(post.body),
            author=author,
            label=self._label_of(post),
            address=address,
            fates=[(FATES[one.fate], one.at) for one in rooms.experiences.fates(post.id)],
            counts=reactions.counts([post.id])[post.id],
            given=reactions.given(post.id, member_id) if member_id else frozenset(),
            kinds=REACTIONS,
            is_mine=member_id == post.author_id,
        )

    def history(self, post_id: int) -> ResponseReturnValue:
        """Show the texts that edits have replaced."""
        post = self.rooms().experiences.post(post_id)
        older = self.rooms().experiences.revisions(post.id)
        return self.web.render(
            "community/experiences/history.html",
            title=gettext("Earlier texts of %(title)s", title=post.title),
            post=post,
            revisions=[(one, safe_html(one.body)) for one in reversed(older)],
        )

    def feed(self, *, label: Label, community: Community, **_: Any) -> Markup:
        """Return the posts of a label's community, as a panel of the label's page."""
        tab = request.args.get("tab", "useful")
        if tab not in TABS:
            raise Refused(gettext("There is no such tab."), field="tab")
        here = f"feed of {community.id} by {tab}"
        place = self.cursors.read(request.args.get("after"), of=here, field="after")
        feeds = self.rooms().experiences.feeds
        after = (place[0], place[1]) if place else None
        page = feeds.of_community(community.id, tab, after=after, limit=PAGE)
        return self.web.part(
            "community/experiences/feed.html",
            label=label,
            tab=tab,
            tabs=TABS,
            after=page.after and self.cursors.write(page.after, of=here),
            **self._cards(page.posts),
        )

    def unanswered(self, *, community: Community, **_: Any) -> Markup:
        """Return what nobody has answered, as a panel for the hosts of a label."""
        rooms = self.rooms()
        posts = rooms.experiences.unanswered.of_community(community.id)
        if not posts:
            return Markup()
        return self.web.part(
            "community/experiences/unanswered.html",
            posts=posts,
            firsts=rooms.experiences.unanswered.first_of(posts),
            names=rooms.members.names(post.author_id for post in posts),
            now=rooms.experiences.clock(),
        )

    # -- below --

    def _composer(
        self,
        member_id: int,
        line_id: int,
        *,
        preview: Markup | None = None,
        error: Refused | None = None,
    ) -> ResponseReturnValue:
        rooms = self.rooms()
        line = rooms.experiences.own_line(member_id, line_id)
        product = rooms.orders.product(line.product_id)
        bound = {one.id for one in rooms.communities.labels_of_product(product.id, product.field)}
        places = rooms.communities.people.places_of(member_id)
        chosen = next((place for place, label in places.items() if label.id in bound), None)
        if request.method == "POST":
            chosen = request.form.get("community", type=int)
        return self.web.render(
            "community/experiences/compose.html",
            title=gettext("Your experience with %(product)s", product=line.title),
            status=error.status if error else 200,
            line=line,
            places=places,
            chosen=chosen,
            rules=rules,
            form=request.form,
            preview=preview,
            error=error,
        )

    def _cards(self, posts: Sequence[Post]) -> dict[str, Any]:
        rooms = self.rooms()
        pictures = rooms.experiences.pictures.of_each(post.id for post in posts)
        return {
            "posts": posts,
            "covers": {post_id: several[0] for post_id, several in pictures.items()},
            "names": rooms.members.names(post.author_id for post in posts),
            "openings": {post.id: first_words(post.body, OPENING) for post in posts},
            "counts": rooms.experiences.reactions.counts(post.id for post in posts),
            "kinds": REACTIONS,
        }

    def _chosen_community(self) -> int | None:
        return self.web.form_int("community", low=1) if request.form.get("community") else None

    def _label_of(self, post: Post) -> Label | None:
        if post.community_id is None:
            return None
        communities = self.rooms().communities
        return communities.label(communities.community(post.community_id).label_id)

    def _product_address(self, post: Post) -> str | None:
        if post.product_id is None:
            return None
        orders = self.rooms().orders
        return orders.product_url(orders.product(post.product_id))
