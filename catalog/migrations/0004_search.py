from django.db import migrations

# Plain columns of the database, kept by it and unknown to the models: `found_by` holds the word stems of both languages
# (the configuration russian stems Latin words as English), `spelled_by` the words themselves, for misspelt ones.
TEXT = "coalesce({0}->>'ru', '') || ' ' || coalesce({0}->>'en', '')"
STEMS = "setweight(to_tsvector('russian', translate(" + TEXT + ", 'ёЁ', 'еЕ')), '{1}')"


def stems(**columns):
    return " || ".join(STEMS.format(column, weight) for column, weight in columns.items())


def spelling(*columns):
    return "translate(lower(" + " || ' ' || ".join(TEXT.format(column) for column in columns) + "), 'ё', 'е')"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_workshop")]

    operations = [
        migrations.RunSQL(
            f"""
            ALTER TABLE catalog_service
                ADD COLUMN found_by tsvector GENERATED ALWAYS AS ({stems(name="A", keywords="A", description="C")}) STORED,
                ADD COLUMN spelled_by text GENERATED ALWAYS AS ({spelling("name", "keywords")}) STORED;
            ALTER TABLE catalog_offering
                ADD COLUMN found_by tsvector GENERATED ALWAYS AS ({stems(name="B", description="C")}) STORED,
                ADD COLUMN spelled_by text GENERATED ALWAYS AS ({spelling("name")}) STORED;
            """,
            """
            ALTER TABLE catalog_service DROP COLUMN found_by, DROP COLUMN spelled_by;
            ALTER TABLE catalog_offering DROP COLUMN found_by, DROP COLUMN spelled_by;
            """,
        )
    ]
