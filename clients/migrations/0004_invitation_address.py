from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("clients", "0003_reminder_copies_and_minutes")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="email",
            field=models.EmailField(default="", max_length=254),  # no address: such a link fits nobody
            preserve_default=False,
        ),
    ]
