"""The register's database: engine, versioned migrations, one transaction for each act.

SQLite in write-ahead mode, with foreign keys and full synchronisation: an act is one transaction and one wait for the
disk. Tables that record facts are append-only by trigger; a personal value can be erased and never changed. Writers
take the lock before they read, so that numbers and chain cannot fork; a second one waits up to half a minute.
Statements are SQLAlchemy Core without SQLite's own words; only triggers and settings are per dialect, and a dialect
without them is refused rather than used without its guards.

Errors of the driver leave this module as `UnwritableError` (locked, full, closed) or `MismatchError` (damaged).
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa

from docgen.errors import MismatchError, UnwritableError, UsageError
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

__all__ = [
    "GUARDS",
    "Connection",
    "Database",
    "arrivals",
    "begun",
    "decisions",
    "erasures",
    "events",
    "keys",
    "open_database",
    "personal",
]

# So that whoever joins steps in one transaction needs no word of SQLAlchemy.
Connection = sa.Connection

_BUSY_SECONDS = 30

_metadata = sa.MetaData()
_versions = sa.Table("schema_versions", _metadata, sa.Column("version", sa.Integer, primary_key=True))
events = sa.Table(
    "events",
    _metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
)
arrivals = sa.Table(
    "arrivals",
    _metadata,
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
decisions = sa.Table(
    "decisions",
    _metadata,
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["year", "number"], ["arrivals.year", "arrivals.number"]),
)
keys = sa.Table(
    "replay_keys",
    _metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("intake", sa.Text, nullable=False),
)
personal = sa.Table(
    "personal",
    _metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("content", sa.Text, nullable=True),
)
# Receipts that began and are not logged yet; a row goes in the transaction that logs its arrival.
begun = sa.Table(
    "begun_receipts",
    _metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
erasures = sa.Table(
    "erasures",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)


def _never(table: str, act: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


_APPEND_ONLY = ("events", "arrivals", "decisions", "replay_keys")
_SQLITE_GUARDS = (
    *(_never(table, act) for table in _APPEND_ONLY for act in ("UPDATE", "DELETE")),
    _never("personal", "DELETE"),
    (
        "CREATE TRIGGER personal_only_erased BEFORE UPDATE ON personal "
        "WHEN NEW.content IS NOT NULL OR NEW.digest <> OLD.digest "
        "BEGIN SELECT RAISE(ABORT, 'a personal value is erased, never changed'); END"
    ),
)
_ERASURE_GUARDS = tuple(_never("erasures", act) for act in ("UPDATE", "DELETE"))
# The triggers by name, each with its statement: `audit` names whichever is absent or another one.
GUARDS = {statement.split()[2]: statement for statement in (*_SQLITE_GUARDS, *_ERASURE_GUARDS)}


def _first(connection: sa.Connection) -> None:
    _metadata.create_all(connection, checkfirst=True)
    for guard in _SQLITE_GUARDS:
        connection.exec_driver_sql(guard)


def _second(connection: sa.Connection) -> None:
    _metadata.create_all(connection, checkfirst=True)
    for guard in _ERASURE_GUARDS:
        connection.exec_driver_sql(guard)


# Version n is made by the n-th step; steps are only ever added.
_MIGRATIONS = (_first, _second)


class Database:
    """An open register database. Use it as a context manager; `reading` and `writing` give one transaction each."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give one consistent view; nothing is written."""
        with _translated(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give one transaction that holds the writers' lock from its start: all of it is committed, or nothing."""
        with _translated(), self._engine.connect() as plain:
            connection = plain.execution_options(docgen_writes=True)
            with connection.begin():
                yield connection

    def forget_erased(self) -> None:
        """Take out of the write-ahead log what the database itself no longer has, unless another docgen reads it now.

        The database file overwrites what is erased (`secure_delete`); the log beside it would keep an older copy until
        somebody next writes as much.
        """
        with _translated(), self._engine.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sa.exc.OperationalError as exc:
        if not any(word in str(exc.orig) for word in _NOT_DAMAGE):
            raise _damaged(exc.orig) from exc
        raise UnwritableError(
            say("the register cannot be used: {why}", why=str(exc.orig)),
            say("Nothing was registered. Wait for the other docgen, or free space, and run the same command again."),
        ) from exc
    except sa.exc.DatabaseError as exc:
        if isinstance(exc, sa.exc.IntegrityError | sa.exc.ProgrammingError):
            raise
        raise _damaged(exc.orig) from exc
    except UnicodeDecodeError as exc:
        # The driver's own sentence about a damaged schema quotes it, and then cannot be read itself.
        raise _damaged(exc) from exc


# What the driver says when the file is sound but cannot be used now; all else means that it is not sound.
_NOT_DAMAGE = ("locked", "busy", "full", "readonly", "unable to open", "disk I/O")


def _damaged(exc: BaseException | None) -> MismatchError:
    return MismatchError(
        say("the register's database is damaged: {why}", why=str(exc)),
        say("Do not go on with it: restore the last good copy, then run: docgen register audit"),
    )


def _configure(dbapi: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    # SQLAlchemy's BEGIN below replaces the driver's, which would come too late for a writers' lock.
    dbapi.isolation_level = None
    # A text damaged into something that is no UTF-8 must be readable enough to be found wrong by its digest.
    dbapi.text_factory = lambda text: text.decode("utf-8", "replace")
    cursor = dbapi.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("docgen_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def open_database(url: str) -> Database:
    """Open the register at `url`, make it where there is none, and bring it to this version.

    Raises `UsageError` for an address that this version cannot guard and for a register of a newer docgen.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as exc:
        raise UsageError(say("“{url}” is no database address", url=url)) from exc
    if parsed.get_backend_name() != "sqlite":
        raise UsageError(
            say("this version keeps registers in SQLite only, not in {backend}", backend=parsed.get_backend_name()),
            say("Use an address like sqlite:///register.db"),
        )
    engine = sa.create_engine(parsed)
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin)
    database = Database(engine)
    try:
        _migrate(database)
    except BaseException:
        engine.dispose()
        raise
    return database


def _version(connection: sa.Connection) -> int:
    if not sa.inspect(connection).has_table(_versions.name):
        return 0
    return connection.scalar(sa.select(sa.func.max(_versions.c.version))) or 0


def _migrate(database: Database) -> None:
    with database.reading() as connection:
        version = _version(connection)
    if version > len(_MIGRATIONS):
        raise UsageError(
            say("the register was made by a newer docgen (its version {version})", version=version),
            say("Install that docgen or a later one; this one leaves the register as it is."),
        )
    if version == len(_MIGRATIONS):
        return
    with database.writing() as connection:
        for number in range(_version(connection) + 1, len(_MIGRATIONS) + 1):
            _MIGRATIONS[number - 1](connection)
            connection.execute(_versions.insert().values(version=number))
