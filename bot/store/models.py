"""The tables. Inert: no behaviour, no queries; every `*_ms` is UTC epoch milliseconds.

Hot tables (shipment, scan_event, inbox, outbox) hold integers and carry the indexes that keep a claim flat.
Divided over several modules, since the ORM reads the whole module again for each table in it.
"""

from tortoise import fields
from tortoise.models import Model

from bot.store.carrier_models import Account as Account
from bot.store.carrier_models import HeldWarning as HeldWarning
from bot.store.carrier_models import Incident as Incident
from bot.store.carrier_models import IncidentParcel as IncidentParcel
from bot.store.carrier_models import Unheard as Unheard
from bot.store.carrier_models import UsualGap as UsualGap
from bot.store.carrier_models import WarnedSlot as WarnedSlot
from bot.store.desk_models import DeskGroup as DeskGroup
from bot.store.draft_models import DraftPart as DraftPart
from bot.store.draft_models import DraftPost as DraftPost
from bot.store.draft_models import DraftRow as DraftRow
from bot.store.draft_models import DraftScore as DraftScore
from bot.store.draft_models import HeadsUp as HeadsUp
from bot.store.draft_models import LossOffer as LossOffer
from bot.store.draft_models import TicketMessage as TicketMessage
from bot.store.draft_models import TicketPart as TicketPart
from bot.store.finding_models import Claim as Claim
from bot.store.finding_models import FindingRow as FindingRow
from bot.store.finding_models import FollowLink as FollowLink
from bot.store.finding_models import Inquiry as Inquiry
from bot.store.finding_models import Promise as Promise
from bot.store.finding_models import Rating as Rating
from bot.store.finding_models import Ticket as Ticket
from bot.store.finding_models import ToldRow as ToldRow
from bot.store.finding_models import Trouble as Trouble
from bot.store.parcel_models import Bygone as Bygone
from bot.store.parcel_models import Customer as Customer
from bot.store.parcel_models import Follow as Follow
from bot.store.parcel_models import Foretold as Foretold
from bot.store.parcel_models import Learnt as Learnt
from bot.store.parcel_models import Leg as Leg
from bot.store.parcel_models import OldTopic as OldTopic
from bot.store.parcel_models import Order as Order
from bot.store.parcel_models import Parcel as Parcel
from bot.store.parcel_models import ScanPack as ScanPack
from bot.store.parcel_models import ScanRow as ScanRow
from bot.store.parcel_models import Score as Score
from bot.store.parcel_models import Shipment as Shipment
from bot.store.queue_models import Audit as Audit
from bot.store.queue_models import Consent as Consent
from bot.store.queue_models import Dialogue as Dialogue
from bot.store.queue_models import InboxLane as InboxLane
from bot.store.queue_models import InboxRow as InboxRow
from bot.store.queue_models import Mark as Mark
from bot.store.queue_models import OutboxRow as OutboxRow
from bot.store.queue_models import ProofTry as ProofTry
from bot.store.queue_models import Unreadable as Unreadable
from bot.store.queue_models import WaitRow as WaitRow
from bot.store.reply_models import Gesture as Gesture
from bot.store.reply_models import MacroRow as MacroRow
from bot.store.reply_models import PendingReply as PendingReply


class Merchant(Model):
    """One shop. `desk_chat_id` is its agents' forum group; `staffed` is `Mon-Fri 09:00-18:00`-style text.

    Its desk may have further groups (DeskGroup); `desk_chat_id` is the one where all agents are spoken to.
    mode: live | shadow (each warning is shown to the shop's people first). `apart`: days with other hours than those
    of the week (bot/domain/opening.py). `texts_mark` changes with its own texts; empty: it has none.
    """

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=128)
    locale = fields.CharField(max_length=16, default="en")
    zone = fields.CharField(max_length=64, default="UTC")
    country = fields.CharField(max_length=2, null=True)
    currency = fields.CharField(max_length=8, null=True)
    staffed = fields.CharField(max_length=256, default="")
    apart = fields.TextField(default="", db_default="")
    settings = fields.TextField(default="{}")
    mode = fields.CharField(max_length=8, default="live", db_default="live")
    desk_chat_id = fields.BigIntField(null=True, unique=True)
    desk_trouble = fields.CharField(max_length=64, null=True)
    texts_mark = fields.CharField(max_length=16, default="", db_default="")
    paused_ms = fields.BigIntField(null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "merchant"


class OwnTextRow(Model):
    """A message in a shop's own words, in one language (bot/texts/own.py). `told_ms`: when its owners were told that
    it can no longer be said."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    kind = fields.CharField(max_length=32)
    language = fields.CharField(max_length=8)
    body = fields.TextField()
    saved_ms = fields.BigIntField()
    told_ms = fields.BigIntField(null=True)

    class Meta:
        table = "own_text"
        unique_together = (("merchant_id", "kind", "language"),)


class Invite(Model):
    """A one-time link by which somebody comes to own a shop (`merchant_id` null until it is opened)."""

    token_hash = fields.CharField(max_length=64, primary_key=True)
    shop_name = fields.CharField(max_length=128)
    expires_ms = fields.BigIntField()
    used_ms = fields.BigIntField(null=True)
    used_by = fields.BigIntField(null=True)
    merchant_id = fields.BigIntField(null=True)

    class Meta:
        table = "invite"


class Person(Model):
    """A Telegram account that has spoken to us. `locale` is chosen by /language, `app_locale` is the app's.

    `private_ms`: since when it can be written to in private; null: it cannot.
    """

    user_id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=128, default="")
    username = fields.CharField(max_length=64, null=True)
    locale = fields.CharField(max_length=16, null=True)
    app_locale = fields.CharField(max_length=16, null=True)
    zone = fields.CharField(max_length=64, null=True)
    calendar = fields.CharField(max_length=16, null=True)
    digits = fields.CharField(max_length=8, null=True)
    quiet = fields.CharField(max_length=16, null=True)
    private_ms = fields.BigIntField(null=True)

    class Meta:
        table = "person"


class Member(Model):
    """A person's role in a shop: owner, lead, agent, trainee, or none (refused)."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    user_id = fields.BigIntField(db_index=True)
    role = fields.CharField(max_length=16)
    alias = fields.CharField(max_length=64, null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "member"
        unique_together = (("merchant_id", "user_id"),)


class DeskCode(Model):
    """What `/desk CODE` must say in the group to bind it; one use, short-lived."""

    code_hash = fields.CharField(max_length=64, primary_key=True)
    merchant_id = fields.BigIntField()
    user_id = fields.BigIntField()
    expires_ms = fields.BigIntField()
    used_ms = fields.BigIntField(null=True)

    class Meta:
        table = "desk_code"
