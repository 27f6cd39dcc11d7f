"""Open the socket that a web process serves: a taken port is one clear sentence."""

import os
import socket

from runtime.errors import SettingsError

_WAITING = 2048


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, inheritable by worker processes; SettingsError where it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        opened = socket.create_server((host, port), family=family, backlog=_WAITING)
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)
        reason = os.strerror(number).lower() if number else "no such port"
        raise SettingsError([f"cannot listen on {host}:{port}: {reason}"]) from None
    opened.set_inheritable(True)
    answer_at_once(opened)
    return opened


def inherited(fd: int) -> socket.socket:
    """The listening socket that was handed to this process; SettingsError where it is none."""
    try:
        opened = socket.socket(fileno=fd)
        opened.getsockname()
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise SettingsError([f"--fd {fd}: not a socket: {reason}"]) from None
    if opened.family != socket.AF_UNIX:
        answer_at_once(opened)
    return opened


def answer_at_once(listener: socket.socket) -> None:
    """Connections inherit it: without it each answer waits 40 ms for the kernel to gather more.

    The web server sets it on the sockets that it opens itself, and not on those it is handed.
    """
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
