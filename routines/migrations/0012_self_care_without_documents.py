from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("routines", "0011_self_care_documents_become_versions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="selfcareitem",
            name="document",
            field=models.JSONField(default=dict),  # taken back by the data migration when this one is undone
        ),
        migrations.RemoveField(model_name="selfcareitem", name="document"),
    ]
