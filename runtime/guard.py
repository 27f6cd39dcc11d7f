"""Around every process: an exception of any library tells its class and its place, no content.

What an exception says may quote a message, a name, a row, a token. Python itself and its libraries
print exceptions in many places (threads, finalizers, warnings, logging, child processes); here each
becomes one line of the log: the classes, the place in our own code, and an id to speak about it.
"""

import logging
import secrets
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from runtime.log import NamesOnly, configure_logs, log

_ROOT: Final = Path(__file__).resolve().parent.parent
_DEEPEST: Final = 20


def guard_process() -> None:
    """From now on nothing in this process prints what an exception or a warning says."""
    configure_logs(least=logging.WARNING)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _in_thread
    warnings.showwarning = _warned  # type: ignore[assignment]
    logging.raiseExceptions = False
    logging.lastResort = NamesOnly()
    # Whoever formats a traceback by themselves (multiprocessing, uvicorn, asyncio) comes by here.
    traceback.TracebackException.format = _formatted  # type: ignore[method-assign,assignment]
    traceback.TracebackException.format_exception_only = _named  # type: ignore[method-assign,assignment]


def tell_failure(event: str, error: BaseException) -> str:
    """Log an exception that nobody caught; return the id that the line has."""
    number = secrets.token_hex(4)
    log.error(event, error=names_of(error), raised=place_of(error.__traceback__), id=number)
    return number


def names_of(error: BaseException) -> str:
    """The class; of a group those of its members."""
    members: list[BaseException] = [error]
    while groups := [one for one in members if isinstance(one, BaseExceptionGroup)]:
        for group in groups:
            members.remove(group)
            members.extend(group.exceptions)
    return ",".join(sorted({type(one).__name__ for one in members})[:_DEEPEST])


def place_of(trace: TracebackType | None) -> str:
    """`module:function:line` of the deepest frame in our own code, else of the deepest."""
    frames = list(traceback.walk_tb(trace))
    if not frames:
        return "nowhere"
    own = [one for one in frames if _is_own(one[0].f_code.co_filename)]
    frame, line = (own or frames)[-1]
    return f"{frame.f_globals.get('__name__', '?')}:{frame.f_code.co_name}:{line}"


def _is_own(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(_ROOT) and "site-packages" not in path.parts


def _uncaught(
    kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        tell_failure("process.failed", error)


def _in_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        tell_failure("thread.failed", failed.exc_value)


def _unraisable(failed: Any) -> None:  # noqa: ANN401  sys.UnraisableHookArgs exists for checkers only
    if failed.exc_value is not None:
        tell_failure("finalizer.failed", failed.exc_value)


def _warned(
    _message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    *_: object,
    **__: object,
) -> None:
    log.warning(
        "library.warning", where=f"{Path(filename).stem}::{lineno}", error=category.__name__
    )


def _formatted(told: traceback.TracebackException, *_: object, **__: object) -> Iterator[str]:
    """Places without their source lines; the chain of causes by its classes."""
    seen: set[int] = set()
    one: traceback.TracebackException | None = told
    while one is not None and id(one) not in seen and len(seen) < _DEEPEST:
        seen.add(id(one))
        for frame in one.stack:
            yield f"  {Path(frame.filename).name}:{frame.name}:{frame.lineno}\n"
        yield from _named(one)
        one = one.__cause__ or one.__context__


def _named(told: traceback.TracebackException, *_: object, **__: object) -> Iterator[str]:
    yield f"{getattr(told.exc_type, '__name__', 'Exception')}\n"
