from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

PROTECT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'servicedesk_app') THEN
        REVOKE UPDATE, DELETE ON {table} FROM servicedesk_app;
    END IF;
END $$;
"""
UNPROTECT = "DROP TRIGGER append_only ON {table};"

TABLES = ("sla_fact", "sla_calendarversion", "sla_policyversion", "sla_agreementversion")


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION refuse_change();"),
        *(migrations.RunSQL(PROTECT.format(table=table), UNPROTECT.format(table=table)) for table in TABLES),
    ]
