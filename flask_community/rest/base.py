"""Serves operations under one prefix: guard, who, what, do, commit, answer; or one problem."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound as NothingRouted

from ..errors import NotFound
from ..i18n import gettext
from ..web import Web
from ..web.headers import OURS
from .asked import body_of, list_of, loaded, part, query_of
from .cursors import Cursors
from .fields import Wire
from .guard import check_origin, exempt_from_host
from .keys import RequestKeys
from .operation import ANYBODY, DESK, OWNER, ListQuery, Operation, Page
from .problems import (
    BadRequest,
    ChangedSince,
    VersionNeeded,
    problem_of,
)
from .spec import shipped
from .wire import json_bytes, json_response, raw_response

API_BLUEPRINT = "flask_community_api"
"""Name of the API's blueprint, apart from the pages' one and its guards."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Answer = TypeVar("Answer")

_KEY = re.compile(r"[\x21-\x7e]{8,60}")
_ELSE = "nothing_here"


class Remits(Protocol):
    """What the base asks of the service of communities."""

    def remit_of(self, member_id: int) -> object:
        """Return what a member may moderate; raises Forbidden if nothing."""


class Rooms(Protocol):
    """What the base needs of the services of one request."""

    @property
    def communities(self) -> Remits:
        """Who moderates."""

    @property
    def request_keys(self) -> RequestKeys:
        """What was asked before."""


