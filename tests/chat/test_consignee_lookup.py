"""Customers ask where their parcel is, and prove that an order is theirs."""

from datetime import timedelta

import pytest

from bot.store import legs
from bot.store.crypt import Vault
from bot.store.models import Account, Follow, ProofTry, Ticket
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import LAYLA, NUMBER, SpokenTalk, add_parcel, facts, follow_link, open_shop
from tests.fakes.talk import Talk, Who, kinds

STRANGER = Who(8002, "Nadia", "en")
ALWAYS = {"at", "number", "carrier", "status"}


@pytest.fixture
def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    return SpokenTalk(clock, vault)


async def test_his_own_parcel_is_told_in_full_however_he_asks(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    for asked in ("/parcels", f"/track {NUMBER}", "/track 1001", "أين شحنتي؟", "بسته‌ام کجاست", "where is it?", "١٠٠١"):
        said = facts(await talk.say(asked, LAYLA), "state")
        assert (said["order"], said["number"], said["last_place"]) == ("1001", NUMBER, "Riyadh")
    assert await Ticket.all().count() == 0


async def test_several_parcels_are_listed(talk: Talk) -> None:
    shop = await open_shop()
    _ = await add_parcel(shop.merchant, shop.order, "RB123456799GB")
    await follow_link(talk, shop)
    listed = facts(await talk.say("/parcels", LAYLA), "states")["parcels"]
    assert {one["number"] for one in listed} == {NUMBER, "RB123456799GB"}


async def test_a_carrier_that_does_not_answer_is_named_when_asked(talk: Talk) -> None:
    account = await Account.create(merchant_id=1, slug="dhl_unified", secrets="", outage_ms=1, created_ms=0)
    await follow_link(talk, await open_shop(account_id=account.id))
    assert kinds(await talk.say("/parcels", LAYLA)) == ["carrier_silent"]


async def test_a_bare_tracking_number_shows_its_status_and_nothing_else(talk: Talk) -> None:
    await open_shop()
    for written in (NUMBER, "RB 123 456 785 GB", "rb-123456785-gb", "RB١٢٣٤٥٦٧٨٥GB", "RB۱۲۳۴۵۶۷۸۵GB"):
        said = facts(await talk.say(f"/track {written}", STRANGER), "state_bare")
        assert said.keys() <= ALWAYS
        assert said["status"] == "in_transit"


async def test_a_further_number_of_a_parcel_finds_it(talk: Talk) -> None:
    shop = await open_shop()
    await legs.record([legs.NewLeg(shop.shipment.id, "LX123456789FR", "La Poste", None, None, False)], talk.clock.now())
    said = facts(await talk.say("/track LX123456789FR", STRANGER), "state_bare")
    assert (said["number"], said["status"]) == ("LX123456789FR", "in_transit")
    await follow_link(talk, shop)
    assert facts(await talk.say("/track LX123456789FR", LAYLA), "state")["order"] == "1001"


async def test_bare_numbers_are_counted_against_guessing(talk: Talk, clock: StandingClock) -> None:
    await open_shop()
    for _ in range(10):
        await talk.say(f"/track {NUMBER}", STRANGER)
    assert kinds(await talk.say(f"/track {NUMBER}", STRANGER)) == ["too_many_tries"]
    clock.advance(timedelta(minutes=16))
    assert kinds(await talk.say(f"/track {NUMBER}", STRANGER)) == ["state_bare"]


@pytest.mark.parametrize(
    ("written", "problem"), [("9" * 10_000, "too_long"), ("🙂🙂", "empty"), ("1Z999AA10123456785", "check_digit")]
)
async def test_a_number_that_cannot_be_one_is_refused_with_its_reason(talk: Talk, written: str, problem: str) -> None:
    await open_shop()
    assert facts(await talk.say(f"/track {written}", STRANGER), "number_invalid")["problem"] == problem


async def test_track_without_a_number_says_how(talk: Talk) -> None:
    assert kinds(await talk.say("/track", STRANGER)) == ["track_usage"]


# ---- proof of an order


async def ask_for_order(talk: Talk, number: str = "1001") -> None:
    """The stranger names an order; he is asked to prove it."""
    rows = await talk.say(f"/track {number}", STRANGER)
    assert kinds(rows) == ["prove_ask"]
    assert rows[0]["payload"]["keyboard"] == "contact"


async def share(talk: Talk, phone: str, owner: int | None) -> list[object]:
    """Telegram's contact button, or somebody else's contact."""
    contact = {"phone_number": phone, "first_name": "N"} | ({"user_id": owner} if owner else {})
    return await talk.say("", STRANGER, contact=contact)


@pytest.mark.parametrize("phone", ["966501234567", "+966 50 123 4567"])
async def test_the_phone_on_file_proves_the_order(talk: Talk, phone: str) -> None:
    await open_shop()
    await ask_for_order(talk)
    rows = await share(talk, phone, STRANGER.id)
    assert kinds(rows) == ["proven", "greeting"]
    assert await Follow.all().count() == 1


async def test_the_email_on_file_proves_the_order(talk: Talk) -> None:
    await open_shop()
    await ask_for_order(talk, "#١٠٠١")
    assert kinds(await talk.say("Layla@Example.com ", STRANGER)) == ["proven", "greeting"]


async def test_somebody_elses_contact_proves_nothing(talk: Talk) -> None:
    await open_shop()
    await ask_for_order(talk)
    for owner in (None, 99):
        assert kinds(await share(talk, "966501234567", owner)) == ["prove_failed"]


async def test_an_order_without_contact_on_file_is_proven_by_nothing(talk: Talk) -> None:
    await open_shop(phone=None, email=None)
    await ask_for_order(talk)
    assert kinds(await share(talk, "", STRANGER.id)) == ["prove_failed"]


async def test_a_wrong_proof_and_an_unknown_order_are_answered_alike(talk: Talk) -> None:
    await open_shop()
    said = []
    for number in ("1001", "4711"):
        await ask_for_order(talk, number)
        row = (await talk.say("nadia@example.com", STRANGER))[0]["payload"]
        said.append((row["kind"], row["facts"].keys(), row["buttons"]))
    assert said[0] == said[1]
    assert await Follow.all().count() == 0


async def test_after_five_failures_only_a_person_helps(talk: Talk) -> None:
    await open_shop()
    await ask_for_order(talk)
    for number in range(5):
        await talk.say(f"n{number}@example.com", STRANGER)
    rows = await talk.say("layla@example.com", STRANGER)
    assert kinds(rows) == ["too_many_tries"]
    assert rows[0]["payload"]["buttons"] == [[["human", "h:0"]]]
    assert await ProofTry.filter(proven=False, order_id__not_isnull=True).count() == 5


async def test_a_number_out_of_the_blue_is_looked_up(talk: Talk) -> None:
    await open_shop()
    assert kinds(await talk.say(NUMBER, STRANGER)) == ["state_bare"]
    assert kinds(await talk.say("#1001", STRANGER)) == ["prove_ask"]


async def test_a_command_without_the_right_is_answered_as_an_unknown_one(talk: Talk) -> None:
    await open_shop()
    commands = ("/nonsense", "/carrier", "/shipments", "/desk", "/team", "/take", "/pause all", "/shipment add 1")
    said = [(await talk.say(command, STRANGER))[0]["payload"] for command in commands]
    assert said[0]["kind"] == "not_for_you"
    assert all(one == said[0] for one in said)
