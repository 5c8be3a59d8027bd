"""The tables. Inert: no behaviour, no queries; every `*_ms` is UTC epoch milliseconds.

Hot tables (shipment, scan_event, inbox, outbox) hold integers and carry the indexes that keep a claim flat.
"""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Merchant(Model):
    """One shop. `desk_chat_id` is its agents' forum group; `staffed` is `Mon-Fri 09:00-18:00`-style text.

    mode: live | shadow (each warning is shown to the shop's people first). `apart`: days with other hours than those
    of the week (bot/domain/opening.py).
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
    paused_ms = fields.BigIntField(null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "merchant"


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
    """A Telegram account that has spoken to us. `locale` is chosen by /language, `app_locale` is the app's."""

    user_id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=128, default="")
    username = fields.CharField(max_length=64, null=True)
    locale = fields.CharField(max_length=16, null=True)
    app_locale = fields.CharField(max_length=16, null=True)
    zone = fields.CharField(max_length=64, null=True)
    calendar = fields.CharField(max_length=16, null=True)
    digits = fields.CharField(max_length=8, null=True)
    quiet = fields.CharField(max_length=16, null=True)

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


class Customer(Model):
    """A person as one shop knows him. One desk topic for life: `topic_chat_id` + `topic_id`.

    `topic_generation` counts re-created topics; `card_message_id` is the pinned card in it.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    user_id = fields.BigIntField(db_index=True)
    name = fields.CharField(max_length=128, default="")
    locale = fields.CharField(max_length=16, null=True)
    unreachable_ms = fields.BigIntField(null=True)
    unreachable_reason = fields.CharField(max_length=64, null=True)
    topic_chat_id = fields.BigIntField(null=True)
    topic_id = fields.BigIntField(null=True)
    topic_generation = fields.IntField(default=0)
    topic_name = fields.CharField(max_length=128, null=True)
    card_message_id = fields.BigIntField(null=True)
    banned_ms = fields.BigIntField(null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "customer"
        unique_together = (("merchant_id", "user_id"),)
        indexes = (Index(fields=("topic_chat_id", "topic_id")),)


class Order(Model):
    """What the customer bought: may travel as several shipments. Contact fields prove ownership."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    number = fields.CharField(max_length=64)
    name = fields.CharField(max_length=128, null=True)
    phone = fields.CharField(max_length=24, null=True)
    email = fields.CharField(max_length=254, null=True)
    locale = fields.CharField(max_length=16, null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "shop_order"
        unique_together = (("merchant_id", "number"),)


class Shipment(Model):
    """One tracking number of one order: the hot row. `account_id` null = the shop's own courier.

    `*_on` columns are ISO dates in the destination's zone. `scan_digest` is a hash of all known scans, so that an
    unchanged answer costs no look at scan_event. `open` is 1 while it is polled. `known_ms` null = never answered.
    `lease_ms`: a worker asks for it until then; in no index, so that claiming a row touches none.
    Amounts are text decimals in the shop's unit: never converted. `origin` and `destination` are towns: the lane.
    `stage_ms` is the first scan of the present run of `status`; `learnt` is 1 once its ended journey was counted.
    `reuse` counts the shop's earlier parcels with this number, the last of which ended at `since_ms`; `legs` is how
    many further numbers it is asked for by.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    order_id = fields.BigIntField(db_index=True)
    account_id = fields.BigIntField(null=True)
    slug = fields.CharField(max_length=32)
    number = fields.CharField(max_length=64)
    status = fields.CharField(max_length=24, default="unknown")
    status_ms = fields.BigIntField(null=True)
    status_code = fields.CharField(max_length=64, null=True)
    reason = fields.CharField(max_length=16, null=True)
    delay = fields.CharField(max_length=256, null=True)
    scan_ms = fields.BigIntField(null=True)
    scan_place = fields.CharField(max_length=128, null=True)
    scan_digest = fields.BigIntField(default=0)
    stage_ms = fields.BigIntField(null=True)
    learnt = fields.SmallIntField(default=0, db_default=0)
    origin = fields.CharField(max_length=64, null=True)
    destination = fields.CharField(max_length=64, null=True)
    eta_on = fields.CharField(max_length=10, null=True)
    eta_from_on = fields.CharField(max_length=10, null=True)
    eta_window = fields.CharField(max_length=11, null=True)
    promised_on = fields.CharField(max_length=10, null=True)
    needed_on = fields.CharField(max_length=10, null=True)
    delivered_ms = fields.BigIntField(null=True)
    pickup = fields.TextField(null=True)
    next_attempt_on = fields.CharField(max_length=10, null=True)
    duty = fields.TextField(null=True)
    zone = fields.CharField(max_length=64, default="UTC")
    country = fields.CharField(max_length=2, null=True)
    service = fields.CharField(max_length=64, null=True)
    cod_amount = fields.CharField(max_length=24, null=True)
    value_amount = fields.CharField(max_length=24, null=True)
    currency = fields.CharField(max_length=8, null=True)
    priority = fields.SmallIntField(default=0)
    open = fields.SmallIntField(default=1)
    next_poll_ms = fields.BigIntField()
    lease_ms = fields.BigIntField(null=True)
    polled_ms = fields.BigIntField(null=True)
    known_ms = fields.BigIntField(null=True)
    misses = fields.IntField(default=0)
    reuse = fields.SmallIntField(default=0, db_default=0)
    since_ms = fields.BigIntField(null=True)
    legs = fields.SmallIntField(null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "shipment"
        unique_together = (("merchant_id", "slug", "number", "reuse"),)
        indexes = (
            Index(fields=("account_id", "open", "next_poll_ms")),
            Index(fields=("number",)),
            Index(fields=("open", "learnt", "id")),
        )


class Leg(Model):
    """A further number under which a shipment travels: another carrier's part of the way, or the way back.

    It is asked for like a shipment, and its scans are the shipment's. `account_id` null: the shop has no account that
    could ask. `carrier` is as the first carrier names it; `back` is 1 on the way back; `known_ms` null = not heard of.
    """

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField()
    account_id = fields.BigIntField(null=True)
    slug = fields.CharField(max_length=32, null=True)
    carrier = fields.CharField(max_length=64, default="")
    number = fields.CharField(max_length=64)
    status = fields.CharField(max_length=24, default="unknown")
    back = fields.SmallIntField(default=0)
    open = fields.SmallIntField(default=1)
    next_poll_ms = fields.BigIntField()
    lease_ms = fields.BigIntField(null=True)
    known_ms = fields.BigIntField(null=True)
    misses = fields.IntField(default=0)
    scan_digest = fields.BigIntField(default=0)
    created_ms = fields.BigIntField()

    class Meta:
        table = "leg"
        unique_together = (("shipment_id", "number"),)
        indexes = (Index(fields=("account_id", "open", "next_poll_ms")), Index(fields=("number",)))


class Learnt(Model):
    """What was learnt from ended shipments, by kind: forecast | rhythm | tails. Whoever learns holds the row."""

    kind = fields.CharField(max_length=16, primary_key=True)
    body = fields.BinaryField()
    at_ms = fields.BigIntField()

    class Meta:
        table = "learnt"


class Foretold(Model):
    """What was forecast of a shipment once, near its promised day, to be held against what came of it.

    `due_ms` is the deadline; `from_on` and `to_on` are the arrival window, said to hold with the chance `claimed`;
    `likely_on`: the day by which half of such parcels come.
    """

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField(unique=True)
    merchant_id = fields.BigIntField()
    made_ms = fields.BigIntField()
    due_ms = fields.BigIntField()
    p_late = fields.FloatField()
    from_on = fields.CharField(max_length=10)
    to_on = fields.CharField(max_length=10, null=True)
    claimed = fields.FloatField(null=True)
    likely_on = fields.CharField(max_length=10, null=True)

    class Meta:
        table = "foretold"


class Score(Model):
    """How well a shop's forecasts of one month held, as counts that add up."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    month = fields.CharField(max_length=7)
    body = fields.TextField()

    class Meta:
        table = "score"
        unique_together = (("merchant_id", "month"),)


class Parcel(Model):
    """One box of a shipment of several, as the carrier numbers it."""

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField()
    number = fields.CharField(max_length=64)
    status = fields.CharField(max_length=24, default="unknown")

    class Meta:
        table = "parcel"
        unique_together = (("shipment_id", "number"),)
        indexes = (Index(fields=("number",)),)


class ScanRow(Model):
    """A scan event. `key` hashes what identifies it; `at_text` is the payload's own time, `at_ms` our UTC reading."""

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField()
    key = fields.BigIntField()
    at_ms = fields.BigIntField(null=True)
    at_text = fields.CharField(max_length=40, default="")
    code = fields.CharField(max_length=64, null=True)
    description = fields.TextField(default="")
    place = fields.CharField(max_length=128, default="")
    status = fields.CharField(max_length=24, null=True)
    reason = fields.CharField(max_length=16, null=True)
    seen_ms = fields.BigIntField()

    class Meta:
        table = "scan_event"
        unique_together = (("shipment_id", "key"),)


class Follow(Model):
    """A customer follows a shipment: its live message, and what he was last told of it.

    `told_on` is the arrival day last told; `slips` counts told slips; `warned_ms` the last unpromised warning.
    """

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    live_message_id = fields.BigIntField(null=True)
    live_digest = fields.BigIntField(default=0)
    told_on = fields.CharField(max_length=10, null=True)
    slips = fields.IntField(default=0)
    warned_ms = fields.BigIntField(null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "follow"
        unique_together = (("shipment_id", "customer_id"),)


class ToldRow(Model):
    """A day or a window (`from_on` to `to_on`) on which we wrote a follower that his parcel comes; `kind` of message.

    Said again, it is the same row. `claimed`: the chance with which a window was said to hold. `ended` is 1 once the
    parcel has come (`came_on`), or never will. A follower who is forgotten takes his rows along.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    kind = fields.CharField(max_length=24)
    from_on = fields.CharField(max_length=10, null=True)
    to_on = fields.CharField(max_length=10)
    claimed = fields.FloatField(null=True)
    at_ms = fields.BigIntField()
    ended = fields.SmallIntField(default=0)
    came_on = fields.CharField(max_length=10, null=True)

    class Meta:
        table = "told"
        unique_together = (("shipment_id", "customer_id", "to_on"),)
        indexes = (Index(fields=("merchant_id", "at_ms")),)


class Trouble(Model):
    """A parcel in trouble and a follower of it: who spoke of it first. Made by the first word of either, at `at_ms`.

    `warned_ms`: our first warning; `doubted_ms`: our first that put the promised day in doubt; `asked_ms`: his first
    question while we knew of the trouble. At the end: `late` (null: no day was promised), `due_ms` the promised day's
    end.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    at_ms = fields.BigIntField()
    warned_ms = fields.BigIntField(null=True)
    doubted_ms = fields.BigIntField(null=True)
    asked_ms = fields.BigIntField(null=True)
    ended = fields.SmallIntField(default=0)
    late = fields.SmallIntField(null=True)
    due_ms = fields.BigIntField(null=True)

    class Meta:
        table = "trouble"
        unique_together = (("shipment_id", "customer_id"),)
        indexes = (Index(fields=("merchant_id", "at_ms")),)


class FollowLink(Model):
    """A bearer token to follow an order: bound to the first account that opens it, expiring."""

    token_hash = fields.CharField(max_length=64, primary_key=True)
    merchant_id = fields.BigIntField()
    order_id = fields.BigIntField(db_index=True)
    expires_ms = fields.BigIntField()
    user_id = fields.BigIntField(null=True)
    used_ms = fields.BigIntField(null=True)

    class Meta:
        table = "follow_link"


class FindingRow(Model):
    """What the detector saw. Open while `closed_ms` is null; `outcome`: withdrawn | resolved | superseded.

    `baseline` = it already held at the first successful poll: nobody is warned of it.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    kind = fields.CharField(max_length=24)
    occurrence = fields.IntField()
    severity = fields.CharField(max_length=16)
    evidence = fields.TextField(default="{}")
    baseline = fields.BooleanField(default=False)
    raised_ms = fields.BigIntField()
    closed_ms = fields.BigIntField(null=True)
    outcome = fields.CharField(max_length=16, null=True)

    class Meta:
        table = "finding"
        unique_together = (("shipment_id", "kind", "occurrence"),)
        indexes = (Index(fields=("merchant_id", "raised_ms")),)


class Inquiry(Model):
    """We asked the carrier about a shipment: who, when, by which way, and what came of it."""

    id = fields.BigIntField(primary_key=True)
    shipment_id = fields.BigIntField(db_index=True)
    asked_ms = fields.BigIntField()
    asked_by = fields.BigIntField(null=True)
    way = fields.CharField(max_length=32)
    purpose = fields.CharField(max_length=32)
    outcome = fields.TextField(null=True)
    answered_ms = fields.BigIntField(null=True)

    class Meta:
        table = "inquiry"


class Promise(Model):
    """The next word owed to a customer. Open while kept_ms and cancelled_ms are null.

    `silent` counts promised words in a row that brought nothing new: two are forbidden.
    `by_person`: a human must answer (staffed hours); else the machine writes. `broken`: nobody did in time.
    `owed_ms`: when it was due at first, where we had to put it off.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField()
    shipment_id = fields.BigIntField(null=True)
    ticket_id = fields.BigIntField(null=True)
    kind = fields.CharField(max_length=24)
    due_ms = fields.BigIntField()
    made_ms = fields.BigIntField()
    by_person = fields.BooleanField(default=False)
    silent = fields.IntField(default=0)
    broken = fields.BooleanField(null=True)
    owed_ms = fields.BigIntField(null=True)
    kept_ms = fields.BigIntField(null=True)
    cancelled_ms = fields.BigIntField(null=True)
    open = fields.SmallIntField(default=1)

    class Meta:
        table = "promise"
        indexes = (
            Index(fields=("open", "due_ms")),
            Index(fields=("customer_id", "open")),
            Index(fields=("merchant_id", "due_ms")),
        )


class Ticket(Model):
    """A matter for a human. state: new | waiting_us | waiting_customer | closed."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField(db_index=True)
    shipment_id = fields.BigIntField(null=True)
    state = fields.CharField(max_length=20, default="new")
    cause = fields.CharField(max_length=32)
    evidence = fields.TextField(default="{}")
    assignee_id = fields.BigIntField(null=True)
    opened_ms = fields.BigIntField()
    answered_ms = fields.BigIntField(null=True)
    snoozed_ms = fields.BigIntField(null=True)
    closed_ms = fields.BigIntField(null=True)
    outcome = fields.CharField(max_length=32, null=True)

    class Meta:
        table = "ticket"


class Claim(Model):
    """Money asked back from a carrier for a lost parcel. `open` is 1 while somebody at the desk has to make the claim.

    `occurrence` is that of the finding (0: none, an agent claimed by himself); `customer_id` in whose topic the desk
    hears of it. `remind_ms`: when next. `assumed`: nobody told us the carrier's last day. `outcome`: found | null.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    occurrence = fields.IntField(default=0)
    customer_id = fields.BigIntField(null=True)
    opens_on = fields.CharField(max_length=10, null=True)
    closes_on = fields.CharField(max_length=10, null=True)
    assumed = fields.BooleanField(default=False)
    insured = fields.BooleanField(default=False)
    open = fields.SmallIntField(default=1)
    remind_ms = fields.BigIntField(null=True)
    made_on = fields.CharField(max_length=10, null=True)
    made_ms = fields.BigIntField(null=True)
    made_by = fields.BigIntField(null=True)
    way = fields.CharField(max_length=32, null=True)
    outcome = fields.CharField(max_length=16, null=True)
    created_ms = fields.BigIntField()

    class Meta:
        table = "claim"
        unique_together = (("shipment_id", "occurrence"),)
        indexes = (Index(fields=("open", "remind_ms")),)


class HeadsUp(Model):
    """What the people of a shop must hear of a parcel before its customer does; `open` is 1 until they have.

    Everything of a shop that is open when the first falls due goes into one message.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    finding_id = fields.BigIntField(unique=True)
    open = fields.SmallIntField(default=1)
    due_ms = fields.BigIntField()
    told_ms = fields.BigIntField(null=True)

    class Meta:
        table = "heads_up"
        indexes = (
            Index(fields=("open", "due_ms")),
            Index(fields=("merchant_id", "told_ms")),
        )


class DraftRow(Model):
    """A warning kept back until somebody of the shop says yes. state: as bot/domain/draft.py has them.

    `cause` and `collapse` are those of the notice it would be, `due_ms` when that would have left. `batch_id`: the
    first of those that were shown in one message. `edit_by` writes other words for it, since `edit_ms`.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField()
    kind = fields.CharField(max_length=24)
    state = fields.CharField(max_length=8, default="waiting")
    cause = fields.CharField(max_length=160, unique=True)
    collapse = fields.CharField(max_length=80, null=True)
    due_ms = fields.BigIntField()
    shown_ms = fields.BigIntField(null=True)
    batch_id = fields.BigIntField(null=True, db_index=True)
    decided_by = fields.BigIntField(null=True)
    decided_ms = fields.BigIntField(null=True)
    edit_by = fields.BigIntField(null=True, db_index=True)
    edit_ms = fields.BigIntField(null=True)

    class Meta:
        table = "draft"
        indexes = (
            Index(fields=("state", "due_ms")),
            Index(fields=("merchant_id", "state")),
            Index(fields=("customer_id", "state")),
        )


class DraftPart(Model):
    """One parcel of a draft. `mark` tells its slip; `told_on`, `slips`: what its reader would know by it."""

    id = fields.BigIntField(primary_key=True)
    draft_id = fields.BigIntField()
    shipment_id = fields.BigIntField(db_index=True)
    finding_id = fields.BigIntField(db_index=True)
    mark = fields.CharField(max_length=96, default="")
    told_on = fields.CharField(max_length=10, null=True)
    slips = fields.IntField(default=0)

    class Meta:
        table = "draft_part"
        unique_together = (("draft_id", "shipment_id"),)


class DraftPost(Model):
    """A message that shows the drafts of a batch, one at a time (`draft_id`): in the topic of `customer_id`, in
    General, or to an owner (`user_id`). `digest`: what it says now.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    batch_id = fields.BigIntField(db_index=True)
    chat_id = fields.BigIntField()
    customer_id = fields.BigIntField(null=True)
    user_id = fields.BigIntField(null=True)
    draft_id = fields.BigIntField()
    message_id = fields.BigIntField(null=True)
    digest = fields.BigIntField(default=0)
    made_ms = fields.BigIntField()

    class Meta:
        table = "draft_post"
        indexes = (
            Index(fields=("merchant_id", "made_ms")),
            Index(fields=("chat_id", "message_id")),
        )


class DraftScore(Model):
    """What came of a parcel whose warning was drafted, by the first draft: right | wrong | none | fact | null (open).

    `due_ms` is the end of its promised day.
    """

    shipment_id = fields.BigIntField(primary_key=True, generated=False)
    merchant_id = fields.BigIntField()
    drafted_ms = fields.BigIntField()
    due_ms = fields.BigIntField(null=True)
    outcome = fields.CharField(max_length=8, null=True)

    class Meta:
        table = "draft_score"
        indexes = (Index(fields=("merchant_id", "outcome")),)


class TicketMessage(Model):
    """A message relayed between a customer and his topic, both ends: the map for replies, edits, deletions.

    direction: in (customer to desk) | out (agent to customer) | note (stays inside).
    """

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField(db_index=True)
    ticket_id = fields.BigIntField(null=True)
    direction = fields.CharField(max_length=8)
    user_id = fields.BigIntField()
    text = fields.TextField(default="")
    media = fields.CharField(max_length=16, null=True)
    source_chat_id = fields.BigIntField()
    source_message_id = fields.BigIntField()
    target_chat_id = fields.BigIntField(null=True)
    target_message_id = fields.BigIntField(null=True)
    fate = fields.CharField(max_length=16, default="queued")
    created_ms = fields.BigIntField()

    class Meta:
        table = "ticket_message"
        unique_together = (("source_chat_id", "source_message_id"),)
        indexes = (Index(fields=("target_chat_id", "target_message_id")),)


class LossOffer(Model):
    """What an agent offered a customer for a lost parcel; `ways` and `chosen` are letters of bot/domain/offer.py."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField()
    customer_id = fields.BigIntField()
    shipment_id = fields.BigIntField()
    ways = fields.CharField(max_length=8)
    out_of_stock = fields.BooleanField(default=False)
    made_by = fields.BigIntField()
    made_ms = fields.BigIntField()
    chosen = fields.CharField(max_length=1, null=True)
    chosen_ms = fields.BigIntField(null=True)

    class Meta:
        table = "loss_offer"
        unique_together = (("customer_id", "shipment_id"),)


class InboxRow(Model):
    """An update, stored before it is acknowledged. `body` is Fernet text, emptied once handled.

    `lane` is the chat (or user) whose updates are handled in order; state: new | handled | failed.
    """

    update_id = fields.BigIntField(primary_key=True, generated=False)
    lane = fields.BigIntField()
    body = fields.TextField()
    state = fields.CharField(max_length=8, default="new")
    attempts = fields.IntField(default=0)
    received_ms = fields.BigIntField()
    handled_ms = fields.BigIntField(null=True)

    class Meta:
        table = "inbox"
        indexes = (Index(fields=("state", "update_id")),)


class OutboxRow(Model):
    """One thing to be done at Telegram. state: queued | leaving | sent | failed | in_doubt | dropped.

    `act` and `payload`: see bot/domain/outgoing.py. `lane` orders what one reader sees; `cause` is unique, so that
    the same happening never speaks twice; `collapse` names what a newer row replaces while queued.
    """

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField(null=True)
    customer_id = fields.BigIntField(null=True)
    lane = fields.CharField(max_length=40)
    chat_id = fields.BigIntField(null=True)
    act = fields.CharField(max_length=16)
    payload = fields.TextField()
    cause = fields.CharField(max_length=160, unique=True)
    collapse = fields.CharField(max_length=80, null=True)
    priority = fields.SmallIntField()
    state = fields.CharField(max_length=8, default="queued")
    due_ms = fields.BigIntField()
    created_ms = fields.BigIntField()
    left_ms = fields.BigIntField(null=True)
    settled_ms = fields.BigIntField(null=True)
    attempts = fields.IntField(default=0)
    message_id = fields.BigIntField(null=True)
    trouble = fields.CharField(max_length=160, null=True)

    class Meta:
        table = "outbox"
        indexes = (
            Index(fields=("state", "priority", "due_ms", "id")),
            Index(fields=("collapse", "state")),
            Index(fields=("customer_id", "state")),
        )


class Consent(Model):
    """Who agreed to what, in which wording, when, by which way; and when it was withdrawn."""

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField(db_index=True)
    kind = fields.CharField(max_length=32)
    wording = fields.CharField(max_length=64)
    channel = fields.CharField(max_length=16)
    given_ms = fields.BigIntField()
    withdrawn_ms = fields.BigIntField(null=True)

    class Meta:
        table = "consent"


class Dialogue(Model):
    """What a person is in the middle of telling us (a form's answers so far). `body` is Fernet text."""

    user_id = fields.BigIntField(primary_key=True)
    chat_id = fields.BigIntField()
    body = fields.TextField()
    expires_ms = fields.BigIntField()

    class Meta:
        table = "dialogue"


class ProofTry(Model):
    """A try to prove that an order is one's own: counted to stop guessing."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    order_id = fields.BigIntField(null=True)
    tried_ms = fields.BigIntField()
    proven = fields.BooleanField(default=False)

    class Meta:
        table = "proof_try"
        indexes = (Index(fields=("user_id", "tried_ms")),)


class Audit(Model):
    """Append-only: who did what to what."""

    id = fields.BigIntField(primary_key=True)
    merchant_id = fields.BigIntField(db_index=True)
    user_id = fields.BigIntField(null=True)
    deed = fields.CharField(max_length=48)
    target = fields.CharField(max_length=96, default="")
    detail = fields.TextField(default="")
    at_ms = fields.BigIntField()

    class Meta:
        table = "audit"


class Unreadable(Model):
    """A carrier's answer that could not be read, kept for the operator. `payload` is Fernet text."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=32, db_index=True)
    number = fields.CharField(max_length=64, default="")
    reason = fields.CharField(max_length=160, default="")
    payload = fields.TextField()
    at_ms = fields.BigIntField()

    class Meta:
        table = "unreadable"


class Mark(Model):
    """A small named fact of the installation: the next update offset, the schema's birthday."""

    name = fields.CharField(max_length=64, primary_key=True)
    value = fields.TextField()

    class Meta:
        table = "mark"
