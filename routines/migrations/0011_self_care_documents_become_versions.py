from typing import Any

from django.db import migrations
from django.utils import timezone

from routines.models.exercise import hash_of


def make_versions(apps: Any, schema_editor: Any) -> None:
    item_model = apps.get_model("routines", "SelfCareItem")
    version_model = apps.get_model("routines", "SelfCareVersion")
    for item in item_model._base_manager.filter(current_version=None).iterator(chunk_size=500):
        item.current_version = version_model._base_manager.create(
            item=item,
            number=1,
            document=item.document,
            content_hash=hash_of(item.document),
            published_at=timezone.now(),
        )
        item.save(update_fields=["current_version"])


def take_documents_back(apps: Any, schema_editor: Any) -> None:
    item_model = apps.get_model("routines", "SelfCareItem")
    rows = item_model._base_manager.exclude(current_version=None).select_related("current_version")
    for item in rows.iterator(chunk_size=500):
        item.document = item.current_version.document
        item.save(update_fields=["document"])


class Migration(migrations.Migration):
    dependencies = [
        ("routines", "0010_translations_and_self_care_versions"),
    ]

    operations = [
        migrations.RunPython(make_versions, take_documents_back),
    ]
