"""The raw sweep: stateless questions by the thousand over a link-layer socket, in the manner of ZMap and masscan.

Linux, with root or CAP_NET_RAW. One thread sends batches, takes in every answer between two batches, and asks again
only what has not answered, until so much loss as has been seen would leave nothing unfound. No state is kept but one
bit a question of the current window: 10.0.0.0/8 takes no more memory than a /16.

The kernel knows nothing of these connections and would reset each at its SYN-ACK, for which it would have to resolve
every neighbour. So the source port is that of a listening socket of the kernel whose filter drops everything; the
resets are sent from here.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import math
import os
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from ipaddress import ip_address, ip_network
from typing import Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from scanner.model.outcome import OutcomeKind
from scanner.model.permitted import PermittedSpan
from scanner.transports.distress import Watch
from scanner.transports.frames import SNAP, Bytes, Filter, Form, Heard, Places, Syn, Who
from scanner.transports.loss import LEAST, Loss
from scanner.transports.manners import SLACK_SECONDS, SLOWED, SUFFERERS
from scanner.transports.pace import Pace, Spacing
from scanner.transports.permutation import Numbers, Permutation
from scanner.transports.privilege import NotPrivileged

WINDOW: Final = 1 << 20
"""Questions asked over and over before the next are begun: a bit of each is kept."""
CHUNK: Final = 2048
"""Questions built and sent at a time; then answers are taken in. The receive buffer holds fifty times as many."""
MAX_PASSES: Final = 24
"""At three packets in ten lost each way, half of all questions go unanswered: 2 to the power of 24 is 17 million."""
SPACING: Final = 0.3
"""Seconds before the same is asked again: more than a slow device on a local network takes to answer."""
LEAST_SPACING: Final = 0.1
"""The same where all answers so far came at once: nmap's least time-out, which has stood for twenty years."""
WAIT: Final = 1.0
"""Seconds to listen after the last question."""
RECEIVE: Final = 64 << 20
"""Bytes of receive buffer asked for; a quarter of a second of answers at a million a second."""
BURST: Final = 64
"""Frames sent at a time where hosts and subnets are spaced: beyond it the spacing would be older than its frame."""
MAX_NAMED: Final = 4096
"""Hosts that stopped answering told one by one: a whole network that goes down is told by its subnets."""
BACKLOG: Final = 256
"""Batches of answers not yet taken by the caller at which sending pauses."""
TEND_SECONDS: Final = 0.02
"""Seconds between two looks at who has stopped answering."""
IDLE: Final = 0.001
"""Seconds between two looks at the clock while nothing may be sent."""

_SOL_PACKET: Final = 263
_PACKET_STATISTICS: Final = 6
_SO_ATTACH_FILTER: Final = 26
_SO_RCVBUFFORCE: Final = 33
_ETHERNET_CARRIER: Final = 1
_RECEIVES: Final = 1024
_FULL: Final = frozenset({errno.EAGAIN, errno.ENOBUFS, errno.EINTR, errno.ENOMEM})


class Way(msgspec.Struct, frozen=True):
    """How frames leave this machine."""

    interface: str
    source: str
    """This machine's address, of the version that is asked."""
    hop: str | None = None
    """The MAC of the gateway; None when the targets are neighbours."""


class Sweep(msgspec.Struct):
    """What a sweep did, for the report; filled while it runs."""

    sent: int = 0
    """Questions and resets."""
    answers: int = 0
    passes: int = 0
    """The most that one window needed."""
    loss: float = 0.0
    """The share of questions to answering places that went unanswered: how lossy the way is."""
    dropped: int = 0
    """Answers that this machine's receive buffer had no room for; what they answered was asked again."""
    done: int = 0
    total: int = 0
    """Questions settled and to settle, each counted once."""
    spared: dict[str, None] = {}
    """One line on each host and subnet that stopped answering, and was asked more slowly."""
    left: set[str] = set()
    """Addresses that stopped answering and were left alone."""


