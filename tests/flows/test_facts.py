"""A fact is gathered if and only if its record exists, and a notice only while it is true."""

from datetime import timedelta

import orjson
import pytest

from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import facts
from bot.store.models import Inquiry, Member, OutboxRow, Person, Promise, ScanRow, Shipment, Ticket
from bot.store.ms import to_ms
from tests.fakes import parcels
from tests.fakes.clock import StandingClock

DAY = timedelta(days=1)


def slipped(parcel: parcels.Followed) -> str:
    return orjson.dumps({"kind": "delay_slight", "shipments": [parcel.shipment.id]}).decode()


async def test_without_records_there_is_no_inquiry_no_person_and_no_next_word(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now())

    told = await facts.notice(parcels.notice(parcel, "stalled", clock.now()), clock.now())

    assert told is not None
    assert not {"inquiry", "agent", "next_at", "turn_up", "moving", "cod", "policy"} & told.facts.keys()
    assert (told.facts["order"], told.facts["last_place"], told.chat_id) == ("1001", "Leipzig", 5)


async def test_each_record_brings_its_fact(store: str, clock: StandingClock) -> None:
    now = clock.now()
    parcel = await parcels.followed(now, cod_amount="240", currency="SAR")
    own = {"customer_id": parcel.customer.id, "merchant_id": parcel.merchant.id}
    await Inquiry(shipment_id=parcel.shipment.id, asked_ms=to_ms(now), way="mail", purpose="trace").save()
    await Promise(
        **own, shipment_id=parcel.shipment.id, kind="stalled", due_ms=to_ms(now + DAY), made_ms=to_ms(now)
    ).save()
    await Person(user_id=9, name="Sara Holm").save()
    await Member(merchant_id=parcel.merchant.id, user_id=9, role="lead", created_ms=0).save()
    await Ticket(**own, cause="words", assignee_id=9, opened_ms=to_ms(now)).save()

    told = await facts.notice(parcels.notice(parcel, "stalled", now), now)

    assert told is not None
    assert told.facts["inquiry"]["purpose"] == "trace"
    assert told.facts["next_at"] == (now + DAY).isoformat()
    assert (told.facts["agent"], told.facts["lead"]) == ("Sara", True)
    assert told.facts["cod"] == {"amount": "240", "currency": "SAR"}


async def test_on_its_way_again_is_said_only_after_a_scan_that_ended_a_long_pause(
    store: str, clock: StandingClock
) -> None:
    now = clock.now()
    parcel = await parcels.followed(now)
    for key, at in ((1, now - 3 * DAY), (2, now)):
        await ScanRow(
            shipment_id=parcel.shipment.id, key=key, at_ms=to_ms(at), status="in_transit", seen_ms=to_ms(now)
        ).save()

    told = await facts.notice(parcels.notice(parcel, "delay_slight", now), now)

    assert told is not None
    assert told.facts["moving"] is True


@pytest.mark.parametrize("status", ["delivered", "returned", "cancelled"])
async def test_a_warning_is_dropped_once_the_parcel_has_ended(store: str, clock: StandingClock, status: str) -> None:
    parcel = await parcels.followed(clock.now(), status=status)

    assert await facts.notice(parcels.notice(parcel, "delay_slight", clock.now()), clock.now()) is None


async def test_news_is_dropped_once_the_parcel_has_moved_on(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now(), status="delivered")

    assert await facts.notice(parcels.notice(parcel, "out_for_delivery", clock.now()), clock.now()) is None
    assert await facts.notice(parcels.notice(parcel, "delivered", clock.now()), clock.now()) is not None


async def test_a_warning_is_dropped_when_its_finding_was_closed_before_it_left(
    store: str, clock: StandingClock
) -> None:
    parcel = await parcels.followed(clock.now())
    finding_id = await parcels.finding(parcel, clock.now(), closed_ms=to_ms(clock.now()), outcome="resolved")

    assert await facts.notice(parcels.notice(parcel, "stalled", clock.now(), finding=finding_id), clock.now()) is None


async def test_a_false_alarm_is_taken_back_only_from_whoever_read_it(store: str, clock: StandingClock) -> None:
    now = clock.now()
    parcel = await parcels.followed(now)
    finding_id = await parcels.finding(parcel, now, kind="at_risk", closed_ms=to_ms(now), outcome="withdrawn")
    back = parcels.notice(parcel, "withdrawn", now, finding=finding_id, undoes="notice:warning")
    before = await facts.notice(back, now)
    await OutboxRow(
        customer_id=parcel.customer.id, lane="chat:5", act="notice", payload="{}", cause="notice:warning",
        priority=2, state="sent", due_ms=0, created_ms=0,
    ).save()  # fmt: skip

    after = await facts.notice(back, now)

    assert before is None
    assert after is not None
    assert after.kind == "withdrawn"


async def test_news_past_its_hour_is_not_told(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now(), status="out_for_delivery")
    late = parcels.notice(parcel, "out_for_delivery", clock.now(), expires_at=clock.now().isoformat())

    assert await facts.notice(late, clock.now()) is None


async def test_the_shops_own_odds_are_told_only_from_thirty_ended_stalls_on(store: str, clock: StandingClock) -> None:
    now = clock.now()
    parcel = await parcels.followed(now)
    stalled = parcels.notice(parcel, "stalled", now)
    for number in range(2, 31):
        await parcels.finding(parcel, now, occurrence=number, closed_ms=1, outcome="resolved")
    few = await facts.notice(stalled, now)
    await parcels.finding(parcel, now, occurrence=31, closed_ms=1, outcome="resolved")

    enough = await facts.notice(stalled, now)

    assert few is not None
    assert enough is not None
    assert ("turn_up" in few.facts, enough.facts.get("turn_up")) == (False, True)


