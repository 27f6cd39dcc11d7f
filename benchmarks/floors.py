"""What a submission costs at least: bare FastAPI handlers, measured beside the service.

FLOOR=insert   one INSERT and commit of the same text
FLOOR=promises the same, with the receipt's Argon2id and one sealed box: the price of the promises
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, insert

from records.database import open_engines
from records.passwords import RECEIPT_COST, receipt_keys
from records.sealing import Binding, make_key_pair, make_secret, seal

metadata = MetaData()
note = Table(
    "floor_note", metadata,
    Column("id", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("lookup", LargeBinary, nullable=False),
)  # fmt: skip


class Body(BaseModel):
    text: str
    author: str
    idempotency_key: str


def build_app() -> FastAPI:
    engine, _ = open_engines(os.environ["POINT_ECOUTE_DATABASE_URL"])
    keeps_promises = os.environ["FLOOR"] == "promises"
    pepper, public = make_secret(), make_key_pair().public

    def promises(body: Body) -> tuple[bytes, bytes]:
        keys = receipt_keys(body.idempotency_key, pepper=pepper, cost=RECEIPT_COST)
        return seal(body.text.encode(), Binding("floor", "1"), to=public), keys.lookup

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.post("/api/v1/signals", status_code=201)
    async def submit(body: Body) -> dict[str, str]:
        content, lookup = body.text.encode(), b"-"
        if keeps_promises:
            content, lookup = await asyncio.to_thread(promises, body)
        async with engine.begin() as connection:
            await connection.execute(insert(note).values(content=content, lookup=lookup))
        return {"receipt": "-"}

    return app
