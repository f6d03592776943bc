"""A practice with one row of every model, and a canary in every text: a word that no other practice may ever see."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from clients.models import Client, Invitation
from portal.accounts.models import Device, Membership, Passkey, Practice, Role, User
from portal.accounts.tenancy import OWN_APPS, all_practices, practice_scope
from portal.accounts.tenancy import table as tenancy_table
from routines.models import MediaFile, MediaItem
from tests.factories import make_staff
from tests.world.practice import TECHNICAL, World, make_record, planted
from tests.world.rows import ROWS

__all__ = [
    "ROWS",
    "TECHNICAL",
    "World",
    "fingerprint",
    "labels_of_practices",
    "make_record",
    "make_world",
    "stored_media",
]


def make_world(slug: str, canary: str, **staff: Any) -> World:
    """Return a practice with one of everything. staff: people who are used in place of new ones."""
    now = timezone.now()
    with all_practices():
        practice = planted(Practice, canary, slug=f"{canary}-{slug}", time_zone="Europe/London")
    names = {"last_name": f"{canary} Staff"}
    world = World(
        canary=canary,
        practice=practice,
        practitioner=make_staff(practice, email=f"{canary}-practitioner@example.org", first_name="Pat", **names),
        owner=make_staff(practice, Role.OWNER, email=f"{canary}-owner@example.org", first_name="Ona", **names),
        editor=make_staff(practice, Role.EDITOR, email=f"{canary}-editor@example.org", first_name="Ed", **names),
        client=None,  # made below, once there is a practice
    )
    world.client = make_record(world, f"{world.private}@example.org", world.private)
    world.passkey = Passkey.objects.create(
        user=world.client.user, door="client", name=world.private, credential_id=f"{canary}passkey", credential=b""
    )
    world.device = Device.objects.create(user=world.client.user, name=world.private, session_key=f"{canary}device")
    world.rows["accounts.Practice"] = practice
    world.rows["clients.Client"] = world.client
    for label, make in ROWS.items():
        if label not in world.rows:
            with practice_scope(practice):
                world.rows[label] = make(world)
    world.waiting = make_record(
        world, f"{canary}-waiting@example.org", f"{canary}-waiting", user=None, state=Client.State.INVITED
    )
    world.waiting_token = secrets.token_urlsafe(32)
    with all_practices():
        Invitation.objects.create(
            client=world.waiting,
            email=world.waiting.email,
            token_hash=hashlib.sha256(world.waiting_token.encode()).hexdigest(),
            created_by=world.practitioner,
            expires_at=now + timedelta(hours=72),
        )
        world.joining_token = secrets.token_urlsafe(32)
        Membership.objects.create(
            practice=practice,
            user=User.objects.create_user(f"{canary}-joining@example.org"),
            role=Role.PRACTITIONER,
            accepted_at=None,
            invite_hash=hashlib.sha256(world.joining_token.encode()).hexdigest(),
            invite_expires_at=now + timedelta(hours=72),
        )
    return world


def labels_of_practices() -> list[str]:
    """Return "app.Model" for every model of ours whose rows belong to a practice."""
    own = {model._meta.label for name in OWN_APPS for model in apps.get_app_config(name).get_models()}
    return sorted(label for label, tenancy in tenancy_table().items() if label in own and tenancy.path)


def stored_media(world: World) -> str:
    """Return the digest of the practice's picture, whose file is in the storage of this test."""
    file = world[MediaFile]
    if not default_storage.exists(file.stored_as):
        default_storage.save(file.stored_as, ContentFile(b"a picture"))
    return str(world[MediaItem].digest)


def fingerprint(world: World) -> str:
    """Return a hash of every row of the practice: equal before and after means that nothing was touched."""
    digest = hashlib.sha256()
    table = tenancy_table()
    for label in labels_of_practices():
        manager = apps.get_model(label)._default_manager
        with all_practices():
            rows = manager.filter(**{table[label].path or "": world.practice.pk}).order_by("pk")
            digest.update(repr([label, *rows.values_list()]).encode())
    return digest.hexdigest()
