"""All forms of a French verb, accents folded: rules name a verb once and meet it in any tense."""

from collections.abc import Container
from typing import Final

from triage.wordsets import word_set

_FIRST_GROUP: Final = word_set(
    "e es ent er ee ees ez ons ais ait aient a ai as "
    "erent era eras erai eront erait erais eraient ant"
)
_THIRD_GROUP: Final = (
    "",
    *word_set("s ent u ue us ues ez ons ais ait aient re ra rai ront rait raient ant"),
)
# Irregular families, by the end of the infinitive; the longest end that fits is taken.
_IRREGULAR: Final = {
    "prendre": word_set(
        "prend prends prendre prennent prenez prenons prenait prenais prenaient pris "
        "prise prises prendra prendrai prendront prendrait prenant prenne"
    ),
    "mettre": word_set(
        "met mets mettre mettent mettez mettait mettais mettaient mis mise mises mettra mettrait"
    ),
    "battre": word_set(
        "bat bats battre battent battait battais battaient battu battue battus battra"
    ),
    "tenir": word_set(
        "tient tiens tenir tiennent tenait tenais tenaient tenu tenue tenus tenues tiendra tienne"
    ),
    "venir": word_set(
        "vient viens venir viennent venait venais venaient venu venue venus venues viendra vienne"
    ),
    "suivre": word_set("suit suivre suivent suivait suivais suivaient suivi suivie suivis suivra"),
    "ouvrir": word_set("ouvre ouvres ouvrir ouvrent ouvrait ouvert ouverte ouvrira"),
    "offrir": word_set(
        "offre offres offrir offrent offrait offraient offert offerte offerts offertes offrira"
    ),
    "partir": word_set(
        "part pars partir partent partait partais partaient parti partie partis parties "
        "partira parte"
    ),
    "sortir": word_set(
        "sort sors sortir sortent sortait sortais sortaient sorti sortie sortis sorties "
        "sortira sorte"
    ),
    "dormir": word_set("dort dors dormir dorment dormait dormais dormaient dormi dorme"),
    "mentir": word_set("ment mens mentir mentent mentait mentais menti"),
    "faire": word_set(
        "fait fais faire font faisait faisais faisaient fera ferait feront fasse faites "
        "faite faites"
    ),
    "dire": word_set("dit dis dire disent disait disais disaient dira dirait dise"),
    "voir": word_set("voit vois voir voient voyait voyais voyaient vu vue vus vues verra verrait"),
    "recevoir": word_set(
        "recoit recois recevoir recoivent recevait recevais recevaient recu recue recus recevra"
    ),
    "vouloir": word_set(
        "veut veux vouloir veulent voulait voulais voulaient voulu voudrait voudrais veuille"
    ),
    "pouvoir": word_set(
        "peut peux pouvoir peuvent pouvait pouvais pouvaient pourra pourrait puisse"
    ),
    "devoir": word_set(
        "doit dois devoir doivent devait devais devaient du devra devrait devrais doive"
    ),
    "savoir": word_set("sait sais savoir savent savait savais savaient saura su sache"),
    "conduire": word_set(
        "conduit conduis conduire conduisent conduisait conduisaient conduite conduits conduira"
    ),
    "mourir": word_set("meurt meurs mourir meurent mourait mort morte mourra meure"),
    "courir": word_set("court cours courir courent courait courais"),
    "enfuir": word_set("enfuit enfuis enfuir enfuient enfuyait enfui enfuie"),
    "finir": word_set("finit finis finir finissent finissait fini finie finira"),
    "subir": word_set("subit subis subir subissent subissait subi subie subis"),
    "choisir": word_set("choisit choisis choisir choisissent choisissait choisi choisie choisira"),
    "obeir": word_set("obeit obeis obeir obeissent obeissait obei"),
    "ecrire": word_set("ecrit ecris ecrire ecrivent ecrivait ecrite ecrits"),
    "boire": word_set("boit bois boire boivent buvait buvais bu"),
    "detenir": word_set("detient detiens detenir detiennent detenait detenu detenue"),
}
_SHORTEST: Final = 5


def forms_of(infinitive: str, vocabulary: Container[str]) -> frozenset[str]:
    """Every form of a verb, or nothing for a word that is no infinitive (« papier »)."""
    for length in range(len(infinitive)):
        family = infinitive[length:]
        if family in _IRREGULAR:
            prefix = infinitive[:length]
            return frozenset(prefix + form for form in _IRREGULAR[family])
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
