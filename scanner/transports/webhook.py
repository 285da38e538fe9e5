"""Posts to the operator's own receivers. Not for scanned devices, so it takes an address as it was configured."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

import httpx

from scanner.version import __version__

_TAKEN: Final = range(200, 300)


def sign(secret: str, identity: str, timestamp: int, body: bytes) -> str:
    """Return the ``webhook-signature`` of a message, as the Standard Webhooks specification has it."""
    signed = f"{identity}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def post(url: str, body: bytes, *, identity: str, timestamp: int, secret: str | None, timeout: float) -> str | None:
    """Post ``body``; return None when the receiver took it (any 2xx), else why not. The reason holds no secret."""
    headers: Mapping[str, str] = {
        "Content-Type": "application/json",
        "User-Agent": f"coveredscan/{__version__}",
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        **({} if secret is None else {"webhook-signature": sign(secret, identity, timestamp, body)}),
    }
    try:
        reply = httpx.post(url, content=body, headers=headers, timeout=timeout, follow_redirects=False)
    except httpx.TimeoutException:
        return f"no answer within {timeout:g} s"
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return f"cannot be reached: {type(error).__name__}"
    return None if reply.status_code in _TAKEN else f"answered {reply.status_code}"
