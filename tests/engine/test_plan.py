from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.plan import MAX_POINTED, Answer, Question, plan
from scanner.model.dialogue import Fact, RecordSpec, StreamSpec, WebSpec
from scanner.model.observation import Endpoint, Field

HOST = "10.0.0.5"


def decode(payload):
    yield from ()


def dialogue(address, port):
    yield from ()


SPECS = (
    WebSpec("http", (), decode, dialogue),
    RecordSpec("tls", (), decode),
    StreamSpec("rtsp", (), (554, 8554), decode, dialogue),
    StreamSpec("banner", (), (21, 22, 23), decode, dialogue),
    WebSpec("onvif", (), decode, dialogue),
    StreamSpec("dhip", (), (80, 5000), decode, dialogue),
    StreamSpec("dvrip", (), (37777, 37778), decode, dialogue, guess=True),
    WebSpec("upnp", (), decode, dialogue),
)


def name(question):
    return f"{question.spec}{'+tls' if question.tls else ''}:{question.endpoint.port}"


def walk(ports, answers: dict[str, Any], said=(), specs=SPECS):
    """Ask until nothing is left; ``answers`` maps names to an outcome kind or facts, the rest are malformed."""
    history: list[Answer] = []
    rounds = []
    while questions := plan(HOST, ports, history, said, specs):
        rounds.append([name(question) for question in questions])
        for question in questions:
            answer = answers.get(name(question), "tls-failed" if question.tls else "malformed")
            kind: Any
            kind, facts = (answer, ()) if isinstance(answer, str) else ("answered", answer)
            history.append(Answer(question, kind, facts))
        assert len(rounds) < 100
    return rounds


def asked(*arguments, **options):
    return [question for step in walk(*arguments, **options) for question in step]


def fact(field, value):
    return Fact(Field(field), value)


@pytest.mark.parametrize(
    ("port", "answers", "questions"),
    [
        # An unknown port: HTTP, TLS, RTSP, further guesses, banner, until one answers.
        (9999, {}, ["http:9999", "tls+tls:9999", "rtsp:9999", "dvrip:9999", "banner:9999"]),
        (9999, {"http:9999": "answered"}, ["http:9999", "onvif:9999", "upnp:9999"]),
        (9999, {"rtsp:9999": "answered"}, ["http:9999", "tls+tls:9999", "rtsp:9999"]),
        (9999, {"banner:9999": "answered"}, ["http:9999", "tls+tls:9999", "rtsp:9999", "dvrip:9999", "banner:9999"]),
        (
            9999,
            {"tls+tls:9999": "answered", "http+tls:9999": "answered"},
            ["http:9999", "tls+tls:9999", "http+tls:9999", "onvif+tls:9999", "upnp+tls:9999"],
        ),
        (
            9999,
            {"tls+tls:9999": "answered", "rtsp+tls:9999": "answered"},
            ["http:9999", "tls+tls:9999", "http+tls:9999", "rtsp+tls:9999"],
        ),
        # A usual port is asked what is usual, and guessed at only when that fails.
        (554, {"rtsp:554": "answered"}, ["rtsp:554"]),
        (554, {"http:554": "answered"}, ["rtsp:554", "http:554", "onvif:554", "upnp:554"]),
        (22, {"banner:22": "answered"}, ["banner:22"]),
        (37777, {"dvrip:37777": "answered"}, ["dvrip:37777"]),
        # A web port with a second usual protocol is asked both.
        (80, {"http:80": "answered", "dhip:80": "answered"}, ["http:80", "dhip:80", "onvif:80", "upnp:80"]),
        (80, {"dhip:80": "answered"}, ["http:80", "dhip:80"]),
        # TLS comes first on ports known for it.
        (
            443,
            {"tls+tls:443": "answered", "http+tls:443": "answered"},
            ["tls+tls:443", "http+tls:443", "onvif+tls:443", "upnp+tls:443"],
        ),
        (
            443,
            {"tls+tls:443": "malformed", "http+tls:443": "answered"},
            ["tls+tls:443", "http+tls:443", "onvif+tls:443", "upnp+tls:443"],
        ),
        (443, {"http:443": "answered"}, ["tls+tls:443", "http:443", "onvif:443", "upnp:443"]),
        (37778, {"tls+tls:37778": "answered", "dvrip+tls:37778": "answered"}, ["tls+tls:37778", "dvrip+tls:37778"]),
        (37778, {"dvrip:37778": "answered"}, ["tls+tls:37778", "http:37778", "rtsp:37778", "dvrip:37778"]),
        # Plain HTTP turned away on a TLS port.
        (
            9999,
            {"http:9999": [fact("http.status", "400")], "tls+tls:9999": "answered", "http+tls:9999": "answered"},
            [
                "http:9999",
                "onvif:9999",
                "upnp:9999",
                "tls+tls:9999",
                "http+tls:9999",
                "onvif+tls:9999",
                "upnp+tls:9999",
            ],
        ),
        (
            9999,
            {"http:9999": [fact("http.status", "400")]},
            ["http:9999", "onvif:9999", "upnp:9999", "tls+tls:9999"],
        ),
        (
            80,
            {"http:80": [fact("http.location", "https://10.0.0.5:443/")], "dhip:80": "closed"},
            ["http:80", "dhip:80", "onvif:80", "upnp:80"],
        ),
        # Silence, or no more connections, ends the guessing.
        (9999, {"http:9999": "timed-out", "tls+tls:9999": "timed-out"}, ["http:9999", "tls+tls:9999"]),
        (9999, {"http:9999": "refused"}, ["http:9999"]),
        (554, {"rtsp:554": "refused"}, ["rtsp:554"]),
        (
            9999,
            {"http:9999": "timed-out", "rtsp:9999": "timed-out"},
            ["http:9999", "tls+tls:9999", "rtsp:9999", "dvrip:9999", "banner:9999"],
        ),
    ],
)
def test_one_port_is_asked_in_order(port, answers, questions):
    assert sorted(asked([port], answers)) == sorted(questions)
    first = asked([port], answers)[0]
    assert first == questions[0]