async def test_the_live_message_changes_its_digest_only_with_what_it_says(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now())
    row = Leaving(
        id=1, act=Act.LIVE, payload={"follow": parcel.follow.id}, cause="live", priority=Priority.LIVE,
        lane="chat:5", attempts=1, created_at=clock.now(),
    )  # fmt: skip

    first = await facts.live(row, clock.now())
    later = await facts.live(row, clock.now() + DAY)
    await Shipment.filter(id=parcel.shipment.id).update(eta_on="2026-11-26")
    moved = await facts.live(row, clock.now())

    assert first is not None
    assert later is not None
    assert moved is not None
    assert first.digest == later.digest != moved.digest


async def test_the_live_message_carries_a_notice_that_is_in_doubt(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now(), eta_on="2026-11-26")
    await OutboxRow(
        customer_id=parcel.customer.id, lane="chat:5", act="notice", cause="notice:1", priority=2, state="in_doubt",
        payload=slipped(parcel), due_ms=0, created_ms=0,
    ).save()  # fmt: skip
    row = Leaving(
        id=1, act=Act.LIVE, payload={"follow": parcel.follow.id}, cause="live", priority=Priority.LIVE,
        lane="chat:5", attempts=1, created_at=clock.now(),
    )  # fmt: skip

    told = await facts.live(row, clock.now())

    assert told is not None
    assert [one["kind"] for one in told.facts["in_doubt"]] == ["delay_slight"]


async def test_what_was_in_doubt_is_dropped_once_a_later_notice_has_arrived(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now(), eta_on="2026-11-26")
    for number, state in ((1, "in_doubt"), (2, "sent")):
        await OutboxRow(
            customer_id=parcel.customer.id, lane="chat:5", act="notice", cause=f"notice:{number}", priority=2,
            state=state, payload=slipped(parcel), due_ms=0,
            created_ms=0,
        ).save()  # fmt: skip
    row = Leaving(
        id=1, act=Act.LIVE, payload={"follow": parcel.follow.id}, cause="live", priority=Priority.LIVE,
        lane="chat:5", attempts=1, created_at=clock.now(),
    )  # fmt: skip

    told = await facts.live(row, clock.now())

    assert told is not None
    assert told.facts["in_doubt"] == []


async def test_a_warning_names_its_own_next_word_though_an_answer_is_owed_sooner(
    store: str, clock: StandingClock
) -> None:
    now = clock.now()
    parcel = await parcels.followed(now, eta_on="2026-11-26")
    owed = {"merchant_id": 1, "customer_id": parcel.customer.id, "shipment_id": parcel.shipment.id, "made_ms": 0}
    await Promise(**owed, kind="answer", ticket_id=7, due_ms=to_ms(now + DAY / 4)).save()
    await Promise(**owed, kind="delay_slight", due_ms=to_ms(now + DAY)).save()

    told = await facts.notice(parcels.notice(parcel, "delay_slight", now), now)

    assert told is not None
    assert told.facts["next_at"] == (now + DAY).isoformat()


async def test_a_label_is_not_shown_as_a_scan_and_the_same_place_only_once(store: str, clock: StandingClock) -> None:
    now = clock.now()
    parcel = await parcels.followed(now)
    for key, status in enumerate(("pre_transit", "in_transit", "in_transit"), start=1):
        scan = ScanRow(shipment_id=parcel.shipment.id, key=key, at_ms=to_ms(now) + key, status=status, seen_ms=0)
        scan.place = "Leipzig"
        await scan.save()
    row = Leaving(
        id=1, act=Act.LIVE, payload={"follow": parcel.follow.id}, cause="live", priority=Priority.LIVE,
        lane="chat:5", attempts=1, created_at=now,
    )  # fmt: skip

    told = await facts.live(row, now)

    assert told is not None
    assert [(scan["place"], scan["status"]) for scan in told.facts["scans"]] == [("Leipzig", "in_transit")]


async def test_who_must_answer_a_return_is_told_how_soon_we_answer_while_the_team_is_there(
    store: str, clock: StandingClock
) -> None:
    parcel = await parcels.followed(clock.now(), status="returning")
    at_night = clock.now() + timedelta(hours=14)

    by_day, asleep = [await facts.notice(parcels.notice(parcel, "returning", at), at) for at in (clock.now(), at_night)]

    assert by_day is not None
    assert asleep is not None
    assert by_day.facts["answers_within"] == 2
    assert by_day.facts["until_at"] > clock.now().isoformat()
    assert not {"answers_within", "until_at"} & asleep.facts.keys()


@pytest.mark.parametrize(("very", "said"), [(True, "very"), (None, None)])
async def test_a_hint_sounds_as_sure_as_its_finding(
    store: str, clock: StandingClock, very: bool | None, said: str | None
) -> None:
    parcel = await parcels.followed(clock.now())
    found = await parcels.finding(parcel, clock.now(), kind="at_risk", saw={"very_sure": very})

    told = await facts.notice(parcels.notice(parcel, "hint", clock.now(), finding=found), clock.now())

    assert told is not None
    assert told.facts.get("sure") == said
