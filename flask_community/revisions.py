"""Brings our tables into the shop's database: through its own migrations, or without any.

A shop has one migration history, and it is the shop's. The revisions we ship
are copied onto its head by `install`, with the shop's table names and key types
written into each copy, so that nothing in the copy depends on this package.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects import mysql, postgresql, sqlite

from .errors import BindingError, ConfigError
from .host import Binding, Role
from .models import binding_of
from .tables import own_tables

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

PACKAGE = "flask_community.migrations"
"""Where the shipped revisions lie; in a checkout its folder is not below ours."""

HOST_BLOCK = re.compile(r"(?<=# -- host --\n).*?(?=# -- end of host --\n)", re.DOTALL)
"""The lines of a shipped revision that `install` writes anew."""

_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_DOWN_REVISION = re.compile(r"^down_revision = .*$", re.MULTILINE)
_KEEPS_OUT = "flask_community keeps out of autogenerate until it is installed"


@dataclass(frozen=True)
class Shipped:
    """A revision as it comes with this package."""

    id: str
    file: str
    text: str


@dataclass(frozen=True)
class Home:
    """Where the shop keeps its migrations."""

    directory: Path
    upgrade_command: str
    """What the shop's people run to upgrade their database."""

    def scripts(self) -> ScriptDirectory:
        """Return the shop's history, read anew."""
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        beside = [self.directory / "alembic.ini", self.directory.parent / "alembic.ini"]
        config = Config(next((ini for ini in beside if ini.is_file()), None))
        config.set_main_option("script_location", str(self.directory).replace("%", "%%"))
        return ScriptDirectory.from_config(config)


def home_of(app: Flask, directory: Path | None = None) -> Home:
    """Return where an app keeps its migrations; raises ConfigError if it has none."""
    try:
        import alembic  # noqa: F401
    except ImportError:
        raise ConfigError(
            "Alembic is missing: run pip install 'flask-community[migrate]', or, in a shop "
            "that wants no migrations, flask community create-tables"
        ) from None
    folder = directory or _default_folder(app)
    if not (folder / "env.py").is_file():
        raise ConfigError(
            f"{folder} holds no migrations: run flask db init and flask db migrate for your own "
            "tables first, or name the folder with --directory"
        )
    uses_flask_migrate = "migrate" in app.extensions
    return Home(folder, "flask db upgrade" if uses_flask_migrate else "alembic upgrade head")


def has_history(app: Flask) -> bool:
    """Tell whether an app keeps migrations where Flask-Migrate would look for them."""
    return "migrate" in app.extensions and (_default_folder(app) / "env.py").is_file()


def shipped() -> list[Shipped]:
    """Return the revisions of this release, the first one first."""
    folder = files(PACKAGE).joinpath("versions")
    texts = {
        file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".py")
    }
    found = [
        Shipped(match[1], name, text)
        for name, text in texts.items()
        if (match := _REVISION.search(text))
    ]
    return sorted(found, key=lambda revision: revision.id)


def missing(home: Home) -> list[Shipped]:
    """Return the shipped revisions that the shop's history does not hold yet."""
    held = {script.revision for script in home.scripts().walk_revisions()}
    return [revision for revision in shipped() if revision.id not in held]


def install(home: Home, binding: Binding) -> list[Path]:
    """Copy the missing revisions onto the shop's head; return the files written.

    :raises ConfigError: the shop's history has several heads, or none.
    """
    wanted = missing(home)
    if not wanted:
        return []
    scripts = home.scripts()
    head, folder = _head(scripts)
    block = host_block(binding)
    written = []
    for revision in wanted:
        path = folder / revision.file
        path.write_text(frozen(revision, down_revision=head, block=block), "utf-8")
        written.append(path)
        head = revision.id
    return written


def frozen(revision: Shipped, *, down_revision: str | None, block: str) -> str:
    """Return a shipped revision as a shop owns it."""
    text = _DOWN_REVISION.sub(f"down_revision = {_quoted(down_revision)}", revision.text, count=1)
    return HOST_BLOCK.sub(lambda _: block, text, count=1)


def host_block(binding: Binding) -> str:
    """Return the lines that tell a revision which tables it stands beside."""
    host = binding.host
    metadata = host.member.key.table.metadata
    roles = [host.member, host.product, host.order]
    keys = [type_expression(role.key.type) for role in roles]
    dialects = sorted(
        {name for key in keys for name in re.findall(r"\b(mysql|postgresql|sqlite)\.", key)}
    )
    lines = [f"from sqlalchemy.dialects import {', '.join(dialects)}"] if dialects else []
    lines += [
        f"SCHEMA: str | None = {_quoted(metadata.schema)}",
        f"BIND = {_quoted(metadata.info.get('bind_key') or '')}",
    ]
    for role, key in zip(roles, keys, strict=True):
        name = role.name.upper()
        lines += [f"{name} = {_quoted(_address(role))}", f"{name}_KEY = {key}"]
    return "".join(f"{line}\n" for line in lines)


