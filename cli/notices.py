"""`point-ecoute notices`: try the ways by which staff are told."""

import asyncio
from enum import StrEnum
from typing import Annotated, Final

import typer

from cli.options import Data
from cli.worker import make_reach
from dispatch.channels.base import (
    AlertChannel,
    ChannelDown,
    NoAddress,
    NotNow,
    Recipient,
    Undeliverable,
)
from dispatch.notice_texts import harmless_notice
from records.ids import new_id
from records.tables import Channel
from runtime.errors import SettingsError
from runtime.settings import PREFIX, Settings, load_settings

app = typer.Typer(help="Ways by which staff are told.", no_args_is_help=True)

_SETTING: Final = {
    Channel.EMAIL: "SMTP_URL",
    Channel.SMS: "SMS_WEBHOOK_URL",
    Channel.TELEGRAM: "BOT_TOKEN",
}
# What the channel says went wrong -> what to look at.
_SENTENCES: Final = {
    "sender": "the server refuses the sender: is {mail_from} allowed to send with this account?",
    "password": "the server refuses user or password of {setting}",
    "content": "the server refuses the message as it is: ask who runs it about its filters",
    "greeting": "the server does not want to speak with this machine: ask who runs it",
    "server": "the server refuses: ask who runs it",
    "recipient": "the server refuses to pass mail on: sender, relay or policy, not this address",
    "starttls": "the server offers no STARTTLS: use smtps://… (port 465), or another server",
    "not_supported": "the server lacks something that is needed (a way to sign in)",
    "certificate": "the server's certificate is not valid for its name, has expired, or is signed"
    " by nobody known here",
    "tls": "no encrypted connection: does the port of {setting} speak TLS from the first byte"
    " (smtps, https) or after STARTTLS (smtp)?",
    "name": "no such host: is the name in {setting} spelt right?",
    "refused": "nobody listens at that host and port: look at {setting}",
    "timeout": "no answer in time: a firewall, or the wrong port in {setting}?",
    "connection": "the connection broke off: look at {setting}",
    "http": "the gateway refuses everything: look at {setting} and {prefix}SMS_WEBHOOK_SECRET",
    "token": "Telegram refuses the token of {setting}",
    "limited": "Telegram asks to wait: try again in a minute",
    "telegram": "Telegram gives no usable answer: look at {prefix}BOT_API_URL, or try again",
}


class Way(StrEnum):
    EMAIL = "EMAIL"
    SMS = "SMS"
    TELEGRAM = "TELEGRAM"


@app.callback()
def notices() -> None:
    """Ways by which staff are told."""


@app.command("test")
def try_a_way(
    way: Annotated[Way, typer.Argument(case_sensitive=False, help="Which way to try.")],
    to: Annotated[
        str,
        typer.Option(
            prompt="Send to",
            help="An e-mail address, a telephone number, or a Telegram chat's number.",
        ),
    ],
    data: Data = None,
) -> None:
    """Send one harmless message, without any signal, and say in words what went wrong."""
    settings = load_settings(data=data)
    channel = Channel(way.value.lower())
    problem = asyncio.run(_try(channel, to.strip(), settings))
    if problem:
        raise SettingsError([f"{way.value}: {problem}"])
    typer.echo(f"{way.value}: handed over. Look whether it arrived.")


async def _try(code: Channel, to: str, settings: Settings) -> str | None:
    """None, or what went wrong."""
    try:
        recipient = _recipient(code, to)
    except ValueError:
        return "that is no address for it"
    if code is Channel.TELEGRAM:
        from cli.telegram import open_staff_channel  # noqa: PLC0415  aiogram takes seconds

        async with open_staff_channel(settings) as channel:
            return await _send(channel, recipient, settings)
    reach = make_reach(settings)
    try:
        channels = {sender.code: sender for sender in reach.senders}
        if code not in channels:
            return f"is not set up: {PREFIX}{_SETTING[code]} is missing"
        return await _send(channels[code], recipient, settings)
    finally:
        await reach.close()


async def _send(channel: AlertChannel, to: Recipient, settings: Settings) -> str | None:
    try:
        await channel.send(to, harmless_notice(new_id()))
    except ChannelDown as down:
        answer = f" (it answered {down.answer})" if down.answer is not None else ""
        return (
            _SENTENCES[down.what].format(
                setting=f"{PREFIX}{_SETTING[channel.code]}",
                mail_from=f"{PREFIX}MAIL_FROM",
                prefix=PREFIX,
            )
            + answer
        )
    except Undeliverable:
        return "this recipient is refused for good; others may be reached"
    except NotNow as now:
        return f"this recipient cannot be told now ({now.what}); others may be reached"
    except NoAddress:
        return "that is no address for it"
    return None


def _recipient(code: Channel, to: str) -> Recipient:
    """ValueError where it cannot be one."""
    if code is Channel.EMAIL:
        if to.count("@") != 1 or to.startswith("@") or to.endswith("@") or " " in to:
            raise ValueError
        return Recipient(email=to, phone="")
    if code is Channel.SMS:
        if not to.lstrip("+").replace(" ", "").isdecimal():
            raise ValueError
        return Recipient(email="", phone=to.replace(" ", ""))
    return Recipient(email="", phone="", chat_id=int(to))
