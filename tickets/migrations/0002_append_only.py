from django.db import migrations

PROTECT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'servicedesk_app') THEN
        REVOKE UPDATE, DELETE ON {table} FROM servicedesk_app;
    END IF;
END $$;
"""
UNPROTECT = "DROP TRIGGER append_only ON {table};"

TABLES = ("tickets_event", "tickets_message", "tickets_attachmentpart")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial"), ("sla", "0002_append_only")]
    operations = [migrations.RunSQL(PROTECT.format(table=t), UNPROTECT.format(table=t)) for t in TABLES]
