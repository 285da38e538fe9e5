from scanner.engine.plan import Answer, Question
from scanner.engine.visit import MAX_SAID, MAX_SEEN, Visit
from scanner.model.dialogue import Fact
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.outcome import OutcomeKind

HOST = "10.0.0.5"


def observation(value, port=80, address=HOST):
    return Observation(Endpoint(address, "tcp", port), Field("http.server"), value, Provenance("http"))


def test_signs_of_life():
    silent = Visit(HOST, 2)
    silent.connects = {80: "timed-out", 81: "skipped"}
    assert not silent.alive
    for kind in ("answered", "refused", "closed"):
        visit = Visit(HOST, 2)
        visit.connects[80] = kind
        assert visit.alive
    heard, near = Visit(HOST, 2), Visit(HOST, 2)
    heard.heard["mdns"] += 1
    near.neighbour = True
    assert heard.alive
    assert near.alive


def test_open_ports_are_those_that_accepted():
    visit = Visit(HOST, 2)
    visit.connects = {80: "answered", 81: "refused", 554: "answered", 555: "timed-out"}
    assert visit.open == [80, 554]


def test_an_observation_is_first_once():
    visit = Visit(HOST, 2)
    assert visit.first(observation("a"))
    assert not visit.first(observation("a"))
    assert visit.first(observation("a", port=81))
    assert visit.first(observation("a", address="10.0.0.6"))


def test_a_flood_is_capped():
    visit = Visit(HOST, 2)
    assert sum(visit.first(observation(str(number))) for number in range(MAX_SEEN + 10)) == MAX_SEEN
    visit.say([Fact(Field("wsd.xaddr"), str(number)) for number in range(MAX_SAID + 10)])
    visit.say([Fact(Field("wsd.xaddr"), "one more")])
    assert len(visit.said) == MAX_SAID


def test_hearsay_is_not_kept_for_planning():
    visit = Visit(HOST, 2)
    visit.say([Fact(Field("wsd.xaddr"), "http://10.0.0.6/", subject="10.0.0.6"), Fact(Field("wsd.xaddr"), "x")])
    assert [fact.value for fact in visit.said] == ["x"]


def test_a_retry_forgets_what_was_inconclusive():
    visit = Visit(HOST, 2)
    visit.connects = {80: "answered", 81: "refused", 82: "timed-out", 83: "skipped"}
    kinds: list[OutcomeKind] = ["answered", "malformed", "timed-out", "closed"]
    answers = {
        kind: Answer(Question("http", Endpoint(HOST, "tcp", 80 + number), tls=False), kind)
        for number, kind in enumerate(kinds)
    }
    visit.history = list(answers.values())
    visit.flying = {answer.question for answer in visit.history}
    assert visit.retry() == [82, 83]
    assert visit.history == [answers["answered"], answers["malformed"]]
    assert visit.flying == {answer.question for answer in visit.history}
