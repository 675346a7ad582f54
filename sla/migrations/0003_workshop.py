from django.db import migrations

# The function stands in 0002: the audit log of the workshop is append-only as facts and versions are.
PROTECT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON catalog_workshopevent
FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'servicedesk_app') THEN
        REVOKE UPDATE, DELETE ON catalog_workshopevent FROM servicedesk_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0002_append_only"), ("catalog", "0003_workshop")]

    operations = [migrations.RunSQL(PROTECT, "DROP TRIGGER append_only ON catalog_workshopevent;")]
