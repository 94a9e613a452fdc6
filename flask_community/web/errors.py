"""What our own routes say when something goes wrong; the shop's error pages stay its own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Response, current_app, make_response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ..errors import CommunityError, Forbidden, NotFound, Refused
from ..i18n import gettext, marked
from .callers import Unauthenticated
from .csrf import Forged
from .headers import OURS
from .rates import TooMany

if TYPE_CHECKING:
    from .base import Web

log = logging.getLogger("flask_community")

TEXTS = {
    400: marked("The shop could not read what your browser sent."),
    404: marked("There is nothing here, or nothing that you may see."),
    405: marked("This page cannot be asked for in that way."),
    413: marked("That is more than this page takes. Send less, or smaller files."),
    415: marked("This page takes forms only."),
    429: marked("That was often. Wait a little, then try again."),
    500: marked("Something broke on our side. Nothing was changed; please try again."),
}
"""What each fault is to the person who meets it: never what was sent, and never why."""

TITLES = {
    "failed": marked("That did not work"),
    "locked": marked("This is not open to you"),
    "missing": marked("There is nothing here"),
}
"""The kinds of error page, each with its heading."""


class ErrorPages:
    """Answers for our blueprint, and for nothing else."""

    def __init__(self, web: Web) -> None:
        self._web = web
        web.blueprint.register_error_handler(CommunityError, self._refused)
        for status in TEXTS:
            web.blueprint.register_error_handler(status, self._failed)
        web.blueprint.before_app_request(self._wrong_method)

    def _refused(self, error: CommunityError) -> ResponseReturnValue:
        if not isinstance(error, Refused):
            raise error  # a fault of the set-up is for the developer, not for the visitor
        self._web.session().rollback()
        if isinstance(error, Unauthenticated) and (login := self._login_page()):
            return self._web.see_other(login)
        # An error without words of its own says its docstring, which is in the catalogs.
        message = gettext(str(error))
        response = self._page(error.status, message, _kind_of(error))
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.seconds)
        return response

    def _failed(self, error: HTTPException) -> Response:
        status = error.code if error.code in TEXTS else 500
        self._forget()
        kind = "missing" if status == 404 else "failed"
        response = self._page(status, gettext(TEXTS[status]), kind)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.allow.update(error.valid_methods)
        return response

    def _wrong_method(self) -> Response | None:
        """Answer for one of our routes that another method was sent to.

        No view and no blueprint was found for it, so that only this is asked.
        """
        error = request.routing_exception
        if not isinstance(error, MethodNotAllowed) or not self._is_our_route(error):
            return None
        request.environ[OURS] = True
        return self._failed(error)

    def _is_our_route(self, error: MethodNotAllowed) -> bool:
        adapter = current_app.create_url_adapter(request)
        if adapter is None or not error.valid_methods:
            return False
        try:
            endpoint, _ = adapter.match(method=next(iter(error.valid_methods)))
        except HTTPException:
            return False
        return str(endpoint).startswith(f"{self._web.blueprint.name}.")

    def _page(self, status: int, message: str, kind: str) -> Response:
        title = gettext(TITLES[kind])
        try:
            return self._web.render(
                "community/error.html", title=title, status=status, message=message, kind=kind
            )
        except Exception:
            if status < 500:
                raise
            log.exception("not even the error page can be made")
            return make_response(f"{title}. {message}\n", status, {"Content-Type": "text/plain"})

    def _forget(self) -> None:
        try:
            self._web.session().rollback()
        except Exception:
            log.exception("the session cannot be rolled back")

    def _login_page(self) -> str | None:
        manager = getattr(current_app, "login_manager", None)
        endpoint = self._web.settings.login_endpoint or getattr(manager, "login_view", None)
        if not endpoint:
            return None
        wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return url_for(endpoint, next=wanted)


def _kind_of(error: Refused) -> str:
    if isinstance(error, NotFound):
        return "missing"
    is_role = isinstance(error, Forbidden) and not isinstance(error, Forged)
    return "locked" if is_role else "failed"
