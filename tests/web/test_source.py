"""Claims about what the code does not do, read from the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import flask_community

PACKAGE = Path(flask_community.__file__).parent
TEMPLATES = sorted((PACKAGE / "templates").rglob("*"))
CODE = {file: ast.parse(file.read_text("utf-8")) for file in sorted(PACKAGE.rglob("*.py"))}


def imports(*, but: Collection[Path] = ()) -> set[str]:
    """Return the dotted names of all that our code imports, some files aside."""
    found: set[str] = set()
    for tree in (tree for file, tree in CODE.items() if file not in but):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found |= {f"{node.module}.{name.name}" for name in node.names} | {str(node.module)}
    return found


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Yield the calls of functions and methods of these names."""
    for file, tree in CODE.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in names:
                    yield file, node


def test_nothing_of_ours_asks_another_machine() -> None:
    outgoing = {"requests", "httpx", "socket", "smtplib", "ftplib", "aiohttp", "urllib3"}
    used = {name for name in imports() if name.split(".")[0] in outgoing}
    used |= {name for name in imports() if name.startswith(("urllib.request", "http.client"))}
    assert used == set()


def test_nothing_of_ours_runs_what_it_is_given() -> None:
    risky = {"pickle", "marshal", "shelve", "subprocess", "xml"}
    # `flask community init` asks git what is not committed yet; no page leads there.
    at_a_shell = PACKAGE / "starting" / "command.py"
    assert {name for name in imports(but=[at_a_shell]) if name.split(".")[0] in risky} == set()
    assert [file.name for file, _ in calls("eval", "exec", "system", "popen")] == []


def test_hashes_are_of_the_sha_2_family_or_blake_2() -> None:
    assert [file.name for file, _ in calls("md5", "sha1")] == []


def test_what_must_not_be_guessed_comes_from_secrets() -> None:
    assert {name for name in imports() if name.split(".")[0] in ("random", "uuid")} == set()
    for file, call in calls("token_bytes"):
        size = call.args[0] if call.args else None
        assert not isinstance(size, ast.Constant) or int(str(size.value)) >= 16, file


def test_no_statement_is_put_together_from_pieces() -> None:
    for file, call in calls("text", "exec_driver_sql", "literal_column", "raw"):
        if call.args:
            assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp), (file, call.lineno)


def test_no_header_of_a_proxy_is_believed() -> None:
    for file in CODE:
        text = file.read_text("utf-8")
        assert not re.search(r"x[-_]forwarded|x[-_]real[-_]ip|access_route", text, re.I), file


def test_every_template_is_escaped_and_none_lets_html_through() -> None:
    for file in TEMPLATES:
        if file.is_file():
            assert file.suffix == ".html", file
            assert not re.search(r"\|\s*safe\b|autoescape", file.read_text("utf-8")), file