def test_a_redirect_to_https_on_the_same_port_is_followed_by_tls():
    answers = {"http:9999": [fact("http.location", "https://camera.example:9999/")], "tls+tls:9999": "answered"}
    assert "http+tls:9999" in asked([9999], answers)


@pytest.mark.parametrize(("port", "tls"), [(9999, False), (443, True)])
def test_http_is_asked_again_when_only_its_own_answer_was_lost(port, tls):
    place = Endpoint(HOST, "tcp", port)
    history = [Answer(Question("onvif", place, tls), "answered"), Answer(Question("upnp", place, tls), "answered")]
    if tls:
        history.append(Answer(Question("tls", place, tls), "answered"))
    assert plan(HOST, (port,), history, (), SPECS) == (Question("http", place, tls),)
    history.append(Answer(Question("http", place, tls), "timed-out"))
    assert plan(HOST, (port,), history, (), SPECS) == (), "what speaks the one speaks the other: nothing is guessed at"


def test_guesses_are_one_at_a_time_and_ports_side_by_side():
    assert walk([9998, 9999], {})[0] == ["http:9998", "http:9999"]
    assert all(len(step) <= 2 for step in walk([9998, 9999], {}))


def test_two_ports_that_speak_http_are_both_asked():
    questions = asked([80, 8080], {"http:80": "answered", "http:8080": "answered"})
    assert {"onvif:80", "onvif:8080", "upnp:80", "upnp:8080"} <= set(questions)


def test_onvif_is_asked_where_the_device_says_it_is():
    said = [fact("wsd.xaddr", "http://10.0.0.5:8899/onvif/device_service")]
    assert walk([], {"onvif:8899": "answered", "http:8899": "answered"}, said)[0] == ["http:8899", "onvif:8899"]
    assert "onvif+tls:8443" in asked([], {}, [fact("wsd.xaddr", "https://10.0.0.5:8443/onvif/device_service")])
    assert "onvif:80" in asked([], {}, [fact("wsd.xaddr", "http://10.0.0.5/onvif/device_service")])


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.6:8899/onvif/device_service",
        "http://camera.example:8899/onvif/device_service",
        "http://169.254.1.1/onvif/device_service",
        "ftp://10.0.0.5/",
        "http://10.0.0.5:0/",
        "http://10.0.0.5:99999/",
        "http://[::1/",
        "",
        "soap.udp:",
    ],
)
def test_what_points_elsewhere_or_nowhere_is_not_asked(url):
    assert asked([], {}, [fact("wsd.xaddr", url)]) == []


