"""Describes the API as OpenAPI 3.1, out of the very schemas that it runs on.

Needs the extra `openapi` (apispec), which a shop does not: the description is
shipped as openapi.json, and a test fails when that is stale.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from .fields import Wire
from .operation import ANYBODY, DESK, OWNER, SETTLER, TEXTS, Operation
from .problems import KINDS, TYPE

DEFAULT_PREFIX = "/community/api/v1"

_WHO = {
    DESK: "For moderators, within their remit.",
    OWNER: "For the owner of the shop.",
    SETTLER: "For the owner of the shop and its leads.",
}

_ABOUT = """\
Everything that the pages of the community do. Refusals are problem+json (RFC 9457).
Lists go on with the signed `cursor` that `next` and the Link header give. Money is
whole minor units with a currency, times are RFC 3339 in UTC. A request that carries
cookies must come from the shop's own pages (or carry the shop's CSRF token); one with a
bearer token needs neither."""

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Names this wish: sent again, it has no second effect and the same answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{8,60}$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "ETag of the version that this is decided on.",
    "schema": {"type": "string"},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "ETag that one has: answered with 304 while it is still so.",
    "schema": {"type": "string"},
}


def shipped(prefix: str) -> dict[str, Any]:
    """Return the shipped description, for an API that is served under `prefix`."""
    text = files("flask_community").joinpath("openapi.json").read_text(encoding="utf-8")
    description: dict[str, Any] = json.loads(text)
    description["servers"] = [{"url": prefix}]
    return description


def text_of(operations: Iterable[Operation]) -> str:
    """Return the description as the text that is shipped."""
    return json.dumps(describe(operations), indent=1, ensure_ascii=False) + "\n"


def describe(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the description of these operations."""
    from apispec import APISpec
    from apispec.ext.marshmallow import MarshmallowPlugin

    spec = APISpec(
        title="flask_community",
        version="1",
        openapi_version="3.1.0",
        info={"description": _ABOUT, "license": {"name": "BSD-3-Clause"}},
        servers=[{"url": DEFAULT_PREFIX}],
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
    )
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    cookie = {"type": "apiKey", "in": "cookie", "name": "session"}
    spec.components.security_scheme("cookie", cookie)
    spec.components.schema("Problem", _PROBLEM)
    for status, (_, title) in KINDS.items():
        content = {"application/problem+json": {"schema": "Problem"}}
        spec.components.response(_problem_name(status), {"description": title, "content": content})
    sent: dict[str, type[Wire]] = {}
    told: dict[str, type[Wire]] = {}
    for one in operations:
        spec.path(path=one.rule, operations={one.method.lower(): _operation(one)})
        sent.update(_schemas(one.body))
        told.update(_schemas(one.answer))
    described: dict[str, Any] = json.loads(json.dumps(spec.to_dict()))
    schemas = described["components"]["schemas"]
    for name, kind in {**sent, **told}.items():
        schemas[name]["description"] = inspect.getdoc(kind)
    for name in told:
        # An answer always has all of its fields.
        schemas[name]["required"] = sorted(schemas[name]["properties"])
    return described


def _operation(one: Operation) -> dict[str, Any]:
    words = inspect.getdoc(one.view) or ""
    summary, _, more = words.partition("\n\n")
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": summary.rstrip("."),
        "tags": [one.rule.split("/")[1]],
        "security": [{}] if one.who == ANYBODY else [{"bearer": []}, {"cookie": []}],
        "parameters": _parameters(one),
        "responses": _answers(one),
    }
    if about := " ".join(filter(None, [more, _WHO.get(one.who)])):
        described["description"] = about
    if one.body is not None:
        content = {"application/json": {"schema": type(one.body)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(one: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [_part(name) for name in one.parts]
    if one.query is not None:
        for name, field in one.query.fields.items():
            limits = field.metadata
            kind = {"AskedWhole": "integer", "AskedFlag": "boolean"}.get(
                type(field).__name__, "string"
            )
            schema = {"type": kind, **limits}
            found.append({"name": name, "in": "query", "schema": schema})
    if one.key:
        found.append({**_KEY, "required": one.key == "required"})
    if one.guards:
        found.append(_IF_MATCH)
    if one.is_tagged:
        found.append(_IF_NONE_MATCH)
    return found


def _part(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 10**15 - 1}
    if name in TEXTS:
        schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _answers(one: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if one.answer is None:
        found["204"] = {"description": "Done."}
    else:
        found[str(one.status)] = {
            "description": (inspect.getdoc(type(one.answer)) or "").partition("\n")[0],
            "content": {"application/json": {"schema": _schema(one)}},
            **({"headers": headers} if (headers := _headers(one)) else {}),
        }
    if one.is_tagged:
        found["304"] = {"description": "It is as one has it."}
    for status in one.problems():
        found[str(status)] = {"$ref": f"#/components/responses/{_problem_name(status)}"}
    return dict(sorted(found.items()))


def _problem_name(status: int) -> str:
    return KINDS[status][0].title().replace("-", "")


def _schema(one: Operation) -> Any:
    if not one.is_list:
        return type(one.answer)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": type(one.answer)},
            "next": {"type": ["string", "null"]},
        },
    }


def _headers(one: Operation) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    found = {
        "ETag": one.is_tagged or bool(one.guards),
        "Link": one.is_list,
        "Location": one.at is not None,
    }
    return {name: text for name, is_sent in found.items() if is_sent}


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    name = str(kind.__name__).removesuffix("Schema")
    # Slices name their schemas alike: what is told apart by module is told apart here.
    room = kind.__module__.split(".")[-2]
    return f"{room.title()}{name}" if name in _ALIKE else name


def _schemas(schema: Wire | None) -> dict[str, type[Wire]]:
    """Return a schema and all that it holds, by name."""
    if schema is None:
        return {}
    found = {_name(schema): type(schema)}
    for field in schema.fields.values():
        inner: Any = getattr(field, "inner", field)
        found.update(_schemas(getattr(inner, "schema", None)))
    return found


_ALIKE = frozenset({"Person", "Line", "Item", "Order"})

_PROBLEM = {
    "type": "object",
    "description": "Why a request was refused.",
    "additionalProperties": False,
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "pattern": f"^{TYPE}"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
