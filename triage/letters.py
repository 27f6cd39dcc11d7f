"""Tell what a person wrote from what their mail program added: signatures, quoted older mails."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from triage.lines import Line, joined, lines_of
from triage.signs import Plain, plain
from triage.wordsets import word_set

# « Envoyé de mon iPhone », in the languages of the pages, letters without accents. Only a line
# that holds nothing else is left out: « envoyé du portable de ma mère » says something.
_SENT: Final = re.compile(
    r"(?:message )?(?:envoyee?|expediee?) (?:de|depuis|a|avec|via|par|sur|grace)\b"
    r"|(?:telechargez|telecharger|obtenez|obtenir|get|download|obtener|obtenga|descargar|obtineti"
    r"|descarcati) outlook\b|provenance courrier\b"
    r"|sent (?:from|via|with|using|on|by)\b|enviado (?:desde|de|con|por)\b"
    r"|trimis (?:de|din|prin|cu|via)\b"
    r"|(?:ارسل|ارسلت|مرسل|مرسله|مرسلة|تم الارسال) (?:من|بواسطة|عبر)|الحصول علي outlook"
    r"|(?:garanti )?sans virus\b|virus free\b|sin virus\b|fara virusi\b"
)
_OF_DEVICES: Final = word_set(
    "de depuis a partir avec via par sur grace mon ma my mi mis meu al el la le l les un une d du "
    "pour for para pentru sous the your and et app appli application messagerie mail mails email "
    "e-mail securisee secure gratuite mobile iphone ipad ipod apple ios android smartphone phone "
    "telephone tel telefon telefonul telefono portable cellulaire movil celular mobil mobilul "
    "tablette tablet tableta dispositivo appareil device samsung galaxy note ultra huawei xiaomi "
    "redmi poco oppo realme honor oneplus nokia sony xperia lg motorola moto google pixel wiko "
    "blackberry windows phone outlook hotmail yahoo gmail proton protonmail orange sfr free "
    "bouygues telecom laposte poste net gmx aol bluemail tutanota tuta mymail spark thunderbird "
    "courrier com fr org www avast avg virus envoye expediee envoyee sent from using enviado desde "
    "trimis pe din prin cu obtenez telechargez obtenir telecharger get download outlook pro max "
    "plus mini se fe lite edge 4g 5g on by with smartphone-ul free checked "
    "من بواسطة عبر هاتفي هاتف جوالي جهازي جهاز ال ايفون الايفون ايباد اندرويد سامسونج علي لـ ل "
    "الخاص بي المحمول الجوال"
)
_MODEL: Final = re.compile(r"[a-z]{0,2}\d{1,3}[a-z]{0,2}\Z")
_ADDRESS: Final = re.compile(r"<?(?:https?|mailto):[^\s>]+>?")
_MOST_WORDS: Final = 16
# On the last words of a line only with its capital, as a program writes it.
_INLINE: Final = re.compile(
    r"(?<=\s)(?:Message )?(?:Envoyée?|Sent|Enviado|Trimis|Obtenez|Obtenir|Téléchargez"
    r"|Télécharger|Get|Provenance|أ?ُ?رسلت?|مرسل)\s"
)

_QUOTED: Final = re.compile(r">[> ]*(?=[^\W_]|[\"'«(\[*.-]|$)")
_WROTE: Final = r"(?:a écrit|wrote|escribió|escribio|a scris|كتب|تمت كتابة)"
_PRONOUN: Final = r"(?:\b[mtl]'|\b(?:lui|nous|vous|leur|me|te|him|her|us|to) )"
_WHEN: Final = r"(?:\b(?:19|20)\d\d\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b)"
_ATTRIBUTION: Final = re.compile(
    rf"(?=.*?(?:\S@\S|{_WHEN}.*?\d{{1,2}} ?[:h.] ?\d\d))(?!.*{_PRONOUN}{_WROTE})"
    rf".{{0,200}}{_WROTE}.{{0,100}}?:\Z",
    re.IGNORECASE | re.DOTALL,
)
_SEPARATOR: Final = re.compile(
    r"[-_* ]*(?:message (?:d'origine|original|transféré|transmis|réexpédié)"
    r"|(?:début du )?message (?:transféré|réexpédié)|original message|forwarded message"
    r"|begin forwarded message|e-?mail d'origine|mensaje (?:original|reenviado)"
    r"|mesaj(?:ul)? (?:original|inițial|redirecționat|retrimis)|الرسالة الأصلية|رسالة معاد توجيهها)"
    r"[-_* :]*\Z",
    re.IGNORECASE,
)
_SENDER: Final = r"(?:De|From|De la|Expéditeur|Von|من)"
_DETAIL: Final = (
    r"(?:Envoyé(?:e)?|Sent|Date|Enviado(?: el)?|Fecha|Trimis|Data|À|A|To|Para|Către|Cc|Cci|Bcc|CC"
    r"|Répondre à|Reply-To|Destinataire|إلى|التاريخ|تاريخ الإرسال|أرسلت)"
)
_SUBJECT: Final = r"(?:Objet|Sujet|Subject|Asunto|Subiect|الموضوع)"
_FROM_LINE: Final = re.compile(rf"\*?{_SENDER} ?:\*? ?\S", re.IGNORECASE)
_DETAIL_LINE: Final = re.compile(rf"\*?{_DETAIL} ?:\*? ?\S", re.IGNORECASE)
_SUBJECT_LINE: Final = re.compile(rf"\*?{_SUBJECT} ?:\*? ?", re.IGNORECASE)
_HEAD_IN_ONE_LINE: Final = re.compile(
    rf"\*?{_SENDER} ?:.{{1,200}}? {_DETAIL} ?:.{{1,300}}? {_SUBJECT} ?:\*? ?", re.IGNORECASE
)
_LONGEST_HEAD: Final = 7
_SHORTEST_REPEATED: Final = 12


@dataclass(frozen=True, slots=True)
class Letter:
    """A text in plain signs and sentences: as `whole`, and apart as `own` and `quoted`.

    Who has written nothing but quotes has written those.
    """

    whole: Plain
    own: Plain
    quoted: Plain | None


def read_letter(text: str) -> Letter:
    """Read a text as a letter: line ends, signatures and quoted older mails are understood."""
    found = plain(text)
    if "\n" not in found.text and not found.text.startswith(">"):
        kept = list(_unsigned(found, lines_of(found)))
        if not kept or kept[0].end != len(found.text):
            found = joined(found, kept)
        if _HEAD_IN_ONE_LINE.match(found.text) is None:
            return Letter(found, found, None)
    own, quoted, whole = _parted(found)
    if own and quoted:
        again = _repeats(found.text, own, quoted)
        quoted = [line for line in quoted if line not in again]
        whole = [line for line in whole if line not in again]
    if not own or not quoted:
        found = joined(found, whole)
        return Letter(found, found, None)
    return Letter(joined(found, whole), joined(found, own), joined(found, quoted))


def _parted(found: Plain) -> tuple[list[Line], list[Line], list[Line]]:
    """The lines of one's own, those quoted and both, without what programs added."""
    lines = lines_of(found)
    own: list[Line] = []
    quoted: list[Line] = []
    whole: list[Line] = []
    number, all_quoted = 0, False
    while number < len(lines):
        head, rest = _head(found.text, lines, number)
        if head:
            number += head
            below = found.text[lines[number].start] if number < len(lines) else ""
            all_quoted = all_quoted or below != ">"
            subject = [replace(rest, gap=True)] if rest is not None else []
            quoted += subject
            whole += subject
            continue
        line = lines[number]
        mark = _QUOTED.match(found.text, line.start, line.end)
        if mark is not None:
            line = Line(mark.end(), line.end, line.gap)
        part = quoted if mark is not None or all_quoted else own
        if line.start < line.end:
            changes = not whole or (part[-1:] != whole[-1:])
            for kept in _unsigned(found, [replace(line, gap=line.gap or changes)]):
                part.append(kept)
                whole.append(kept)
        number += 1
    return own, quoted, whole