class Batch(msgspec.Struct, frozen=True):
    """Answers that arrived together, as columns."""

    addresses: Bytes
    """Rows of 4 or 16 bytes."""
    ports: NDArray[np.uint16]
    open: NDArray[np.bool_]
    macs: Bytes

    def __len__(self) -> int:
        return len(self.ports)

    def __iter__(self) -> Iterator[tuple[str, int, OutcomeKind]]:
        """Yield address, port and ``answered`` (it accepts) or ``refused``."""
        family = socket.AF_INET if self.addresses.shape[1] == 4 else socket.AF_INET6  # noqa: PLR2004 - bytes of IPv4
        for address, port, accepts in zip(self.addresses, self.ports.tolist(), self.open.tolist(), strict=True):
            yield socket.inet_ntop(family, address.tobytes()), port, "answered" if accepts else "refused"


async def sweep(
    spans: Sequence[PermittedSpan],
    ports: Sequence[int],
    way: Way,
    *,
    pace: Pace,
    per_host: float = math.inf,
    per_subnet: float = math.inf,
    hops: dict[str, str] | None = None,
    passes: int = LEAST,
    wait: float = WAIT,
    spacing: float = SPACING,
    told: Sweep | None = None,
) -> AsyncGenerator[Batch, None]:
    """Ask every TCP port of every address for a connection, without opening one; yield who accepts and who refuses.

    ``spans`` are of one IP version. On the own link ``hops`` maps address → MAC, as ``neighbours`` found them, and only
    these are asked; otherwise all leave by ``way.hop``. Everything silent is asked ``passes`` times or, as loss shows,
    more, ``spacing`` seconds apart, ``per_host`` and ``per_subnet`` questions a second at most to one address and one
    /24 (IPv6: /64); the last answers are awaited for ``wait`` seconds. Each answer is told once (again
    only when it comes so late that its window is two windows gone). Silence is not told. A host that stops answering
    is spared, as ``distress`` says. ``told`` is filled on the way.

    Raises NotPrivileged without CAP_NET_RAW, ValueError for spans that cannot be swept, OSError when the interface
    cannot be used. Close the iterator to stop early.
    """
    if hops is not None:
        places, table = _neighbourhood(spans, ports, hops)
        if places is None:
            return
    elif way.hop is not None:
        places, table = Places(spans, ports), np.frombuffer(_mac(way.hop), dtype=np.uint8)
    else:
        raise ValueError("the way to neighbours needs their MACs")
    key = struct.unpack("=QQ", os.urandom(16))
    with _reserve() as reserved:
        port = reserved.getsockname()[1]
        form = Syn(_own_mac(way.interface), ip_address(way.source).packed, port, table, key)
        async for heard in _run(
            form, places, way, _Plan(pace, per_host, per_subnet, passes, wait, spacing, told or Sweep(), watched=True)
        ):
            yield Batch(heard.addresses, heard.ports, heard.open, heard.macs)


async def neighbours(
    spans: Sequence[PermittedSpan],
    way: Way,
    *,
    pace: Pace,
    per_host: float = math.inf,
    per_subnet: float = math.inf,
    passes: int = LEAST,
    wait: float = 0.5,
    spacing: float = SPACING,
    told: Sweep | None = None,
) -> AsyncGenerator[Batch, None]:
    """Ask who has each address of the own link (ARP; neighbour solicitation for IPv6); yield who answers, with MACs.

    The kernel's table of neighbours is neither asked nor filled. Otherwise as ``sweep``; ports are zero.
    """
    form = Who(_own_mac(way.interface), ip_address(way.source).packed)
    places = Places(spans, (0,))
    async for heard in _run(
        form, places, way, _Plan(pace, per_host, per_subnet, passes, wait, spacing, told or Sweep())
    ):
        yield Batch(heard.addresses, heard.ports, heard.open, heard.macs)


