"""What members do among themselves: labels, stories, reactions, links, rewards."""

from __future__ import annotations

from flask_community import Money
from flask_community.earnings.rules import AccountKind, State
from flask_community.members.rules import Preferences
from flask_community.referrals.rules import Ineligible, TouchKind

from ..database import db
from ..models import Item
from .people import OWNER, Person
from .stories import Label, Share, Story
from .town import Town


class Circle:
    """Verbs of members, by the extension's own services; each is one commit."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.labels: dict[str, int] = {}
        self.posts: dict[Story, int] = {}
        self.links: dict[Share, int] = {}

    def mute_letters(self, person: Person) -> None:
        """Read what one is told in the shop alone, and get no letters."""
        self.town.rooms.members.prefer(self.town.member(person), Preferences(mail=False))
        db.session.commit()

    def read_notices(self, person: Person) -> None:
        """Read all that one was told."""
        self.town.rooms.notices.mark_read(self.town.member(person))
        db.session.commit()

    # -- labels and stories --

    def found(self, label: Label) -> None:
        """Found a label and say which products belong to it."""
        founder, rooms = self.town.member(label.founder), self.town.rooms
        made = rooms.communities.found(founder, name=label.name, statement=label.statement)
        for sku in label.products:
            product = rooms.orders.product_of(sku)
            rooms.communities.bind_product(made.id, product.id, actor_id=founder)
        self.labels[label.name] = made.id
        db.session.commit()

    def step(self, person: Person, label: str, wears: bool) -> None:
        """Wear a label, or aspire to it; whoever wears it already goes on wearing it."""
        labels, member = self.town.rooms.communities, self.town.member(person)
        wanted = self.labels[label]
        if wears:
            labels.wear(wanted, member)
        elif labels.standing(wanted, member) is None:
            labels.aspire(wanted, member)
        db.session.commit()

    def tell(self, story: Story) -> None:
        """Write down an experience with something delivered."""
        rooms, writer = self.town.rooms, self.town.member(story.writer)
        product = rooms.orders.product_of(story.sku)
        untold = rooms.experiences.untold_lines(writer)
        post = rooms.experiences.post_experience(
            writer,
            next(line.id for line in untold if line.product_id == product.id),
            title=story.title,
            body=story.body,
            community_id=self._community(story.label),
        )
        self.posts[story] = post.id
        db.session.commit()

    def react(self, person: Person, story: Story, kind: str) -> None:
        """Say what one finds of a story."""
        self.town.rooms.experiences.react(self.posts[story], self.town.member(person), kind)
        db.session.commit()

    # -- sharing --

    def share(self, share: Share) -> None:
        """Make a link to a product, a story or the home of a label."""
        rooms, product, post = self.town.rooms, None, None
        if share.sku is not None:
            product = rooms.orders.product_of(share.sku).id
        elif share.story is not None:
            post = next(key for story, key in self.posts.items() if story.title == share.story)
        sharer = self.town.member(share.who)
        link = rooms.referrals.link_for(
            sharer,
            product_id=product,
            post_id=post,
            community_id=self._community(share.label),
        ).id
        self.links[share] = link
        if share.line:
            rooms.referrals.own.say(sharer, link, share.line)
        db.session.commit()

    def look(self, share: Share, kind: TouchKind, reason: Ineligible | None) -> None:
        """Open a link and go no further; a robot's visit has a reason why it counts nothing."""
        self.town.rooms.referrals.record_visit(self.links[share], kind, reason)
        db.session.commit()

    def follow(self, person: Person, share: Share) -> None:
        """Follow a link as a member, who is known from then on to have come by it."""
        referrals, number = self.town.rooms.referrals, self.links[share]
        link = referrals.links([number])[number]
        referrals.record_visit(number, TouchKind.VISIT, None)
        referrals.join(self.town.member(person), [referrals.touch(link, TouchKind.VISIT)])
        db.session.commit()

    def thank(self, person: Person, said: str) -> None:
        """Thank whoever led somebody to what has reached him last, if he owes thanks."""
        thanks, member = self.town.rooms.referrals.thanks, self.town.member(person)
        for owed in thanks.owed_by(member)[:1]:
            thanks.say(member, owed.id, said, by_name=True)
        db.session.commit()

    # -- rewards --

    def cash_out(self, person: Person) -> int | None:
        """Ask for all that is available, if that is enough; return the payout's id."""
        earnings, amount = self.town.rooms.earnings, self._available(person)
        if amount.minor < self.town.site.settings.payout_minimum:
            return None
        payout = earnings.cash_out(self.town.member(person), amount, self._key(person))
        db.session.commit()
        return payout.id

    def take_credit(self, person: Person) -> None:
        """Take all that is available as store credit; the shop gives it in the evening."""
        amount = self._available(person)
        if amount.minor:
            member = self.town.member(person)
            self.town.rooms.earnings.take_credit(member, amount, self._key(person))
        db.session.commit()

    def _available(self, person: Person) -> Money:
        currency = self.town.site.settings.currency
        balances = self.town.rooms.earnings.balances_of(self.town.member(person))
        return Money(balances.get(currency, {}).get(AccountKind.AVAILABLE, 0), currency)

    def _key(self, person: Person) -> str:
        return f"{person.slug}:{self.town.site.clock().date()}"

    def pay_out(self, person: Person) -> None:
        """Send what somebody has asked for, by the owner's hand."""
        earnings = self.town.rooms.earnings
        for payout in earnings.payouts_of(self.town.member(person)):
            if payout.state == State.IN_PAYOUT:
                reference = f"BANK-{payout.id:05}"
                actor = self.town.member(OWNER)
                earnings.payout_sent(payout.id, actor_id=actor, reference=reference)
        db.session.commit()

    def paid_line(self, person: Person) -> Item | None:
        """Return a line of the shop whose reward has been paid out to somebody."""
        rooms = self.town.rooms
        for reward in rooms.earnings.rewards_of(self.town.member(person)):
            if reward.earning.state == State.PAID:
                key = rooms.orders.line(reward.earning.line_id).line_key
                return db.session.get(Item, int(key))
        return None

    # -- below --

    def _community(self, label: str | None) -> int | None:
        if label is None:
            return None
        return self.town.rooms.communities.community_of(self.labels[label]).id
