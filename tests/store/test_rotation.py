"""Whatever is sealed is still open after the old key is gone."""

from bot.flows import accounts
from bot.store import crypt, sql, unreadable
from tests.fakes.clock import StandingClock


async def test_a_carriers_kept_answer_outlives_the_key_it_was_sealed_with(store: str, clock: StandingClock) -> None:
    old, fresh = crypt.new_key(), crypt.new_key()
    await unreadable.keep("ups", "1Z", "no JSON", crypt.Vault([old]).seal("half an answ"), clock.now())

    count = await accounts.rotate(crypt.Vault([fresh, old]))

    (row,) = await sql.rows("SELECT payload FROM unreadable")
    assert (count, crypt.Vault([fresh]).open(row["payload"])) == (1, "half an answ")
