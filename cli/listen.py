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
    return opened
