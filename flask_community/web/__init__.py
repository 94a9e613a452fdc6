"""The web base under every page: who asks, what he may send, one commit, one way to answer."""

from __future__ import annotations

from .base import BLUEPRINT as BLUEPRINT, Panel as Panel, View as View, Web as Web
from .callers import Caller as Caller, Unauthenticated as Unauthenticated
from .csrf import CSRF_COOKIE as CSRF_COOKIE, CSRF_FIELD as CSRF_FIELD
from .fields import clean_text as clean_text
from .paths import (
    is_own_path as is_own_path,
    safe_next as safe_next,
    shown_image as shown_image,
)
