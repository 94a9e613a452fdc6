"""Pictures as they travel: in as base64, out as addresses."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields

from ..files.models import ALT_LENGTH
from ..files.service import Files, NewPicture
from ..i18n import gettext
from .fields import Listed, Text, Whole, Wire


class Base64(fields.String):
    """A file, as standard base64."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"contentEncoding": "base64"}, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        try:
            return base64.b64decode(value.encode("ascii"), validate=True)
        except (AttributeError, ValueError, binascii.Error):
            raise ValidationError(gettext("This must be a file in base64.")) from None


class NewPictureSchema(Wire):
    """A JPEG, PNG or WebP, and what it shows."""

    content = Base64(required=True)
    alt = Text(most=ALT_LENGTH, required=True, allow_none=True)
    """What it shows in words; null if it only decorates."""


class PictureSchema(Wire):
    """A picture in the shop's storage."""

    id = Whole()
    url = fields.String()
    width = Whole()
    height = Whole()
    alt = fields.String()


class NewPictures(Listed):
    """Pictures to be taken in."""

    def __init__(self) -> None:
        super().__init__(fields.Nested(NewPictureSchema), most=20)


def taken_in(files: Files, sent: Sequence[Mapping[str, Any]], *, held: int = 0) -> list[NewPicture]:
    """Return what was sent, checked and ready to be kept, as `Files.sent()` does for forms.

    Raises Refused for pictures that cannot be taken, and for more than there is room for.
    """
    if len(sent) > files.room(held):
        raise ValidationError({"pictures": [gettext("There is no room for so many pictures.")]})
    return [
        files.take_in(one["content"], one["alt"], name="pictures", alt_name="pictures")
        for one in sent
    ]
