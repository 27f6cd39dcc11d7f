"""What the receipt's Argon2id costs, and so what guessing one costs."""

import statistics
import time
from typing import Any

from records.passwords import PASSWORD_COST, RECEIPT_COST, make_salt, password_key, receipt_keys
from records.sealing import make_secret

_RUNS = 100


def measure() -> dict[str, Any]:
    pepper = make_secret()
    receipt = _median_ms(lambda i: receipt_keys(f"mot {i}", pepper=pepper, cost=RECEIPT_COST))
    password = _median_ms(
        lambda i: password_key(f"mot {i}", salt=make_salt(), cost=PASSWORD_COST), runs=10
    )
    print(f"receipt: {receipt:.2f} ms; password: {password:.0f} ms (median)")
    return {"receipt_ms": round(receipt, 2), "password_ms": round(password, 1)}


def _median_ms(act: Any, runs: int = _RUNS) -> float:  # noqa: ANN401
    times = []
    for i in range(runs):
        started = time.perf_counter()
        act(i)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)
