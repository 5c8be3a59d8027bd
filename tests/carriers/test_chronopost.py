"""Chronopost: the envelope."""

from carriers import chronopost
from carriers.kit.drive import Session
from carriers.kit.errors import NotFound
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, reply


async def test_a_number_is_asked_in_an_envelope_that_it_cannot_leave() -> None:
    listed = b"<listEventInfoComp><skybillNumber>A</skybillNumber></listEventInfoComp>"
    wire = Wire(reply(b"<Envelope><return><errorCode>0</errorCode>" + listed + b"</return></Envelope>"))
    answers = await Session(chronopost, {}, wire, lambda: NOW).track(["A<b>&"])
    assert kinds(answers) == {"A<b>&": NotFound}
    (request,) = wire.asked
    assert request.url == "https://ws.chronopost.fr/tracking-cxf/TrackingServiceWS"
    assert request.body is not None
    assert b"<language>en_GB</language><skybillNumber>A&lt;b&gt;&amp;</skybillNumber>" in request.body
