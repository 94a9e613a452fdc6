"""The letter that goes with a remedy: for each reader in his language, as far as it was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

from ..errors import Refused
from ..i18n import Languages, gettext
from ..members.service import MemberService
from ..money import Money
from ..orders.models import Line
from .models import Complaint
from .rules import PAYING, letter


class Written(Protocol):
    """A remedy, or what shall become one."""

    @property
    def kind(self) -> str: ...
    @property
    def letter(self) -> str: ...
    @property
    def language(self) -> str | None: ...
    @property
    def letters(self) -> Mapping[str, str]: ...


class Letters:
    """Writes to customers; all that is ours in a letter is in its reader's language."""

    def __init__(self, members: MemberService, languages: Languages) -> None:
        self.members = members
        self.languages = languages

    def to(self, complaint: Complaint, written: Written, line: Line, amount: Money) -> str:
        """Return the letter to one customer.

        Whoever reads a language that it was not written in gets it as it is,
        under a sentence of ours that says so.
        """
        with self.languages.speaking(self.members.language(complaint.member_id)):
            reads = self.languages.current()
            text = letter(
                written.letters.get(reads, written.letter),
                name=self.members.name(complaint.member_id),
                number=complaint.id,
                product=line.title,
                amount=amount if written.kind in PAYING else None,
            )
            if written.language in (None, reads) or reads in written.letters:
                return text
            note = gettext(
                "There is no translation of this letter yet; this is how it was written:"
            )
            return f"{note}\n\n{text}"

    def readers(self, member_ids: Iterable[int]) -> dict[str, int]:
        """Return how many of these members read each language, by its tag, the shop's own first."""
        read: Counter[str] = Counter()
        for member_id in member_ids:
            with self.languages.speaking(self.members.language(member_id)):
                read[self.languages.current()] += 1
        return {tag: read[tag] for tag in self.languages.named() if read[tag]}

    def check(self, written: Written) -> None:
        """Raise Refused for a letter in a language that the shop does not speak."""
        tags = {*written.letters, *([written.language] if written.language else [])}
        if not tags <= self.languages.named().keys():
            raise Refused(gettext("The shop does not speak this language."), field="letters")
