"""Claims about the shipped description of the API."""

from __future__ import annotations

import json
from importlib.resources import files

from flask_community.rest.spec import shipped, text_of
from tests.rest.callers import PREFIX, Caller, TokenShop
from tests.shops import Shop


def test_the_shipped_description_is_what_there_is(shop: Shop) -> None:
    there = files("flask_community").joinpath("openapi.json").read_text(encoding="utf-8")
    advice = "run: flask --app example_shop.app community openapi --output <the shipped file>"
    assert there == text_of(shop.site.api.operations.values()), advice


def test_it_is_served_to_everybody_for_the_prefix_of_the_shop(token_shop: TokenShop) -> None:
    served = Caller(token_shop).get("/openapi.json")
    assert served["openapi"].startswith("3.1")
    assert served == shipped(PREFIX)


def test_every_operation_says_what_it_takes_gives_and_refuses(shop: Shop) -> None:
    for path, methods in shipped(PREFIX)["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert {"422", "503"} <= set(operation["responses"]), where
            assert ("requestBody" in operation) <= (method != "get"), where
            assert any(status < "300" for status in operation["responses"]), where


def test_every_operation_has_a_name_of_its_own(shop: Shop) -> None:
    paths = shipped(PREFIX)["paths"].values()
    names = [operation["operationId"] for path in paths for operation in path.values()]
    assert len(names) == len(set(names)) == len(shop.site.api.operations)


def test_nothing_unknown_goes_in(shop: Shop) -> None:
    schemas = shipped(PREFIX)["components"]["schemas"]
    assert not [name for name, one in schemas.items() if one["additionalProperties"] is not False]


def test_the_command_writes_the_same(shop: Shop) -> None:
    result = shop.app.test_cli_runner().invoke(args=["community", "openapi"])
    assert result.exit_code == 0
    assert json.loads(result.output)["paths"].keys() == shipped(PREFIX)["paths"].keys()
