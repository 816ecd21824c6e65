"""Triggers that reach further than the one who sets them off."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db.models import Model
from pgtrigger import compiler


class AsOwnerSql(compiler.UpsertTriggerSql):
    """The function runs with the owner's rights, on a fixed search path; nobody switches it off.

    Migrations keep instances of this class, so its template must not change.
    """

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid}
                {when} {operation} ON {table}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class AsOwner(pgtrigger.Trigger):
    """For what must follow from a change though its author has no right to do it.

    Row security does not bind the function: name every table with its schema, and touch only rows
    that the changed row points to.
    """

    def compile(self, model: Model) -> compiler.Trigger:
        plain = super().compile(model)
        options: dict[str, Any] = dict(plain.sql.kwargs)
        return compiler.Trigger(name=plain.name, sql=AsOwnerSql(**options))