def _neighbourhood(
    spans: Sequence[PermittedSpan], ports: Sequence[int], hops: dict[str, str]
) -> tuple[Places | None, Bytes]:
    """Return the permitted of the known neighbours, and their MACs in the order of their ranks."""
    known = sorted((int(ip_address(address)), mac) for address, mac in hops.items())
    inside = [(span[0], number, mac) for number, mac in known for span in spans if span[1] <= number <= span[2]]
    if not inside:
        return None, np.empty((0, 6), dtype=np.uint8)
    table = np.frombuffer(b"".join(_mac(mac) for _, _, mac in inside), dtype=np.uint8).reshape(-1, 6)
    return Places([(version, number, number) for version, number, _ in inside], ports), table


class _Plan(msgspec.Struct, frozen=True):
    pace: Pace
    per_host: float
    per_subnet: float
    passes: int
    wait: float
    spacing: float
    told: Sweep
    watched: bool = False
    """Whether hosts that stop answering are spared."""


async def _run(form: Form, places: Places, way: Way, plan: _Plan) -> AsyncGenerator[Heard, None]:
    """Run the sweep in a thread of its own and hand over what it hears."""
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    def ring() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(news.set)

    with _Wire(way.interface, form) as wire:
        run = _Run(form, places, wire, plan, ring)
        thread = threading.Thread(target=run.run, name="raw sweep", daemon=True)
        thread.start()
        try:
            while True:
                await news.wait()
                news.clear()
                finished = run.finished
                while run.heard:
                    yield run.heard.pop(0)
                if finished:
                    break
        finally:
            run.stopped = True
            thread.join()
        if run.failure is not None:
            raise run.failure


