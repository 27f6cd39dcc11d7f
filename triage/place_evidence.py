"""Decide whether a word that can be a place is one: the evidence beside it."""

from dataclasses import dataclass
from typing import Final

from triage.place_cues import PlaceCues
from triage.place_lexicon import LOOSE_CONNECTORS, Place, PlaceLexicon, Strength
from triage.place_tokens import Tokens

POSTAL_DIGITS: Final = 5
_WINDOW: Final = 6
_LONGEST_INITIALS: Final = 4
_CONTRACTED: Final = frozenset({"au", "du", "aux", "des"})
# They stand before words far more often than before a place: « en panne », « pour don ».
_SELDOM_BEFORE_A_PLACE: Final = frozenset("en pour pr contre entre f ta ms la-bas".split())  # noqa: SIM905
_OF_AN_INSTITUTION: Final = frozenset({"de", "d", "du", "a", "au"})
_BEFORE_NAMES: Final = frozenset({"de", "d", "du", "le", "la", "les", "l"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named by the tokens from `first` to `last`."""

    place: Place
    first: int
    last: int
    isolated: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Reads what stands around the places of one text."""

    tokens: Tokens
    cues: PlaceCues
    lexicon: PlaceLexicon
    cased: bool

    def accepted(self, mention: Mention) -> Mention | None:
        """Give the mention, with its article, where enough speaks for a place."""
        if mention.place.strength is Strength.WORD and self._plainly_a_word(mention):
            return None
        first = self._with_article(mention)
        before = self.before(first)
        isolated = self.isolated(first, mention.last)
        whole = Mention(mention.place, first, mention.last, isolated)
        if before in self.cues.titles or self._names_a_street(first):
            return None
        if self._names_something_else(whole, before):
            return None
        if mention.place.strength is Strength.SURE:
            return whole
        if mention.place.articled and first == mention.first and before not in _CONTRACTED:
            return None
        return whole if self._evidence(whole, before) >= _needed(mention.place) else None

    def _names_something_else(self, mention: Mention, before: str) -> bool:
        """Tell « lycée Saint-Paul » and « EPS » from the villages of that name."""
        if mention.place.name:
            return False
        start, end = self.tokens.starts[mention.first], self.tokens.ends[mention.last]
        written = self.tokens.text[start:end]
        short = self.cased and len(written) <= _LONGEST_INITIALS and written.isupper()
        return short or (before in self.cues.institutions and not self.tokens.paused(mention.first))

    def _plainly_a_word(self, mention: Mention) -> bool:
        """Tell soon that nothing at all speaks for a place: the usual case of a word."""
        first = mention.first
        if first == 0 or self.tokens.text[self.tokens.starts[first]].isupper():
            return False
        before = self.tokens.words[first - 1]
        return (
            before not in self.cues.prepositions
            and before not in _BEFORE_NAMES
            and before not in self.cues.home
            and not self.tokens.paused(first)
            and not self._number_beside(mention.last)
        )

    def _with_article(self, mention: Mention) -> int:
        """Move the start of « Le Quesnoy » to its article."""
        first = mention.first
        if not mention.place.articled or first == 0 or not mention.place.name:
            return first
        is_article = self.tokens.words[first - 1] in {"le", "la", "les", "l"}
        return first - 1 if is_article and self.tokens.joined(first) else first

    def before(self, first: int) -> str:
        if first == 0 or self.tokens.broken(first):
            return ""
        return self.tokens.words[first - 1]

    def _names_a_street(self, first: int) -> bool:
        """Tell « rue de Lille » from Lille."""
        if first == 0 or self.tokens.paused(first):
            return False
        at = first - 1
        while at > 0 and self.tokens.words[at] in LOOSE_CONNECTORS:
            at -= 1
        return at < first - 1 and self.tokens.words[at] in self.cues.streets

    def isolated(self, first: int, last: int) -> bool:
        """Tell whether the name stands alone between two breaks."""
        after = last + 1 >= len(self.tokens.words) or self.tokens.paused(last + 1)
        return self.tokens.paused(first) and after

    def _evidence(self, mention: Mention, before: str) -> int:
        first, last = mention.first, mention.last
        start = self.tokens.starts[first]
        evidence = 0
        if before in self.cues.determiners:
            evidence -= 3
        if before in self.cues.prepositions and before not in _SELDOM_BEFORE_A_PLACE:
            accented = self.tokens.text[self.tokens.starts[first - 1]] in "àÀ"
            # « à tours de rôle » has the accent and no capital.
            evidence += 2 if accented and self.tokens.text[start].isupper() else 1
        evidence += self._words_of_place(mention, before)
        if self.cased and before and self.tokens.text[start].isupper():
            evidence += 2 if before in {"de", "d"} else 1
        if self._number_beside(last):
            evidence += 3
        return evidence + self._standing_alone(mention)

    def _words_of_place(self, mention: Mention, before: str) -> int:
        first = mention.first
        living = mention.place.name and self._straight_after_living(first, before)
        if living or self._of_an_institution(first):
            return 2
        return int(self.place_word_before(first))

    def _standing_alone(self, mention: Mention) -> int:
        """Weigh « Croix, 15 ans » and a last « petite foret », but not « hem. » or « hem hem »."""
        first, after = mention.first, mention.last + 1
        if not mention.isolated or self._repeated(first):
            return 0
        words = self.tokens.words
        last = after == len(words)
        signed = last or (first == 0 and words[after].isdigit())
        capital = self.tokens.text[self.tokens.starts[first]].isupper()
        return 1 + int(capital) + int(signed)

    def _straight_after_living(self, first: int, before: str) -> bool:
        """Tell « j'habite croix » and « on est de croix »."""
        if before in self.cues.home:
            return True
        return (
            before in {"de", "d"} and first > 1 and self.tokens.words[first - 2] in self.cues.being
        )

    def _of_an_institution(self, first: int) -> bool:
        """Tell whether « collège de » or « gare de » stands straight before."""
        return (
            first > 1
            and not self.tokens.paused(first)
            and self.tokens.words[first - 1] in _OF_AN_INSTITUTION
            and self.tokens.words[first - 2] in self.cues.institutions
        )

    def place_word_before(self, first: int) -> bool:
        at = first
        while at > 0 and first - at < _WINDOW and not self.tokens.broken(at):
            at -= 1
            word = self.tokens.words[at]
            if word in self.cues.institutions or word in self.cues.home or word in self.cues.now:
                return True
        return False

    def _number_beside(self, last: int) -> bool:
        """Tell whether a postal code follows; one of elsewhere only in brackets, sums are many."""
        if last + 1 >= len(self.tokens.words):
            return False
        word = self.tokens.words[last + 1]
        if word in self.lexicon.postal_codes:
            return True
        return word in self.lexicon.postal_codes_elsewhere and "(" in self.tokens.gap(last + 1)

    def _repeated(self, at: int) -> bool:
        word = self.tokens.words[at]
        words = self.tokens.words
        return word in words[max(at - 1, 0) : at] or word in words[at + 1 : at + 2]


def _needed(place: Place) -> int:
    """Give how much must speak for a name that is no sure one; more for a village elsewhere."""
    return (1 if place.strength is Strength.LIKELY else 2) + place.extra
