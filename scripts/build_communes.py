"""Rebuild `triage/places/communes.csv` from an unpacked `@etalab/decoupage-administratif`."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

TARGET: Final = Path(__file__).parent.parent / "triage" / "places" / "communes.csv"
COLUMNS: Final = (
    "departement",
    "insee",
    "name",
    "kind",
    "arrondissement",
    "postal_codes",
    "population",
    "current",
)
# One letter a kind keeps the file small; a present commune, the usual case, has none.
KINDS: Final = {
    "commune-actuelle": "",
    "commune-associee": "a",
    "commune-deleguee": "d",
    "arrondissement-municipal": "m",
}

Record = Mapping[str, Any]


def rows_of(records: list[Record]) -> Iterator[tuple[str, ...]]:
    """Give one row a commune, sorted by département and code.

    The département is the record's own field: Escaufourt (02285) has a code of the Aisne and
    belongs to a commune of the Nord.
    """
    order = itemgetter("departement", "code", "type")
    for record in sorted(records, key=order):
        kind = KINDS[record["type"]]
        yield (
            record["departement"],
            record["code"],
            record["nom"],
            kind,
            record.get("arrondissement", ""),
            " ".join(sorted(record.get("codesPostaux", ()))),
            str(record.get("population", "")),
            record.get("chefLieu") or record.get("commune") or "" if kind else "",
        )


def write_communes(package: Path, target: Path) -> int:
    """Write the table and return its number of communes."""
    records = json.loads((package / "data" / "communes.json").read_text(encoding="utf-8"))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows_of(records))
    return len(records)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="folder of the unpacked npm package")
    parser.add_argument("--target", type=Path, default=TARGET, help="file to write")
    arguments = parser.parse_args()
    count = write_communes(arguments.package, arguments.target)
    print(f"{arguments.target}: {count} communes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