class Api:
    """Handed to the API class of every slice; holds no state of a request."""

    def __init__(self, blueprint: Blueprint, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.blueprint, self.web, self.rooms = blueprint, web, rooms
        self.cursors = Cursors(web.settings)
        self.operations: dict[str, Operation] = {}
        blueprint.record(lambda state: exempt_from_host(state.app.extensions, blueprint))
        # The shop may set Flask-WTF up after us, and then its turn comes after this one.
        blueprint.before_app_request(self._exempt)
        blueprint.before_app_request(self._beyond)
        blueprint.add_url_rule("/openapi.json", "openapi", self._describe, methods=["GET"])
        for rule in ("", "/", "/<path:rest>"):
            blueprint.add_url_rule(
                rule,
                _ELSE,
                self._nothing,
                methods=[*METHODS, "OPTIONS", "TRACE"],
                provide_automatic_options=False,
            )

    def begin_with(self, step: Callable[[], None]) -> None:
        """Do `step` ahead of every request; where it fails, a problem is the answer too."""
        self.blueprint.before_request(lambda: self._guarded(step))

    # -- what there is --

    def get(self, rule: str, view: Callable[..., Any], answer: Wire, **more: Any) -> None:
        """Serve one thing, with its ETag."""
        self.add(Operation(method="GET", rule=rule, view=view, answer=answer, **more))

    def list(self, rule: str, view: Callable[..., Any], answer: Wire, **more: Any) -> None:
        """Serve a list; the view gets `after` and `limit` and returns a Page."""
        query = more.pop("query", None) or ListQuery()
        more = {**more, "query": query, "is_list": True}
        self.add(Operation(method="GET", rule=rule, view=view, answer=answer, **more))

    def post(self, rule: str, view: Callable[..., Any], **more: Any) -> None:
        """Serve a verb, or the making of something."""
        self.add(Operation(method="POST", rule=rule, view=view, **more))

    def put(self, rule: str, view: Callable[..., Any], **more: Any) -> None:
        """Serve what may be done twice with one effect."""
        self.add(Operation(method="PUT", rule=rule, view=view, **more))

    def patch(self, rule: str, view: Callable[..., Any], **more: Any) -> None:
        """Serve the change of a part."""
        self.add(Operation(method="PATCH", rule=rule, view=view, **more))

    def delete(self, rule: str, view: Callable[..., Any], **more: Any) -> None:
        """Serve an end."""
        self.add(Operation(method="DELETE", rule=rule, view=view, **more))

    def add(self, operation: Operation) -> None:
        """Serve an operation."""
        self.operations[operation.name] = operation

        def view(**path: str) -> Response:
            return self._guarded(lambda: self._serve(operation, path))

        self.blueprint.add_url_rule(
            operation.flask_rule,
            operation.name,
            view,
            methods=[operation.method],
            provide_automatic_options=False,
        )

    # -- one request --

    def _guarded(self, serve: Callable[[], Answer]) -> Answer | Response:
        try:
            return serve()
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            self.web.session().rollback()
            return problem.response()

    def _serve(self, operation: Operation, path: Mapping[str, str]) -> Response:
        check_origin(self.web.settings)
        values: dict[str, Any] = self._who(operation)
        values.update({name: part(name, text) for name, text in path.items()})
        body = body_of(operation, self.web.settings)
        if operation.limit:
            self.web.limit(operation.limit)
        if operation.first:
            operation.first()
        if operation.key:
            return self._once(operation, values, body)
        return self._answer(operation, values, body)

    def _who(self, operation: Operation) -> dict[str, int]:
        if operation.who == ANYBODY:
            return {}
        if operation.who == OWNER:
            return {"member_id": self.web.require_role("owner")}
        member_id = self.web.require_member()
        if operation.who == DESK:
            # Here, not only in the view: a kept answer is not told to whoever lost his role.
            self.rooms().communities.remit_of(member_id)
        return {"member_id": member_id}

    def _answer(self, operation: Operation, values: dict[str, Any], body: Any) -> Response:
        return self._sent(operation, *self._done(operation, values, body))

    def _done(
        self, operation: Operation, values: dict[str, Any], body: Any, **more: Any
    ) -> tuple[Any, dict[str, str]]:
        """Do what is asked; return what is sent, as JSON values, and its own headers."""
        self._check_version(operation, values)
        asked = {**query_of(operation, values, self.cursors), **loaded(operation.body, body)}
        return self._shown(operation, values, operation.view(**values, **asked, **more))

    def _shown(
        self, operation: Operation, values: Mapping[str, Any], found: Any
    ) -> tuple[Any, dict[str, str]]:
        if operation.answer is None:
            return None, {}
        if not operation.is_list:
            answer = operation.answer.dump(found)
            return answer, self._location(operation, answer)
        rows: Page = found
        after = None
        if rows.place is not None:
            after = self.cursors.write(rows.place, of=list_of(operation, values))
        items = operation.answer.dump(rows.rows, many=True)
        return {"items": items, "next": after}, _next_link(after)

    def _sent(self, operation: Operation, answer: Any, headers: dict[str, str]) -> Response:
        if not operation.is_read or operation.who != ANYBODY:
            self.web.commit()
        if operation.answer is None:
            return raw_response(b"", 204, headers=headers)
        raw = json_bytes(answer)
        if operation.is_tagged or (operation.guards and self._shows_same(operation)):
            headers["ETag"] = _tag(raw)
        if operation.is_tagged and request.if_none_match.contains_weak(_tag(raw).strip('"')):
            return raw_response(b"", 304, headers=headers)
        return raw_response(raw, operation.status, headers=headers)

    # -- once --

    def _once(self, operation: Operation, values: dict[str, Any], body: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None and operation.key == "optional":
            return self._answer(operation, values, body)
        if key is None or not _KEY.fullmatch(key):
            message = gettext("Send an Idempotency-Key of 8 to 60 characters, new for each wish.")
            raise BadRequest(message, field="Idempotency-Key")
        keys, member_id = self.rooms().request_keys, values["member_id"]
        asked = [operation.name, values, body]
        row, is_first = keys.begin(member_id, key, asked)
        if not is_first:
            self.web.commit()
            headers = {"Location": row.location} if row.location else {}
            return raw_response((row.answer or "").encode(), row.status or 200, headers=headers)
        more = {"request_key": key} if operation.key == "required" else {}
        answer, headers = self._done(operation, values, body, **more)
        text = "" if operation.answer is None else json_bytes(answer).decode()
        status = operation.status if text else 204
        keys.keep(row, status=status, answer=text, location=headers.get("Location"))
        return self._sent(operation, answer, headers)

    # -- versions --

    def _check_version(self, operation: Operation, values: Mapping[str, Any]) -> None:
        """Compare If-Match with the guarded thing as it is now.

        What changes between this look and the write is found by the service,
        whose UPDATE names the state that it leads from.
        """
        if operation.guards is None:
            return
        if "If-Match" not in request.headers:
            raise VersionNeeded
        shown = self.operations[operation.guards]
        wanted = {name: values[name] for name in (*shown.parts, "member_id")}
        assert shown.answer is not None
        raw = json_bytes(shown.answer.dump(shown.view(**wanted)))
        if not request.if_match.contains(_tag(raw).strip('"')):
            raise ChangedSince

    def _shows_same(self, operation: Operation) -> bool:
        guarded = self.operations[operation.guards or ""]
        return type(guarded.answer) is type(operation.answer)

    def _location(self, operation: Operation, answer: Mapping[str, Any]) -> dict[str, str]:
        if operation.at is None:
            return {}
        shown = self.operations[operation.at]
        path = {name: answer[name] for name in shown.parts}
        return {"Location": url_for(f"{API_BLUEPRINT}.{shown.name}", **path)}

    # -- everything else under the prefix --

    def _describe(self) -> Response:
        return json_response(shipped(f"{request.root_path}{self.blueprint.url_prefix}"), 200)

    def _exempt(self) -> None:
        if request.blueprint == API_BLUEPRINT:
            exempt_from_host(current_app.extensions, self.blueprint)

    def _beyond(self) -> Response | None:
        """Answer for what no rule can match, such as a path with a line break in it."""
        is_lost = isinstance(request.routing_exception, NothingRouted)
        if not is_lost or not request.path.startswith(f"{self.blueprint.url_prefix}/"):
            return None
        request.environ[OURS] = True
        return self._nothing()

    def _nothing(self, rest: str = "") -> Response:
        return self._guarded(self._refuse_rest)

    def _refuse_rest(self) -> Response:
        allowed = [method for method in METHODS if self._is_served(method)]
        if not allowed:
            raise NotFound
        if request.method == "OPTIONS":
            return raw_response(b"", 204, headers={"Allow": ", ".join(allowed)})
        raise MethodNotAllowed(allowed)

    @staticmethod
    def _is_served(method: str) -> bool:
        adapter = current_app.create_url_adapter(request)
        assert adapter is not None
        try:
            endpoint, _ = adapter.match(method=method)
        except HTTPException:
            return False
        return bool(endpoint != f"{API_BLUEPRINT}.{_ELSE}")


def _next_link(after: str | None) -> dict[str, str]:
    if after is None:
        return {}
    asked = {**request.args.to_dict(), "cursor": after}
    address = f"{request.root_path}{request.path}?{urlencode(asked)}"
    return {"Link": f'<{address}>; rel="next"'}


def _tag(raw: bytes) -> str:
    return f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