class _Run:
    """The thread's work. ``heard`` and ``finished`` are read, ``stopped`` is set, by the asyncio loop."""

    def __init__(self, form: Form, places: Places, wire: _Wire, plan: _Plan, ring: Callable[[], None]) -> None:
        self.heard: list[Heard] = []
        self.finished = False
        self.stopped = False
        self.failure: BaseException | None = None
        self._form = form
        self._places = places
        self._wire = wire
        self._plan = plan
        self._pace = plan.pace
        self._lump = max(1, int(plan.pace.per_second * IDLE)) if plan.pace.bounded else CHUNK
        self._told = plan.told
        self._ring = ring
        self._order = Permutation(places.count, int.from_bytes(os.urandom(8)))
        self._windows: dict[int, _Window] = {}
        self._hosts, self._subnets = Spacing(plan.per_host), Spacing(plan.per_subnet, SLACK_SECONDS)
        self._watch = Watch(plan.spacing) if plan.watched else None
        self._put_by: list[Numbers] = []
        """Positions whose hosts are being spared."""
        self._suffering: dict[bytes, set[int]] = {}
        """Subnet → its hosts that stopped answering."""
        self._tended = -math.inf
        self._unbounded = plan.per_host == plan.per_subnet == math.inf
        self._subnet_bytes = 3 if places.version == 4 else 8  # noqa: PLR2004 - the IP version
        self._loss = Loss()
        self._slowest = math.inf
        """Seconds that the slowest answer to a first asking took; infinite before the first answer."""

    def run(self) -> None:
        try:
            self._told.total = self._places.count
            for first in range(0, self._places.count, WINDOW):
                self._settle(first, min(WINDOW, self._places.count - first))
        except BaseException as error:  # noqa: BLE001 - raised again on the asyncio loop: nobody looks at a thread
            self.failure = error
        finally:
            self.finished = True
            self._ring()

    def _settle(self, first: int, size: int) -> None:
        """Ask all of one window until no more answers are to be expected."""
        number = first // WINDOW
        window = self._windows[number] = _Window(first, size)
        self._windows.pop(number - 2, None)
        last = first + size == self._places.count
        done = 0
        while not self.stopped:
            if done < self._loss.askings(self._plan.passes, MAX_PASSES):
                self._ask_all(window)
                done += 1
                self._told.passes = max(self._told.passes, done)
            # Answers on their way may show loss, and so the need of another pass.
            elif not self._linger(
                window, window.asked.max() + (self._plan.wait if last else self._plan.spacing), done
            ) and (not self._resume(window)):
                break
        self._told.done += size

    def _linger(self, window: _Window, until: float, done: int) -> bool:
        """Take in answers until then, while any is missing; True when they show that asking is to go on."""
        while not self.stopped and (now := time.monotonic()) < until and not window.answered.all():
            self._wire.wait(min(until - now, 0.05))
            self._take()
        return done < self._loss.askings(self._plan.passes, MAX_PASSES)

    def _ask_all(self, window: _Window) -> None:
        """Ask everything of ``window`` that has not answered."""
        for at in range(0, window.size, CHUNK):
            chunk = at // CHUNK
            if window.answered[at : at + CHUNK].all():
                continue
            self._rest_until(window.asked[chunk] + self._spacing(window.tries[chunk]))
            silent = np.flatnonzero(~window.answered[at : at + CHUNK])
            positions = (silent + (window.first + at)).astype(np.uint64)
            window.tries[chunk] += 1
            window.begun[chunk] = time.monotonic()
            if len(positions):
                self._ask(positions)
            window.asked[chunk] = time.monotonic()
            if self.stopped:
                return

    def _resume(self, window: _Window) -> bool:
        """Ask what was put by as soon as its hosts are well again; False when there is nothing."""
        if not self._put_by:
            return False
        assert self._watch is not None  # who put it by
        positions, self._put_by = np.unique(np.concatenate(self._put_by)), []
        while len(positions) and not self.stopped:
            self._rest_until(time.monotonic() + TEND_SECONDS)
            positions = window.silent(positions)
            ranks, _ = self._places.split(self._order.at(positions))
            spared, left = self._watch.spared(ranks), self._watch.left(ranks)
            free = positions[~spared]
            for _ in range(self._plan.passes if len(free) else 0):
                self._ask(window.silent(free))
                self._rest_until(time.monotonic() + self._plan.spacing)
            self._told.left.update(self._text(rank) for rank in np.unique(ranks[left]))
            positions = positions[spared & ~left]
        window.asked[0] = time.monotonic()
        return True

    def _ask(self, positions: Numbers) -> None:
        ranks, ports = self._places.split(self._order.at(positions))
        if self._watch is not None and not self._watch.calm:
            spared = self._watch.spared(ranks)
            self._put_by.append(positions[spared])
            positions, ranks, ports = positions[~spared], ranks[~spared], ports[~spared]
        if not len(positions):
            return
        addresses = self._places.packed(ranks)
        frames = self._form.ask(ranks, addresses, ports)
        if not self._unbounded:
            self._ask_in_turn(positions, ranks, frames, addresses)
            return
        if self._watch is not None:
            self._watch.ask(ranks, time.monotonic())
        sent = 0
        while sent < len(frames) and not self.stopped:
            granted = self._grant(len(frames) - sent)
            sent += self._send(frames[sent : sent + granted])
            self._take()

    def _ask_in_turn(self, positions: Numbers, ranks: Numbers, frames: Bytes, addresses: Bytes) -> None:
        """Send each frame when its host, its subnet and the whole allow one; put by those whose host must be spared."""
        waiting = [(row, bytes(address)) for row, address in enumerate(addresses)]
        while waiting and not self.stopped:
            if self._watch is not None and not self._watch.calm:
                spared = self._watch.spared(ranks)
                rows = [row for row, _ in waiting if spared[row]]
                self._put_by.append(positions[rows])
                waiting = [one for one in waiting if not spared[one[0]]]
            now = time.monotonic()
            ready: list[int] = []
            later: list[tuple[int, bytes]] = []
            for row, address in waiting:
                if len(ready) < BURST and self._may_ask(address, now):
                    ready.append(row)
                else:
                    later.append((row, address))
            waiting = later
            sent = 0
            while sent < len(ready) and not self.stopped:
                sent += self._send(frames[ready[sent : sent + self._grant(len(ready) - sent)]])
            if self._watch is not None:
                self._watch.ask(ranks[ready], time.monotonic())
            if not ready:
                self._wire.wait(IDLE)
            self._take()

    def _may_ask(self, address: bytes, now: float) -> bool:
        """Tell whether ``address`` may be asked now; if so, it is taken to be."""
        subnet = address[: self._subnet_bytes]
        if self._hosts.due(address) > now or self._subnets.due(subnet) > now:
            return False
        self._note(address, now)
        return True

    def _note(self, address: bytes, now: float) -> None:
        """Remember that ``address`` is asked now; a subnet where several have stopped answering waits longer."""
        subnet = address[: self._subnet_bytes]
        suffers = len(self._suffering.get(subnet, ())) >= SUFFERERS
        self._hosts.note(address, now)
        self._subnets.note(subnet, now + (SLOWED * self._subnets.interval if suffers else 0))

    def _tend(self) -> None:
        """Look who has stopped answering, and ask them what they answered before."""
        now = time.monotonic()
        if self._watch is None or now < self._tended + TEND_SECONDS:
            return
        self._tended = now
        ranks, ports, fallen = self._watch.test(now, self._loss.share)
        for rank in fallen:
            self._spare(rank)
        if not len(ranks):
            return
        addresses = self._places.packed(ranks)
        frames, sent = self._form.ask(ranks, addresses, ports), 0
        while sent < len(frames) and not self.stopped:
            sent += self._send(frames[sent : sent + self._grant(len(frames) - sent)])
        if not self._unbounded:
            for address in addresses:
                self._note(bytes(address), now)

    def _spare(self, rank: np.uint64) -> None:
        """Tell that a host has stopped answering, and whether its subnet suffers as well."""
        packed = bytes(self._places.packed(np.array([rank]))[0])
        subnet = packed[: self._subnet_bytes]
        hosts = self._suffering.setdefault(subnet, set())
        hosts.add(int(rank))
        if len(self._told.spared) < MAX_NAMED:
            line = f"{self._text(rank)} stopped answering while it was asked, and was asked more slowly"
            self._told.spared[line] = None
        if len(hosts) == SUFFERERS:
            bits = 8 * self._subnet_bytes
            name = ip_network((subnet.ljust(len(packed), bytes(1)), bits))
            self._told.spared[f"several hosts of {name} stopped answering: the subnet was asked more slowly"] = None

    def _text(self, rank: np.uint64) -> str:
        return str(ip_address(bytes(self._places.packed(np.array([rank]))[0])))

    def _grant(self, most: int) -> int:
        """Wait until some of ``most`` frames may be sent, as many as go in IDLE seconds; return how many."""
        while not self.stopped:
            now = time.monotonic()
            delay = self._pace.delay(now, min(most, self._lump)) if len(self.heard) < BACKLOG else IDLE
            if not delay and (granted := self._pace.spend(now, most)):
                return granted
            time.sleep(min(delay, IDLE))  # to the microsecond, which poll() is not
            self._take()
        return 0

    def _send(self, frames: Bytes) -> int:
        sent = self._wire.send(frames)
        self._pace.spent(time.monotonic())
        self._told.sent += sent
        return sent

    def _spacing(self, tries: int) -> float:
        """Return the seconds before the same is asked again: twice what the slowest answer took, within bounds."""
        spacing = min(max(2 * self._slowest, LEAST_SPACING), self._plan.spacing)
        return max(spacing, self._form.again) if tries > 1 else spacing

    def _rest_until(self, when: float) -> None:
        while not self.stopped and (now := time.monotonic()) < when:
            self._wire.wait(min(when - now, 0.05))
            self._take()

    def _take(self) -> None:
        """Take in all answers that have arrived."""
        while not self.stopped and (received := self._wire.receive()) is not None:
            heard = self._form.read(*received)
            if not len(heard.ports):
                continue
            closing = self._form.close(heard)
            while closing is not None and len(closing) and not self.stopped:
                granted = self._pace.spend(time.monotonic(), len(closing))
                if not granted:
                    time.sleep(IDLE)
                closing = closing[self._send(closing[:granted]) :]
            self._mark(heard)
        self._told.dropped += self._wire.dropped()
        self._tend()

    def _mark(self, heard: Heard) -> None:
        numbers, known = self._places.numbers(heard.addresses, heard.ports)
        if not known.all():
            heard, numbers = heard.pick(known), numbers[known]
        if self._watch is not None:
            self._watch.hear(*self._places.split(numbers), heard.open)
        positions = self._order.position(numbers)
        positions, firsts = np.unique(positions, return_index=True)
        new = np.ones(len(positions), dtype=np.bool_)
        for window in self._windows.values():
            inside = np.flatnonzero((positions >= window.first) & (positions < window.first + window.size))
            places = (positions[inside] - np.uint64(window.first)).astype(np.intp)
            new[inside] = ~window.answered[places]
            fresh = places[new[inside]]
            window.answered[fresh] = True
            self._loss.note(early=0, total=len(fresh))
            first_time = window.tries[fresh // CHUNK] == 1
            if first_time.any():
                self._loss.note(early=int(first_time.sum()), total=0)
                took = time.monotonic() - window.begun[fresh[first_time] // CHUNK].min()
                self._slowest = took if self._slowest == math.inf else max(self._slowest, took)
        if new.any():
            self.heard.append(heard.pick(firsts[new]))
            self._told.answers += int(new.sum())
            self._told.loss = self._loss.share
            self._ring()


class _Window:
    """What is asked over and over: some megabytes, whatever the size of the sweep."""

    def __init__(self, first: int, size: int) -> None:
        self.first = first
        self.size = size
        self.answered = np.zeros(size, dtype=np.bool_)
        chunks = -(-size // CHUNK)
        self.asked = np.full(chunks, -math.inf)
        """When each chunk was asked last."""
        self.begun = np.full(chunks, -math.inf)
        """When its last asking began: an answer took no longer than since then."""
        self.tries = np.zeros(chunks, dtype=np.int16)

    def silent(self, positions: Numbers) -> Numbers:
        """Return those of the positions that have not answered."""
        return positions[~self.answered[(positions - np.uint64(self.first)).astype(np.intp)]]


class _Wire:
    """Two link-layer sockets, and the structures with which Linux takes and gives many frames at once."""

    def __init__(self, interface: str, form: Form) -> None:
        self._library = ctypes.CDLL(None, use_errno=True)
        self._sockets = ExitStack()
        try:
            # Protocol 0: nothing is received before the filter stands.
            self._out = self._sockets.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
            self._in = self._sockets.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
            self._out.bind((interface, 0))
            with suppress(OSError):  # needs CAP_NET_ADMIN; without it the buffer is smaller
                self._in.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE)
            _attach(self._in, form.filter())
            self._in.bind((interface, form.ethertype))
        except OSError:
            self._sockets.close()
            raise
        self._in.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._in, select.POLLIN)
        self._rows = np.zeros((_RECEIVES, SNAP), dtype=np.uint8)
        self._received = _messages(self._rows.ctypes.data, _RECEIVES, SNAP)
        self._outgoing = _messages(0, CHUNK, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sockets.close()

    def send(self, frames: Bytes) -> int:
        """Send frames, CHUNK at most; return how many the kernel has taken, some at least unless it has no room."""
        count = min(len(frames), CHUNK)
        if not count:
            return 0
        frames = np.ascontiguousarray(frames[:count])
        vectors = self._outgoing.vectors
        vectors["base"][:count] = frames.ctypes.data + np.arange(count, dtype=np.uint64) * np.uint64(frames.shape[1])
        vectors["length"][:count] = frames.shape[1]
        sent: int = self._library.sendmmsg(self._out.fileno(), ctypes.c_void_p(self._outgoing.address), count, 0)
        if sent >= 0:
            return sent
        number = ctypes.get_errno()
        if number not in _FULL:
            raise OSError(number, os.strerror(number))
        time.sleep(0.001)
        return 0

    def receive(self) -> tuple[Bytes, NDArray[np.uint32]] | None:
        """Return the frames that have arrived and their sizes, or None when there are none."""
        count: int = self._library.recvmmsg(
            self._in.fileno(), ctypes.c_void_p(self._received.address), _RECEIVES,
            socket.MSG_DONTWAIT | socket.MSG_TRUNC, None,
        )  # fmt: skip
        if count <= 0:
            number = ctypes.get_errno()
            if count < 0 and number not in _FULL:
                raise OSError(number, os.strerror(number))
            return None
        return self._rows[:count], self._received.headers["size"][:count].copy()

    def wait(self, seconds: float) -> None:
        """Wait until something arrives."""
        self._poll.poll(seconds * 1000)

    def dropped(self) -> int:
        """Return how many frames the receive buffer had no room for since this was last asked."""
        _, dropped = struct.unpack("=II", self._in.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))
        return int(dropped)


class _Messages(msgspec.Struct, frozen=True):
    """An array of ``struct mmsghdr`` and the ``struct iovec`` that each points to."""

    headers: NDArray[np.void]
    vectors: NDArray[np.void]
    address: int


def _messages(base: int, count: int, width: int) -> _Messages:
    """Return headers for ``count`` messages, each with one vector of ``width`` bytes from ``base`` on."""
    word = struct.calcsize("P")
    vector = np.dtype([("base", f"u{word}"), ("length", f"u{word}")])
    header = np.dtype(
        {
            "names": ["vectors", "count", "size"],
            "formats": [f"u{word}", f"u{word}", "u4"],
            # name, its length, vectors, their count, control, its length, flags; then the size, padded
            "offsets": [2 * word, 3 * word, 7 * word],
            "itemsize": 8 * word,
        }
    )
    vectors, headers = np.zeros(count, dtype=vector), np.zeros(count, dtype=header)
    steps = np.arange(count, dtype=np.uint64)
    vectors["base"] = base + steps * np.uint64(width)
    vectors["length"] = width
    headers["vectors"] = vectors.ctypes.data + steps * np.uint64(vector.itemsize)
    headers["count"] = 1
    return _Messages(headers, vectors, headers.ctypes.data)


def _attach(sock: socket.socket, program: Filter) -> None:
    """Let only what ``program`` accepts into the socket."""
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code)
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", len(program), ctypes.addressof(buffer)))


def _reserve() -> socket.socket:
    """Return a socket that owns a TCP port of both IP versions and drops all that comes to it, without a reset."""
    dual = socket.has_dualstack_ipv6()
    sock = socket.socket(socket.AF_INET6 if dual else socket.AF_INET)
    try:
        if dual:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        _attach(sock, ((6, 0, 0, 0),))
        sock.bind(("::" if dual else "0.0.0.0", 0))  # noqa: S104 - nothing can be said to it
        sock.listen(1)
    except OSError:
        sock.close()
        raise
    return sock


def _own_mac(interface: str) -> bytes:
    """Return the hardware address of ``interface``; OSError when it has none of Ethernet's kind."""
    if sys.platform != "linux":
        raise NotPrivileged("raw sweeps need Linux")
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sock:
            sock.bind((interface, 0))
            _, _, _, kind, mac = sock.getsockname()
    except PermissionError as error:
        raise NotPrivileged("raw sweeps need root or CAP_NET_RAW") from error
    if kind != _ETHERNET_CARRIER:
        raise OSError(errno.ENOTSUP, f"{interface} is not an Ethernet interface")
    return bytes(mac)


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))