def type_expression(kind: sa.types.TypeEngine[Any]) -> str:
    """Return Python for a column type, without a word of the shop's own code.

    A TypeDecorator is written as what it becomes on each database, so that the
    revision still runs when the shop has long dropped the class.
    """
    spelled = {name: _spelled(_plain(kind, dialect)) for name, dialect in _DIALECTS.items()}
    base = max(spelled.values(), key=list(spelled.values()).count)
    variants = [
        f".with_variant({spelling}, {_ALSO[name]})"
        for name, spelling in spelled.items()
        if spelling != base
    ]
    return base + "".join(variants)


def keep_out_of_autogenerate() -> None:
    """Keep our tables out of `flask db migrate` until the shop's history holds them.

    They come from `install`; a revision of the shop's that made them too would
    collide with it. Does nothing in a process without Alembic.
    """
    if "alembic" not in sys.modules or getattr(sys.modules["alembic"], _KEEPS_OUT, False):
        return
    from alembic.autogenerate import comparators

    setattr(sys.modules["alembic"], _KEEPS_OUT, True)
    try:
        from alembic.util import DispatchPriority
    except ImportError:  # before Alembic 1.18 they run in the order of their registration
        comparators.dispatch_for("schema")(_drop_ours)
    else:
        comparators.dispatch_for("schema", priority=DispatchPriority.LAST)(_drop_ours)


# -- below --

_DIALECTS: dict[str, sa.Dialect] = {
    "postgresql": postgresql.dialect(),  # type: ignore[no-untyped-call]
    "mysql": mysql.dialect(),
    "sqlite": sqlite.dialect(),
}
_ALSO = {"postgresql": '"postgresql"', "mysql": '"mysql", "mariadb"', "sqlite": '"sqlite"'}
_NAMESPACES = {"sa": sa, "postgresql": postgresql, "mysql": mysql, "sqlite": sqlite}


def _plain(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
    kind = kind._variant_mapping.get(dialect.name, kind)
    if isinstance(kind, sa.types.TypeDecorator):
        return _plain(kind.load_dialect_impl(dialect), dialect)
    return kind


def _spelled(kind: sa.types.TypeEngine[Any]) -> str:
    arguments = repr(kind).partition("(")[2]
    for cls in type(kind).mro()[: -len(sa.types.TypeEngine.mro())]:
        for prefix, namespace in _NAMESPACES.items():
            # Dialects have classes of their own under the public ones.
            if getattr(namespace, cls.__name__, None) is cls:
                return f"{prefix}.{cls.__name__}({arguments}"
    raise BindingError(f"{kind!r} is no key type that a revision could name")


def _address(role: Role) -> str:
    return f"{role.key.table.fullname}.{role.key.name}"


def _quoted(text: str | None) -> str:
    return "None" if text is None else '"' + text.replace('"', '\\"') + '"'


def _head(scripts: ScriptDirectory) -> tuple[str, Path]:
    """Return the one head of the shop's history, and the folder it lies in."""
    heads = scripts.get_heads()
    if not heads:
        raise ConfigError("your history is empty: run flask db migrate for your own tables first")
    if len(heads) > 1:
        raise ConfigError(
            f"your history has several heads ({', '.join(sorted(heads))}): "
            "run flask db merge heads, then this command again"
        )
    return heads[0], Path(scripts.get_revision(heads[0]).path).parent


def _drop_ours(context: Any, upgrade_ops: Any, _schemas: Any) -> None:
    """Take what concerns our tables out of a comparison, while a revision is missing."""
    scripts = context.migration_context.script
    if scripts is None or not _lacks_ours(scripts):
        return
    metadatas = context.metadata if isinstance(context.metadata, Sequence) else [context.metadata]
    bound = [binding for each in metadatas if (binding := binding_of(each)) is not None]
    ours = {(t.schema, t.name) for binding in bound for t in own_tables(binding)}
    upgrade_ops.ops = [
        op for op in upgrade_ops.ops if (op.schema, getattr(op, "table_name", None)) not in ours
    ]
    # Below Alembic's own name: hosts configure that one, and silence what they do not know.
    log = logging.getLogger("alembic.autogenerate.flask_community")
    log.info("Left the tables of flask_community to `flask community install`")


def _default_folder(app: Flask) -> Path:
    return Path(getattr(app.extensions.get("migrate"), "directory", None) or "migrations")


def _lacks_ours(scripts: ScriptDirectory) -> bool:
    held = {script.revision for script in scripts.walk_revisions()}
    return any(revision.id not in held for revision in shipped())


# `flask db` and Alembic's own command load Alembic before they load the shop.
keep_out_of_autogenerate()
