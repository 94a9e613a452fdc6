"""Puts a fragment of ours into the shop's layout, or into our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jinja2
from flask import current_app
from jinja2 import meta, nodes
from markupsafe import Markup

from ..i18n import formats, gettext, ngettext
from ..theme import scheme_of

if TYPE_CHECKING:
    from .base import Web

OWN_LAYOUT = "community/layout.html"
FRAME = "community/frame.html"


class Layouts:
    """Makes fragments, frames and whole pages for one app."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._settings = web.settings
        self._own: jinja2.Environment | None = None

    def part(self, template: str, context: Mapping[str, Any]) -> Markup:
        """Return one of our fragments."""
        page = self._env().get_template(template)
        html = page.render({**self._words(), **context})
        return Markup(html)  # nosec B704 # a template escapes what it is given

    def framed(self, body: Markup, *, with_styles: bool, nonce: str = "") -> Markup:
        """Return `body` in the one element that our style sheets touch."""
        return self.part(
            FRAME,
            {
                "body": body,
                "scheme": scheme_of(self._settings.theme),
                "sheets": self._web.sheets() if with_styles else [],
                "nonce": nonce,
            },
        )

    def page(self, body: Markup, *, title: str, head: Markup) -> str:
        """Return `body` in its frame, inside the shop's layout or our own."""
        if not self._settings.base_template:
            return self._standalone(body, title, head)
        context: dict[str, Any] = {"community_title": title, "title": title}
        # The layout is the shop's: it counts on the shop's context processors.
        current_app.update_template_context(context)
        nonce = nonce_in({**current_app.jinja_env.globals, **context})
        context.update(self._head(), community_base=self._settings.base_template)
        context["community_body"] = self.framed(body, with_styles=True, nonce=nonce)
        context["community_head"] = head
        for name, word in self._words().items():
            # In the shop's own layout these names are the shop's, such as Flask-Babel's _.
            if name not in current_app.jinja_env.globals:
                context.setdefault(name, word)
        return self._shop_page().render(context)

    def shop_blocks(self) -> list[str]:
        """Return the names of the blocks of the shop's layout, its parents' too, sorted."""
        env, names, found = current_app.jinja_env, [self._settings.base_template], set[str]()
        for name in names:
            source = env.loader and name and env.loader.get_source(env, name)[0]
            tree = env.parse(source or "")
            found.update(block.name for block in tree.find_all(nodes.Block))
            names += [one for one in meta.find_referenced_templates(tree) if one not in names]
        return sorted(found)

    def _standalone(self, body: Markup, title: str, head: Markup) -> str:
        """Return a page in our own layout, which a shop may have replaced by its own file."""
        context: dict[str, Any] = {"community_title": title, "community_head": head}
        context["community_body"] = self.framed(body, with_styles=False)
        context.update(self._head())
        current_app.update_template_context(context)
        context.update(self._words())
        return self._env().get_template(OWN_LAYOUT).render(context)

    def _head(self) -> dict[str, Any]:
        """Return what our own layout says in its head, for a shop that extends it too."""
        scheme = scheme_of(self._settings.theme)
        return {"community_sheets": self._web.sheets(), "community_scheme": scheme}

    def _words(self) -> dict[str, Any]:
        web = self._web
        return {
            "web": web,
            "url": web.url,
            "field_name": web.field_name,
            "_": gettext,
            "ngettext": ngettext,
            "fmt": formats(),
        }

    def _env(self) -> jinja2.Environment:
        """Return the shop's environment, with the syntax and the escaping that ours are written for.

        A shop may have set other delimiters, no escaping, or an undefined that raises.
        """
        shops = current_app.jinja_env
        if self._own is None or self._own.loader is not shops.loader:
            self._own = shops.overlay(**_SYNTAX)
        return self._own

    def _shop_page(self) -> jinja2.Template:
        shops = current_app.jinja_env
        start, end = shops.block_start_string, shops.block_end_string
        shown = f"{shops.variable_start_string} community_body {shops.variable_end_string}"
        block = f"{start} block {self._settings.content_block} {end}{shown}{start} endblock {end}"
        if self._settings.head_block:
            also = shown.replace("community_body", "super()") + shown.replace("_body", "_head")
            block += f"{start} block {self._settings.head_block} {end}{also}{start} endblock {end}"
        return shops.from_string(f"{start} extends community_base {end}{block}")


def nonce_in(context: Mapping[str, Any]) -> str:
    """Return the nonce of the shop's policy, where its templates know one as `csp_nonce`."""
    nonce = context.get("csp_nonce", "")
    return str(nonce() if callable(nonce) else nonce)


_SYNTAX: dict[str, Any] = {
    "block_start_string": "{%",
    "block_end_string": "%}",
    "variable_start_string": "{{",
    "variable_end_string": "}}",
    "comment_start_string": "{#",
    "comment_end_string": "#}",
    "line_statement_prefix": None,
    "line_comment_prefix": None,
    "trim_blocks": False,
    "lstrip_blocks": False,
    "autoescape": True,
    "undefined": jinja2.Undefined,
    "enable_async": False,
}
