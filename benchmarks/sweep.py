"""One sweep of ours as a process, for the benchmarks: prints how many answers of each kind, and of how many hosts.

`python -m benchmarks.sweep raw|near|connect NETWORK --hop MAC …`; what is found is not printed one by one, for the
peers' lists are not read one by one either.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
from collections import Counter
from ipaddress import IPv4Network

from scanner.engine.ranges import Ranges, span
from scanner.engine.scope import Scope
from scanner.engine.targets import Targets
from scanner.transports.pace import Pace

PORTS = (80, 443, 554, 8000, 37777, 8080)
"""As in ``lab``, whose imports would count as time of the sweep."""


async def raw(options: argparse.Namespace, scope: Scope) -> dict[str, object]:
    from scanner.transports.raw import Sweep, Way, neighbours, sweep  # noqa: PLC0415 - only what is measured is loaded

    told, kinds, hosts = Sweep(), Counter[str](), set[bytes]()
    spans = scope.permit_spans(scope.swept)
    pace = Pace(options.rate)
    way = Way("v0", options.source, options.hop)
    if options.what == "near":
        answers = neighbours(spans, way, pace=pace, told=told, wait=options.wait, passes=options.passes)
    else:
        answers = sweep(spans, options.ports, way, pace=pace, told=told, wait=options.wait, passes=options.passes)
    async for batch in answers:
        accepts = int(batch.open.sum())
        kinds["answered"] += accepts
        kinds["refused"] += len(batch) - accepts
        hosts.update(row.tobytes() for row in batch.addresses)
    return {
        "kinds": kinds, "hosts": len(hosts), "sent": told.sent, "passes": told.passes, "dropped": told.dropped,
        "loss": round(told.loss, 4),
    }  # fmt: skip


async def connect(options: argparse.Namespace, scope: Scope) -> dict[str, object]:
    from scanner.transports.sweep import connect as sweep  # noqa: PLC0415 - only what is measured is loaded

    kinds, hosts = Counter[str](), set[str]()
    async for endpoint, kind in sweep(
        scope.permit_ports(scope.swept, options.ports),
        timeout=options.timeout,
        concurrency=options.concurrency,
        pace=Pace(options.rate),
    ):
        kinds[kind] += 1
        if kind in {"answered", "refused"}:
            hosts.add(endpoint.address)
    return {"kinds": kinds, "hosts": len(hosts)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["raw", "near", "connect"])
    parser.add_argument("network")
    parser.add_argument("--hop")
    parser.add_argument("--source", default="10.99.0.1")
    parser.add_argument("--rate", type=float, default=math.inf)
    parser.add_argument("--wait", type=float, default=1.0)
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=3.0)
    parser.add_argument("--concurrency", type=int, default=512)
    parser.add_argument("--ports", type=lambda text: [int(port) for port in text.split(",")], default=list(PORTS))
    parser.add_argument("--exclude", default="")
    options = parser.parse_args()
    exclude = Ranges(span(IPv4Network(word)) for word in options.exclude.split(",") if word)
    scope = Scope(Targets(Ranges([span(IPv4Network(options.network))])), exclude=exclude)
    print(json.dumps(asyncio.run((connect if options.what == "connect" else raw)(options, scope))))


if __name__ == "__main__":
    main()
