"""The doors of the site: for me, for someone, for professionals; and what each form may offer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from intake.drafts import AgeBand
from intake.web.pages import FORMAL, INFORMAL
from triage.vocabulary import Author


class Place(StrEnum):
    """Where pages stand. None of these words tells a passer-by what the site is about."""

    WELCOME = "/"
    MYSELF = "/moi"
    SOMEONE = "/proche"
    PROFESSIONAL = "/pro"
    COME_BACK = "/reprendre"
    THREAD = "/fil"
    THREAD_WRITE = "/fil/ecrire"
    THREAD_PLACE = "/fil/lieu"
    THREAD_ERASE = "/fil/effacer"
    THREAD_CLOSE = "/fil/fermer"
    LEAVE = "/quitter"
    DISCRETION = "/discretion"
    PRIVACY = "/confidentialite"
    ACCESSIBILITY = "/accessibilite"


@dataclass(frozen=True, slots=True)
class Door:
    """One way in. `authors` are offered to choose from; the first stands when nobody chooses."""

    place: Place
    id: str
    voice: str
    authors: tuple[Author, ...]

    def author(self, chosen: str) -> Author:
        return Author(chosen) if chosen in self.authors else self.authors[0]


DOORS: Final = {
    door.place: door
    for door in (
        Door(Place.MYSELF, "myself", INFORMAL, (Author.YOUNG,)),
        Door(Place.SOMEONE, "someone", FORMAL, (Author.RELATIVE, Author.PEER)),
        Door(Place.PROFESSIONAL, "professional", FORMAL, (Author.PROFESSIONAL,)),
    )
}
AGES: Final = tuple(AgeBand)
