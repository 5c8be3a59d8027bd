"""Accounts of carriers, their outages and incidents, and what is usual with them. Tables as in models.py."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Account(Model):
    """A merchant's account at a carrier. `secrets` is Fernet text; budget and outage live here too.

    state: active | paused | refused (wrong credentials, merchant told once).
    `outage_ms` is set at the first failure of a run, `outage_told` when the merchant was told of it.
    `tat_ms` is the theoretical arrival time of the rate limit, `spent_on`/`spent` the day's count.
    `push_hash` is the hash of the token its pushes come to, `pushed_ms` the last one; `push_refused` counts those
    without their proof.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    slug = fields.CharField(max_length=32)
    secrets = fields.TextField()
    state = fields.CharField(max_length=16, default="active")
    reason = fields.CharField(max_length=64, null=True)
    failures = fields.IntField(default=0)
    retry_ms = fields.BigIntField(default=0)
    outage_ms = fields.BigIntField(null=True)
    outage_told = fields.BooleanField(default=False)
    answered_ms = fields.BigIntField(null=True)
    tat_ms = fields.BigIntField(default=0)
    spent_on = fields.CharField(max_length=10, default="")
    spent = fields.IntField(default=0)
    push_hash = fields.CharField(max_length=64, null=True)
    pushed_ms = fields.BigIntField(null=True)
    push_refused = fields.IntField(null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "account"
        unique_together = (("merchant_id", "slug"),)
        indexes = (Index(fields=("push_hash",)),)


class Unheard(Model):
    """A span in which an account was not answered (`until_ms` null: it lasts), or a person said that the carrier's
    system stood still (`incident_id`) for the parcels of the group `scope`: no silence is read into it.
    """

    id = fields.BigIntField(primary_key=True)
    account_id = fields.BigIntField(db_index=True)
    from_ms = fields.BigIntField()
    until_ms = fields.BigIntField(null=True)
    scope = fields.TextField(null=True)
    incident_id = fields.BigIntField(null=True)

    class Meta:
        table = "unheard"


class Incident(Model):
    """Many parcels with one trouble. symptom: silent | slipped | many; state: as bot/domain/incident.py has them.

    `scope` names the group (bot/domain/groups.py); `open_key` is unique while it is open, so that one cause is one
    incident. `since_ms`: when the trouble began; `rung`: the silence that was beyond chance (bot/domain/usual.py).
    `ask_ms`: when something is due by itself (the agents are asked again, a permission ends).
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    account_id = fields.BigIntField(null=True)
    symptom = fields.CharField(max_length=8)
    state = fields.CharField(max_length=8, default="asking")
    scope = fields.CharField(max_length=255, null=True)
    open_key = fields.CharField(max_length=96, null=True, unique=True)
    rung = fields.SmallIntField(default=0)
    opened_ms = fields.BigIntField()
    since_ms = fields.BigIntField()
    ask_ms = fields.BigIntField(null=True)
    asked = fields.IntField(default=0)
    answered_by = fields.BigIntField(null=True)
    answered_ms = fields.BigIntField(null=True)
    closed_ms = fields.BigIntField(null=True)

    class Meta:
        table = "incident"
        indexes = (Index(fields=("merchant_id", "state")),)


class IncidentParcel(Model):
    """A parcel of an incident. `scan_ms`: its last scan when it joined; `told_ms`: when its customers were told."""

    id = fields.BigIntField(primary_key=True)
    incident_id = fields.BigIntField()
    shipment_id = fields.BigIntField(db_index=True)
    scan_ms = fields.BigIntField(null=True)
    joined_ms = fields.BigIntField()
    told_ms = fields.BigIntField(null=True)

    class Meta:
        table = "incident_parcel"
        unique_together = (("incident_id", "shipment_id"),)


class HeldWarning(Model):
    """A finding that nobody is told of yet, because its incident waits for a human's word."""

    finding_id = fields.BigIntField(primary_key=True, generated=False)
    incident_id = fields.BigIntField(db_index=True)
    shipment_id = fields.BigIntField()
    held_ms = fields.BigIntField()

    class Meta:
        table = "held_warning"


class UsualGap(Model):
    """What is usual in a group of a shop's parcels: fading sums (bot/domain/usual.py) as JSON, as of `seen_ms`."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    scope = fields.CharField(max_length=255)
    sums = fields.TextField()
    seen_ms = fields.BigIntField(db_index=True)

    class Meta:
        table = "usual_gap"
        unique_together = (("merchant_id", "scope"),)


class WarnedSlot(Model):
    """How many warnings of a shop fall due in the minutes from `slot_ms` on."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    slot_ms = fields.BigIntField()
    count = fields.IntField()

    class Meta:
        table = "warned_slot"
        unique_together = (("merchant_id", "slot_ms"),)
