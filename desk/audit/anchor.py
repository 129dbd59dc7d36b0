"""How far the chain had come, written down outside of the database.

A chain shows what is missing between two links. That its end was cut off, or that all of it was unsealed and sealed
again, shows only against something that whoever changed the database could not change as well.
"""

import os
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.engine import make_url

from desk.audit.errors import AnchorDamaged
from desk.db import Database


class Anchor(BaseModel):
    """A sealed entry's place and hash, and the mark of the key that it was sealed under."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: int = Field(ge=1)
    hash: str
    key_mark: str


class AnchorFile:
    """The file that holds the newest anchor."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Anchor | None:
        """Return the anchor; None where nothing was sealed yet (or the file was taken away).

        Raises:
            AnchorDamaged: the file holds something else.
        """
        try:
            return Anchor.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            raise AnchorDamaged(path=str(self.path)) from None

    def write(self, anchor: Anchor) -> None:
        """Replace the anchor. A crash leaves the old one or the new one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self.path.parent, prefix=self.path.name, delete=False) as file:
            try:
                file.write(anchor.model_dump_json())
                file.flush()
                os.fsync(file.fileno())
                os.replace(file.name, self.path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise


def anchor_of(database: Database, state: Path) -> AnchorFile:
    """Return a database's own anchor: beside the file of an embedded one, else in the folder `state`."""
    name = make_url(database.url).database or "desk"
    return AnchorFile(Path(f"{name}.anchor") if database.is_sqlite else state / f"{name}.anchor")
