"""Hands messages to the operator's own mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

Security = Literal["starttls", "tls", "none"]


def send(
    server: str,
    port: int,
    message: EmailMessage,
    *,
    security: str = "starttls",
    user: str | None = None,
    password: str | None = None,
    timeout: float = 30.0,
) -> str | None:
    """Send ``message``; return None when the server took it, else why not. The reason holds no secret."""
    context = ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(server, port, timeout=timeout, context=context)
            if security == "tls"
            else smtplib.SMTP(server, port, timeout=timeout)
        ) as session:
            if security == "starttls":
                session.starttls(context=context)
            if user is not None and password is not None:
                session.login(user, password)
            session.send_message(message)
    except smtplib.SMTPAuthenticationError:
        return "the server does not accept this user and password"
    except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
        return f"cannot be sent: {type(error).__name__}"
    return None


def write(sender: str, to: tuple[str, ...], subject: str, text: str) -> EmailMessage:
    """Return a plain text message; line ends in the subject are taken out."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Subject"] = " ".join(subject.split())
    message.set_content(text)
    return message
