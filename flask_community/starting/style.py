"""How a shop writes its Python: what is put into it must not look foreign."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .sources import Source

WIDTH = 88
"""No line of ours is longer."""

_STRING = re.compile(r"([A-Za-z]*)('''|\"\"\"|'|\")")


@dataclass(frozen=True)
class Style:
    """The habits of some files."""

    quote: str = '"'
    indent: str = "    "
    is_typed: bool = True
    """Whether functions say what they take and return."""

    def of(self, lines: Iterable[str]) -> list[str]:
        """Return lines that were written with four spaces and double quotes in this style."""
        return [self._line(line) for line in lines]

    def _line(self, line: str) -> str:
        text = line.lstrip(" ")
        steps, rest = divmod(len(line) - len(text), 4)
        quoted = self._requoted(text) if self.quote == "'" else text
        return self.indent * steps + " " * rest + quoted

    def _requoted(self, text: str) -> str:
        code, mark, comment = text.partition("  # ")
        if "'" in code or "\\" in code:
            return text
        return code.replace('"', "'") + mark + comment


def style_of(sources: Iterable[Source]) -> Style:
    """Return what most of these files do."""
    quotes: Counter[str] = Counter()
    indents: Counter[str] = Counter()
    typed: Counter[bool] = Counter()
    for source in sources:
        quotes.update(_quotes(source))
        indents.update(_indents(source))
        typed.update(_typed(source))
    if not quotes:
        return Style()
    return Style(
        quote="'" if quotes["'"] > quotes['"'] else '"',
        indent=indents.most_common(1)[0][0] if indents else "    ",
        is_typed=typed[True] > typed[False],
    )


# -- below --


def _quotes(source: Source) -> Iterable[str]:
    """Yield the quotation mark of each plain text that could have been written with either."""
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    try:
        for token in tokens:
            match = _STRING.match(token.string) if token.type == tokenize.STRING else None
            if (
                match
                and len(match[2]) == 1
                and not set("'\"") & set(token.string[match.end() : -1])
            ):
                yield match[2]
    except (tokenize.TokenError, IndentationError):
        return


def _indents(source: Source) -> Iterable[str]:
    """Yield how far each body at the top level is indented."""
    for node in source.tree.body:
        body = getattr(node, "body", None)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and isinstance(body, list):
            line = source.lines[body[0].lineno - 1]
            yield line[: len(line) - len(line.lstrip(" \t"))] or "    "


def _typed(source: Source) -> Iterable[bool]:
    """Yield for each function and column whether it is annotated."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef):
            yield node.returns is not None
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith("Mapped"):
            yield True
