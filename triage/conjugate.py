"""All forms of a French verb, accents folded: rules name a verb once and meet it in any tense."""

from collections.abc import Container
from typing import Final

_FIRST_GROUP: Final = (
    "e es ent er ee ees ez ons ais ait aient a ai as erent era eras erai eront erait erais eraient ant"
).split()
_THIRD_GROUP: Final = (
    "|s|ent|u|ue|us|ues|ez|ons|ais|ait|aient|re|ra|rai|ront|rait|raient|ant".split("|")
)
# Irregular families, by the end of the infinitive; the longest end that fits is taken.
_IRREGULAR: Final = {
    "prendre": "prend prends prendre prennent prenez prenons prenait prenais prenaient pris prise prises"
    " prendra prendrai prendront prendrait prenant prenne",
    "mettre": "met mets mettre mettent mettez mettait mettais mettaient mis mise mises mettra mettrait",
    "battre": "bat bats battre battent battait battais battaient battu battue battus battra",
    "tenir": "tient tiens tenir tiennent tenait tenais tenaient tenu tenue tenus tenues tiendra tienne",
    "venir": "vient viens venir viennent venait venais venaient venu venue venus venues viendra vienne",
    "suivre": "suit suivre suivent suivait suivais suivaient suivi suivie suivis suivra",
    "ouvrir": "ouvre ouvres ouvrir ouvrent ouvrait ouvert ouverte ouvrira",
    "offrir": "offre offres offrir offrent offrait offraient offert offerte offerts offertes offrira",
    "partir": "part pars partir partent partait partais partaient parti partie partis parties partira parte",
    "sortir": "sort sors sortir sortent sortait sortais sortaient sorti sortie sortis sorties sortira sorte",
    "dormir": "dort dors dormir dorment dormait dormais dormaient dormi dorme",
    "mentir": "ment mens mentir mentent mentait mentais menti",
    "faire": "fait fais faire font faisait faisais faisaient fera ferait feront fasse faites faite faites",
    "dire": "dit dis dire disent disait disais disaient dira dirait dise",
    "voir": "voit vois voir voient voyait voyais voyaient vu vue vus vues verra verrait",
    "recevoir": "recoit recois recevoir recoivent recevait recevais recevaient recu recue recus recevra",
    "vouloir": "veut veux vouloir veulent voulait voulais voulaient voulu voudrait voudrais veuille",
    "pouvoir": "peut peux pouvoir peuvent pouvait pouvais pouvaient pourra pourrait puisse",
    "devoir": "doit dois devoir doivent devait devais devaient du devra devrait devrais doive",
    "savoir": "sait sais savoir savent savait savais savaient saura su sache",
    "conduire": "conduit conduis conduire conduisent conduisait conduisaient conduite conduits conduira",
    "mourir": "meurt meurs mourir meurent mourait mort morte mourra meure",
    "courir": "court cours courir courent courait courais",
    "enfuir": "enfuit enfuis enfuir enfuient enfuyait enfui enfuie",
    "finir": "finit finis finir finissent finissait fini finie finira",
    "subir": "subit subis subir subissent subissait subi subie subis",
    "choisir": "choisit choisis choisir choisissent choisissait choisi choisie choisira",
    "obeir": "obeit obeis obeir obeissent obeissait obei",
    "ecrire": "ecrit ecris ecrire ecrivent ecrivait ecrite ecrits",
    "boire": "boit bois boire boivent buvait buvais bu",
    "detenir": "detient detiens detenir detiennent detenait detenu detenue",
}  # fmt: skip
_SHORTEST: Final = 5


def forms_of(infinitive: str, vocabulary: Container[str]) -> frozenset[str]:
    """Every form of a verb, or nothing for a word that is no infinitive (« papier »)."""
    for length in range(len(infinitive)):
        family = infinitive[length:]
        if family in _IRREGULAR:
            prefix = infinitive[:length]
            return frozenset(prefix + form for form in _IRREGULAR[family].split())
    if len(infinitive) < _SHORTEST:
        return frozenset()
    if infinitive.endswith("er"):
        return _first_group(infinitive[:-2], vocabulary)
    if infinitive.endswith("re") and infinitive[:-2] + "ait" in vocabulary:
        return frozenset(infinitive[:-2] + end for end in _THIRD_GROUP)
    return frozenset()


def _first_group(stem: str, vocabulary: Container[str]) -> frozenset[str]:
    soft = "e" if stem.endswith("g") else ""
    if stem + soft + "ait" not in vocabulary:
        return frozenset()
    forms = {stem + end for end in _FIRST_GROUP}
    if soft:
        forms |= {stem + "e" + end for end in ("ais", "ait", "aient", "ant", "a", "ons")}
    if stem.endswith("y"):
        forms |= {stem[:-1] + "i" + end for end in ("e", "es", "ent", "era", "erait")}
    if stem.endswith(("el", "et")):
        forms |= {stem + stem[-1] + end for end in ("e", "es", "ent", "era")}
    return frozenset(forms)
