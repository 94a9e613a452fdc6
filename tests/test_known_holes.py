"""What CI says about known holes in packages, and when it must not say that there are none."""

from __future__ import annotations

import importlib.util
import json
from types import ModuleType
from typing import Any

import pytest

from example_shop.fresh_machine import ROOT

GOOD = {"name": "flask", "version": "3.1.3", "vulns": []}
BAD = {"name": "old", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
UNKNOWN = {"name": "ours", "skip_reason": "not found"}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages})


def test_a_known_hole_is_red_and_named(audit: ModuleType) -> None:
    is_good, words = audit.verdict(said(GOOD, BAD), "")
    assert not is_good
    assert "old 1: CVE-1" in words


def test_packages_without_a_hole_are_good_and_those_not_asked_are_named(audit: ModuleType) -> None:
    is_good, words = audit.verdict(said(GOOD, UNKNOWN), "")
    assert is_good
    assert words == "1 packages without a known hole; not asked: ['ours']"


@pytest.mark.parametrize(
    ("output", "errors"), [(said(UNKNOWN), ""), ("", "requests.exceptions.ConnectionError: no")]
)
def test_a_service_out_of_reach_is_not_taken_for_a_yes(
    audit: ModuleType, output: str, errors: str
) -> None:
    is_good, words = audit.verdict(output, errors)
    assert is_good
    assert words.startswith("NOT AUDITED")


def test_a_broken_audit_is_red(audit: ModuleType) -> None:
    assert not audit.verdict("", "usage: pip-audit")[0]