def test_a_device_cannot_have_all_its_ports_asked_by_naming_them():
    said = [fact("wsd.xaddr", f"http://10.0.0.5:{port}/") for port in range(1, 1000)]
    assert len({question.rpartition(":")[2] for question in asked([], {}, said)}) == MAX_POINTED


def test_without_a_spec_nothing_of_it_is_asked():
    assert asked([9999], {}, [fact("ssdp.location", "http://10.0.0.5:49152/")], SPECS[:2]) == [
        "http:9999",
        "tls+tls:9999",
    ]


KINDS = st.sampled_from(["answered", "refused", "timed-out", "closed", "malformed", "tls-failed", "skipped"])
FACTS = st.lists(
    st.sampled_from([fact("http.status", "400"), fact("http.location", "https://x:80/"), fact("http.status", "200")]),
    max_size=2,
).map(tuple)
PORTS = st.lists(st.sampled_from([21, 80, 443, 554, 5000, 8443, 9999, 37777, 37778]), max_size=4)


@settings(max_examples=100, deadline=None)
@given(ports=PORTS, said=st.lists(st.sampled_from([80, 443, 8899]), max_size=3), data=st.data())
def test_nothing_is_asked_twice_and_planning_ends(ports, said, data):
    facts = [fact("wsd.xaddr", f"http://{HOST}:{port}/") for port in said]
    history: list[Answer] = []
    for _ in range(200):
        questions = plan(HOST, ports, history, facts, SPECS)
        assert questions == plan(HOST, ports, list(history), facts, SPECS)
        if not questions:
            break
        for question in questions:
            history.append(Answer(question, data.draw(KINDS), data.draw(FACTS)))
    else:
        pytest.fail("planning does not end")
    asked = [answer.question for answer in history]
    assert len(asked) == len(set(asked))
    assert {question.endpoint.port for question in asked} == {*ports, *said}
    assert {question.endpoint.address for question in asked} <= {HOST}
    names = {spec.name for spec in SPECS}
    allowed = {
        Question(spec, Endpoint(HOST, "tcp", port), tls)
        for spec, port, tls in product(names, {*ports, *said}, (True, False))
    }
    assert set(asked) <= allowed


@pytest.mark.parametrize("port", [9100, 9107])
def test_a_raw_printing_port_is_never_asked(port):
    pointer = fact("wsd.xaddr", f"http://10.0.0.5:{port}/onvif/device_service")
    assert plan("10.0.0.5", [port], (), [pointer], SPECS) == ()


def test_a_description_is_asked_for_where_the_device_says_it_is():
    specs = (
        *SPECS[:-1],
        WebSpec("upnp", (), decode, dialogue, follow=lambda address, port, path: dialogue(address, port)),
    )
    said = [fact("ssdp.location", "http://10.0.0.5:45895/rootdesc1.xml")]
    (question,) = (question for question in plan(HOST, [], (), said, specs) if question.path)
    assert question == Question("upnp", Endpoint(HOST, "tcp", 45895), tls=False, path="/rootdesc1.xml")
    assert plan(HOST, [], (), said, SPECS)[-1] == Question("upnp", Endpoint(HOST, "tcp", 45895), tls=False)


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (fact("dhip.port", "35000"), "dvrip:35000"),
        (fact("dhip.http_port", "88"), "http:88"),
        (fact("sadp.http_port", "88"), "http:88"),
    ],
)
def test_a_port_that_a_device_names_is_asked(said, question):
    assert question in asked([], {}, [said])


@pytest.mark.parametrize("value", ["0", "65536", "-1", "80.0", "", "٣", "9" * 5000])
def test_what_is_no_port_is_not_asked(value):
    assert asked([], {}, [fact("dhip.port", value), fact("sadp.http_port", value)]) == []
    assert asked([], {}, [fact("sadp.command_port", "8000")]) == []
