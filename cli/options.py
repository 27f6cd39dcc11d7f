"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Folder of the SQLite database and the key file [POINT_ECOUTE_DATA].",
        show_default=False,
    ),
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
