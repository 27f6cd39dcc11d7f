"""Find the places that a free text names, with the evidence that each is one."""

from dataclasses import dataclass, replace
from typing import Final

from triage.place_evidence import POSTAL_DIGITS, Evidence, Mention
from triage.place_lexicon import LOOSE_CONNECTORS, TOWN_THOUSANDS, Place, PlaceLexicon, Strength
from triage.place_lookup import CITY_THOUSANDS
from triage.place_names import CONNECTORS
from triage.place_tokens import Tokens
from triage.vocabulary import OUTSIDE_TERRITORY

_MOST_NAME_WORDS: Final = 4
_MOST_NAME_TOKENS: Final = 9
_NOTHING: Final[frozenset[str]] = frozenset()
_LEAST_GLUED: Final = 8
_LEAST_REPAIRED: Final = 5
_LEAST_ELIDED: Final = 4
_OF: Final = frozenset({"de", "d"})
_DEPARTEMENT_DIGITS: Final = 2
# Numbers sort before it, words behind.
_AFTER_NUMBERS: Final = ":"
_MONEY: Final = frozenset("€%$£")
_VOWELS: Final = frozenset("aeiouyh")

_ELSEWHERE: Final = Place("", (OUTSIDE_TERRITORY,), Strength.SURE)


@dataclass(frozen=True, slots=True)
class PlaceSearch:
    """Reads one text; made anew for each."""

    tokens: Tokens
    lexicon: PlaceLexicon
    evidence: Evidence

    def mentions(self) -> list[Mention]:
        """Give the places named, in order and without overlap; streets named after one are none."""
        found: list[Mention] = []
        places, elsewhere = self.lexicon.places, self.lexicon.elsewhere
        first_words, taken = self.lexicon.first_words, 0
        for at, word in enumerate(self.tokens.words):
            if at < taken:
                continue
            if word in first_words or word in elsewhere or word in places:
                mention = self._named_at(at, word)
            elif word < _AFTER_NUMBERS:
                mention = self._coded_at(at, word)
            elif len(word) >= _LEAST_REPAIRED:
                mention = self._repaired_at(at, word)
            else:
                continue
            accepted = self.evidence.accepted(mention) if mention is not None else None
            if accepted is not None:
                found.append(self._with_number(accepted))
                taken = found[-1].last + 1
        return found

    def _with_number(self, mention: Mention) -> Mention:
        """Let the number that follows a name decide among its homonyms: « Fresnes (94) »."""
        after = mention.last + 1
        if after >= len(self.tokens.words) or not self.tokens.words[after].isdigit():
            return mention
        number = self.tokens.words[after]
        teams = self.lexicon.postal_codes.get(number)
        if teams is not None:
            place = mention.place
            common = tuple(team for team in place.territories if team in teams) or teams
            return replace(mention, place=replace(place, territories=common), last=after)
        gap = self.tokens.text[self.tokens.ends[after - 1] : self.tokens.starts[after]]
        bracketed = "(" in gap and len(number) in {2, 3} and number != self.lexicon.departement
        if number in self.lexicon.postal_codes_elsewhere or bracketed:
            return replace(mention, place=_ELSEWHERE, last=after)
        return mention

    def _named_at(self, at: int, word: str) -> Mention | None:
        """Give the longest name that begins at a token."""
        if word in self.lexicon.first_words:
            longer = self._long_name_at(at, word)
            if longer is not None:
                return longer
        place = self._place(word, _NOTHING)
        return Mention(place, at, at) if place is not None else None

    def _long_name_at(self, at: int, word: str) -> Mention | None:
        """Give the longest name of several words, as it is known or one slip from it."""
        known = f"{word} {self._following(at)}" in self.lexicon.first_pairs
        repairable = word in self.lexicon.repaired_after
        if not known and not repairable:
            return None
        words, lasts, skipped = self._words_from(at, word)
        for length in range(len(words), 1, -1):
            place = None
            if known:
                place = self._place(" ".join(words[:length]), skipped[length - 1])
            if place is None and repairable:
                place = self._repaired_words(words[:length])
            if place is not None:
                return Mention(place, at, lasts[length - 1])
        return None

    def _following(self, at: int) -> str:
        """Give the next word that can belong to a name."""
        for word in self.tokens.words[at + 1 : at + 4]:
            if word not in CONNECTORS:
                return word
        return ""

    def _words_from(self, at: int, word: str) -> tuple[list[str], list[int], list[frozenset[str]]]:
        """Give the words of a name that may begin here, where each ends, and what is skipped."""
        words, lasts, skipped = [word], [at], [_NOTHING]
        here = _NOTHING
        last = min(at + _MOST_NAME_TOKENS, len(self.tokens.words))
        for index in range(at + 1, last):
            if len(words) == _MOST_NAME_WORDS or not self.tokens.joined(index):
                break
            following = self.tokens.words[index]
            if following in CONNECTORS:
                here |= {following}
                continue
            words.append(following)
            lasts.append(index)
            skipped.append(here)
        return words, lasts, skipped

    def _repaired_words(self, words: list[str]) -> Place | None:
        """Read a misspelt name of several words whose first is right: « mons en bareul »."""
        written = "".join(words)
        name = self.lexicon.repairs.repaired(written) if len(written) >= _LEAST_GLUED else None
        return self.lexicon.places[name] if name else None

    def _place(self, key: str, skipped: frozenset[str]) -> Place | None:
        place = self.lexicon.places.get(key)
        if place is not None:
            return place if skipped <= LOOSE_CONNECTORS | place.connectors else None
        thousands = self.lexicon.elsewhere.get(key)
        if thousands is None or not skipped <= LOOSE_CONNECTORS | {"en", "au", "aux"}:
            return None
        if thousands < TOWN_THOUSANDS:
            # A village far away is rarer in a message than a misspelt commune from here.
            near = self.lexicon.repairs.repaired(key)
            if near is not None:
                return self.lexicon.places[near]
        if key in self.lexicon.ordinary:
            strength = Strength.WORD
        else:
            strength = Strength.SURE if thousands >= CITY_THOUSANDS else Strength.LIKELY
        word = strength is Strength.WORD and thousands < CITY_THOUSANDS
        extra = int(thousands < TOWN_THOUSANDS) + int(word)
        return Place("", (OUTSIDE_TERRITORY,), strength, extra=extra)

    def _repaired_at(self, at: int, word: str) -> Mention | None:
        """Read a misspelt name, but only where a word of place stands before it."""
        if not self._may_be_repaired(at) or word in self.lexicon.repairs.refused:
            return None
        rest = word[1:]
        elided = word[0] in "dl" and rest[0] in _VOWELS and len(rest) >= _LEAST_ELIDED
        if elided and rest in self.lexicon.places:
            return Mention(self.lexicon.places[rest], at, at)
        name = self.lexicon.repairs.repaired(word)
        if name is None:
            goes_on = self._following(at) in self.lexicon.repaired_before
            return self._repaired_before_at(at, word) if goes_on else None
        place = self.lexicon.places[name]
        outside = place.territories == (OUTSIDE_TERRITORY,)
        likely = not outside or self.evidence.place_word_before(at)
        return Mention(place, at, at) if likely else None

    def _repaired_before_at(self, at: int, word: str) -> Mention | None:
        """Read a name of several words whose first is misspelt: « frnsnes sur escaut »."""
        words, lasts, _ = self._words_from(at, word)
        for length in range(len(words), 1, -1):
            place = self._repaired_words(words[:length])
            if place is not None:
                return Mention(place, at, lasts[length - 1])
        return None

    def _coded_at(self, at: int, word: str) -> Mention | None:
        """Read a postal code, or a département's number in « dans le 62 »."""
        end = self.tokens.ends[at]
        following = self.tokens.words[at + 1] if at + 1 < len(self.tokens.words) else ""
        if following in self.evidence.cues.units and not self.tokens.broken(at + 1):
            return None
        if not _MONEY.isdisjoint(self.tokens.text[end : end + 2]):
            return None
        if len(word) == POSTAL_DIGITS:
            return self._postal_code(word, at)
        before = self.evidence.before(at)
        beyond = (
            len(word) == _DEPARTEMENT_DIGITS
            and word > "31"
            and word != self.lexicon.departement[:2]
        )
        if beyond and before in {"le", "du"} and self.tokens.words[at] <= "95":
            inside = at > 1 and self.tokens.words[at - 2] in self.evidence.cues.prepositions
            if inside or before == "du":
                return Mention(_ELSEWHERE, at, at)
        return None

    def _postal_code(self, code: str, at: int) -> Mention | None:
        teams = self.lexicon.postal_codes.get(code)
        if teams:
            return Mention(Place(code, teams, Strength.SURE), at, at)
        if code not in self.lexicon.postal_codes_elsewhere:
            return None
        gap = self.tokens.text[self.tokens.starts[at] - 1 : self.tokens.starts[at]]
        named = gap == "(" or self.evidence.before(at) in self.evidence.cues.prepositions
        round_sum = code.endswith("000") and gap != "("
        alone = self.evidence.isolated(at, at) and not round_sum
        return Mention(_ELSEWHERE, at, at) if alone or (named and not round_sum) else None

    def _may_be_repaired(self, at: int) -> bool:
        """Tell whether a place is likely enough here for a misspelt one to be read."""
        if at == 0:
            return True
        cues, words = self.evidence.cues, self.tokens.words
        before = words[at - 1]
        if before in _OF and at > 1:
            if words[at - 2] in cues.owners:
                return not self.tokens.broken(at)
        elif before in cues.prepositions or before in cues.now:
            return not self.tokens.broken(at)
        start = self.tokens.starts[at]
        # The usual case first: one space after a word, and a small letter.
        text = self.tokens.text
        if text[start - 1] == " " and text[start - 2].isalnum() and not text[start].isupper():
            return False
        return self.evidence.isolated(at, at) or not self.tokens.broken(at)