def _repeats(text: str, own: list[Line], quoted: list[Line]) -> set[Line]:
    """The quoted lines that only say again what one's own words say."""
    said = _letters(text, own)
    if _letters(text, quoted) in said:
        return set(quoted)
    return {
        line
        for line in quoted
        if len(letters := _letters(text, [line])) >= _SHORTEST_REPEATED and letters in said
    }


def _letters(text: str, lines: Iterable[Line]) -> str:
    written = "".join(text[line.start : line.end] for line in lines)
    return "".join(sign for sign in written.casefold() if sign.isalnum())


def _head(text: str, lines: list[Line], number: int) -> tuple[int, Line | None]:
    """How many lines from here on introduce a quoted mail, and the subject that they tell."""
    line = lines[number]
    mark = _QUOTED.match(text, line.start, line.end)
    start = mark.end() if mark else line.start
    written = text[start : line.end]
    if _SEPARATOR.match(written):
        return 1, None
    for count in (1, 2, 3):
        if number + count > len(lines):
            break
        last = lines[number + count - 1]
        if count > 1 and last.gap:
            break
        if _ATTRIBUTION.match(text[start : last.end]):
            return count, None
    if (one := _HEAD_IN_ONE_LINE.match(written)) is not None:
        return 1, Line(start + one.end(), line.end) if one.end() < len(written) else None
    if _FROM_LINE.match(written):
        return _block(text, lines, number)
    return 0, None


def _block(text: str, lines: list[Line], number: int) -> tuple[int, Line | None]:
    """The lines « De : », « Envoyé : », « À : », « Objet : » under each other."""
    count, details, subject = 1, 0, None
    for line in lines[number + 1 : number + _LONGEST_HEAD]:
        mark = _QUOTED.match(text, line.start, line.end)
        start = mark.end() if mark else line.start
        told = _SUBJECT_LINE.match(text, start, line.end)
        if told is not None:
            subject = Line(told.end(), line.end)
        elif _DETAIL_LINE.match(text, start, line.end) is None:
            break
        details += 1
        count += 1
    first = text[lines[number].start : lines[number].end]
    if details and (subject is not None or "@" in first or details > 1):
        return count, subject if subject is not None and subject.start < subject.end else None
    return 0, None


def _unsigned(found: Plain, lines: Iterable[Line]) -> Iterable[Line]:
    """The lines without what names the telephone or program they were sent with."""
    cut_before = False
    for line in lines:
        written = found.text[line.start : line.end]
        if _is_signature(written):
            cut_before = True
            continue
        kept = replace(line, gap=line.gap or cut_before)
        for begins in _INLINE.finditer(written):
            if _is_signature(written[begins.start() :]):
                kept = replace(line, end=line.start + begins.start() - 1)
                break
        cut_before = kept.end != line.end
        if kept.start < kept.end:
            yield kept


def _is_signature(line: str) -> bool:
    plain_words = unicodedata.normalize("NFKD", _ADDRESS.sub(" ", line)).lower()
    # An Arabic tatweel only stretches a word.
    letters = "".join(s for s in plain_words if s != "\u0640" and not unicodedata.combining(s))
    words = re.findall(r"[^\W_]+", letters)
    if not words or len(words) > _MOST_WORDS:
        return False
    sent = _SENT.match(" ".join(words))
    if sent is None:
        return False
    rest = " ".join(words)[sent.end() :].split()
    return all(word in _OF_DEVICES or _MODEL.match(word) for word in rest)
