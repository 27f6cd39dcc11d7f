"""Put on the path as `sitecustomize`: in each process of ours, words are raised from everywhere.

With PLANTED_IN=start, the first question for the settings fails as libraries fail: with a warning,
a log record, a thread, a finalizer, a task, and an exception that quotes. With PLANTED_IN=pages the
templates of two pages do so, in the middle of a request; with PLANTED_IN=ticks whatever the worker
asks its database once it has started.
"""

import asyncio
import logging
import os
import threading
import traceback
import warnings

WORD = "kanarie-geheim"


class Closing:
    def __del__(self) -> None:
        raise OSError(f"closing {WORD}")


def everything_fails(*_: object, **__: object) -> None:
    words = f"row of {WORD}"
    warnings.warn(f"odd {words}", UserWarning, stacklevel=1)
    logging.getLogger("aiogram.event").warning("update %s", words)
    logging.getLogger("library").error("bad format %d", words)
    for act in (lambda: int(words), lambda: asyncio.run(_forgotten(words))):
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()
    Closing()
    try:
        dict[str, str]()[words]
    except KeyError:
        traceback.print_exc()
    try:
        raise KeyError(words)
    except KeyError as error:
        raise ExceptionGroup(words, [ValueError(words), RuntimeError(words)]) from error


async def _forgotten(words: str) -> None:
    task = asyncio.create_task(_fail(words))
    await asyncio.wait([task])


async def _fail(words: str) -> None:
    raise LookupError(words)


def pages_fail() -> None:
    import jinja2  # noqa: PLC0415

    render = jinja2.Template.render

    def render_or_fail(page: jinja2.Template, *given: object, **named: object) -> str:
        if page.name in {"form.html", "sign_in.html"}:
            everything_fails()
        return render(page, *given, **named)

    jinja2.Template.render = render_or_fail  # type: ignore[method-assign,assignment]


def ticks_fail() -> None:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415
    from sqlalchemy.ext.asyncio import AsyncSession  # noqa: PLC0415

    start = AsyncIOScheduler.start

    def start_and_fail(scheduler: AsyncIOScheduler, *given: bool) -> None:
        for name in ("execute", "scalar", "scalars", "get", "flush"):
            setattr(AsyncSession, name, everything_fails)
        start(scheduler, *given)

    AsyncIOScheduler.start = start_and_fail


if os.environ.get("PLANTED_IN") == "start":
    import runtime.settings

    runtime.settings.load_settings = everything_fails  # type: ignore[assignment]
elif os.environ.get("PLANTED_IN") == "pages":
    pages_fail()
elif os.environ.get("PLANTED_IN") == "ticks":
    ticks_fail()
