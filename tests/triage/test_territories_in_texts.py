"""Where a free text says that somebody is, in the ways people write it."""

import cProfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.territories import Gazetteer, load_gazetteer
from triage.vocabulary import OUTSIDE_TERRITORY, UNKNOWN_TERRITORY, Territory

TEAMS = {
    "591": Territory("avesnois"),
    "592": Territory("cambresis"),
    "593": Territory("douaisis"),
    "594": Territory("flandres"),
    "595": Territory("metropole-lilloise"),
    "596": Territory("valenciennois"),
}

# Invented sentences, one a line, under the team that they belong to.
SENTENCES = {
    "metropole-lilloise": """
Ma fille habite chez sa mère à Lille, actuellement en vacances à Nice chez son père
Mons (59370)
59170
mineure de 15 ans domiciliée 59150 Wattrelos
Bonjour, lycéenne à Tourcoing, mon copain de Mouscron me demande de coucher avec ses potes
bus L1 direction Wambrechies, il me suit
on prend le métro jusqu'à CHU Eurasanté
Un homme de Croix a contacté ma fille
mon mec est de lille sud
Je vous appelle de Lambersart. Ma nièce, qui habite Nancy, est en danger chez son copain.
houplines
frelinghien
erquinghem lys
wervicq sud
bousbecque
thumeries
wahagnies
ostricourt
cysoing
baisieux
templemars
vendeville
lesquin
lezennes
lannoy
toufflers
santes
emmerin
hallennes
perenchies
wavrin
pont a marcq
phalempin
a quesnoy sur deule pres de leglise
linselles
G 14 ans jabite lambersart
avant à Rouen maintenant à Tourcoing
il m'attend en bas métro gambetta a lille
je suis de Libercourt mais je suis placée à Seclin
jeune placée en MECS à Bailleul, localisée ce soir à Roubaix
rani f tourcoing m3a wahed
hi my friend is 15 she lives in roubaix with a man
jhabite a wazemmes et mon copain me tape
on est a lille sud la ya des mecs en bas qui attendent
elle est dans un airbnb à V2
mon ex habite a roubaix il me menace
il ma laissé a roubaix jsui tte seule
Mon fils vit à Tourcoing, son père est à Paris.
On habite Wattrelos, elle est en fugue à Bruxelles depuis mardi
59000 svp venez
cp 59100, 15 ans
rue de Dunkerque à Lille il y a un appart
je suis place rihour j'attends un client
jsui a euralille avec les filles elles volent
chu de lille je suis aux urgences pédiatriques
CHRU Lille, service pédiatrique, mineure de 14 ans
a l'epeule ya un gars qui fait travailler des petites
quartier des trois ponts il y a des filles mineures
aux hauts champs ya un appart
le pile a roubaix
ma fille est partie au faubourg de bethune
j'ai rdv a porte de douai avec un vieux
Nous habitons La Madeleine
jsuis a la madeleine chez ma tante
on habite La Bassée
j'habite Don (59272)
je suis à Croix
college de hem
gare de croix
jsui a hem la
Ma fille de 16 ans, lycéenne à Loos, a des clients.
marquette lez lille
j'habite à marquette
armentiere
mdr jsui a armantieres
tourkoing
turcoing
jsui a vileneuve dascq
villeneuve d'asc
marcq
mons en bareul
jsui a robaix
rouabix aidez moi
lambersar
wambrechie
wasquehall
haubourdain
Bonjour je suis assistante familiale à Haubourdin, la jeune que j'accueille est originaire de Paris.
Je suis éducatrice à Liévin, une jeune m'a parlé d'un hôtel à Lesquin où elle va le week-end
il m'a amenée à paris le week end dernier, j'habite ronchin
elle est partie à Marseille avec lui, nous on est de Wasquehal
Je vous écris de Comines
Une jeune fille d'Annœullin
ANNOEULLIN, fille de 15 ans
Place du marché à Seclin
bjr jhabite lille
LILLE
Lille, 16 ans
c'est à Fives, métro Marbrerie
vers porte des postes
gare lille europe j'attends
metro eurotéléport
on est a pont de bois
au triolo
au blanc seau a tourcoing
brun pain
quartier de la bourgogne à Tourcoing
aux oliveaux
à la Mousserie
au Nouveau Mons
bois blancs
place de la république à lille
""",
    "flandres": """
saint georges sur l'aa
59240 urgent
ma pote de bergues elle fait nimp
Bjr, g besoin de parler jsui a coudek
la motte au bois
steenvorde
st sylvestre capelle
teteghem
wormout
bourbourg ville
estaires
jsuis cachée ds les toilettes du mcdo de grande synthe
MECS de Bailleul : une jeune fugue régulièrement sur Lille
i am in calais road to dunkirk camp
jsui a malo les bains chez un gars jveux rentrer
je vis a gde synthe avc ma mere
g fugué jsuis a la gare de dk
Ma fille est placée à Hazebrouck, nous on vit à Lille
un homme m'a emmenée au kursaal puis chez lui
nous sommes de La Gorgue
hazebrouk
jsui a hazbrouck
jhabite a dunkerke
coudekerk branche
loon plage
je suis de st pol
gravline
L'an dernier on était à Valenciennes, maintenant on est à Dunkerque
avant jetais a roubaix mtn jsui a dk
il travaille à Gravelines à la centrale
MA FILLE EST A DUNKERQUE CHEZ UN HOMME
au banc vert
à l'Albeck
au jeu de mail
rosendael
lycée jean bart
place jean bart
ile jeanty
""",
    "valenciennois": """
Il vit en Belgique à Tournai, moi j'habite Condé-sur-l'Escaut.
Condé sur l'escaut (59163)
tram T1 arrêt Dutemple
mon oncle à Anzin me touche
ya un hotel pres de la gare de valenciennes ou des filles vont
escaudain
haveluy
trith
douchy les mines
aulnoy les valenciennes
wallers arenberg
l epm de quievrechain
quievrechain
escautpont
hotel a saint saulve chambre 12 vite
Notre association intervient à Valenciennes et Denain
locuiesc in valenciennes, am 15 ani
jsui ds un appart a dutemple il veut pas que jsorte
une fille de mon bahut a anzain fait des trucs contre des sous
je suis de fresnes sur l'escaut
j'habite à fresnes
lycée de l'Escaut à Valenciennes
ils vivent à Faubourg de Cambrai à Valenciennes
ma nièce habite La Sentinelle
Ma fille (Marly) fugue
valencienne
je vien de valanciennes
denin
saint aman les eaux
st amand
bruay sur lescaut
conde sur escaut
vieux conde
onnain
beuvrage
Elle étudie à Lille mais rentre chez nous à Saint-Saulve, son copain de Douai l'emmène.
ma fille de denain est a lyon dans un hotel depuis hier soir
Une collégienne de Bouchain m'a dit qu'elle faisait des passes
chasse royale
au mont houy
à la briquette a marly
cité du pinson à raismes
""",
    "douaisis": """
aix-en-pévèle, près d'Orchies
Ma cousine est chez son mec à Sin, elle répond plus
on est a la fete foraine de douai
Elle fréquente un homme d'Aniche
il la force a aller a un hotel pres de douai
roost warendin
flines les raches
fenain
lecluse
masny
raimbeaucourt
waziers
lambres lez douai
Le père habite Valenciennes, elle vit avec moi à Marchiennes
fugue : dernière fois vue gare de Douai, famille d'accueil à Hautmont
vivo en douai con mi tia y me pega
mes parents habitent sin le noble
Ma fille de 15 ans est partie de la maison, nous habitons à Sin le Noble.
Éducatrice de prévention sur le Douaisis, je me questionne sur une jeune.
Elle habite Lille mais là elle est à Douai depuis 3 jours
Monchecourt 59234
a gayant expo ya des mecs qui proposent des trucs
somain, 15 ans, enceinte
une fille d'aniche
jsui dauby
douay
flers en escrebieu
lallain
montigny en ostrevant
pecquancourt
Je suis éducatrice à Lille. La jeune vit à Orchies.
jsui pas de lille jsui de douai
pas Lille hein, Douai
un élève de Pecquencourt
frais marais
gayant expo
auchan sin le noble
au raquet
""",
    "avesnois": """
Elle est partie de Jeumont, elle est en Belgique avec lui
ma fille a 13 ans, on est de Ferrière la Grande, à côté de Maubeuge
nous recevons une jeune du secteur d'Aulnoye-Aymeries
pont sur sambre
berlaimont
villers sire nicole
solre le chateau
trelon
sains du nord
boussois
la mère est à Cambrai, l'enfant est confié à sa tante à Landrecies
je suis placé à maubeuge foyer
Famille d'accueil dans l'Avesnois, jeune de 16 ans en fugue.
ma soeur habite a lille mais la elle est a maubeuge avec un mec
Bonjour, ma fille de 14 ans, scolarisée au Quesnoy, ...
il habite au quesnoy
je suis de bavay
maubeuje
jsui a mobeuge
jeumon
otmont
aulnoye
louvroille
ferriere la grande
avesnes
Notre fille a grandi à Lille mais nous vivons maintenant à Fourmies.
on m'a dit que tu étais à Lille ? non je suis à Jeumont
ma fille traîne à l'Épinette à Maubeuge
sous le bois
a sous le bois ya des mecs
zoo de maubeuge
""",
    "cambresis": """
saint-souplet escaufourt
Haucourt
je suis en stage a cambrai et je loge a caudry
busigny
neuville st remy
bertry
avesnes les aubert
saint hilaire lez cambrai
masnieres
gouzeaucourt
villers outreaux
mon copain m'a laissée sur le parking du Auchan a escaudoeuvres
je reside à Beauvois en Cambrésis et ma voisine de 14 ans
On est du Cambrésis, ma nièce se prostitue.
j'habite 59400
nous habitons Ors
cambray
kambrai
le cateau
au cateau
jsui du cateau
solesme
caudri
Infirmière scolaire dans un collège de Caudry. Une élève qui vient de déménager de Maubeuge me dit
Une élève d'Iwuy
cantimpré
martin martine
""",
    "hors-departement": """
il vit en Belgique à Tournai
jsui a tours en ce moment
je suis à Tours
elle vit à Nice
je vis au Havre
ma petite cousine d'Amiens
j'habite Hirson dans l'Aisne
Carvin
une ado de Leforest
Je suis de Vitry en Artois
ma fille habite à Aubigny-en-Artois
j'habite à Hesdin
Neuilly-sur-Seine
Aix en Provence
saint georges sur loire
62100
75018 Paris
il ma promis un voyage a dubai
j'étais placée à Tourcoing avant, maintenant j'habite à Rouen
maman a henin beaumont
On l'a retrouvée, on habite Saint-Quentin dans l'Aisne
i am in calais
On vit à Arras, son copain est de Lille
J'habite Lens. mon mec m'emmène à Lille pour voir des clients
je suis de Calais et j'ai peur
Ma fille est scolarisée à Béthune
jhabite a mouscron
on est a bruxelles il veut me faire travailler
Elle vit à Londres chez un homme
Fresnes (94), ma fille y est
jsui dans le 62
je viens du 93
J'habite à Saint-Denis, 93200
Nous vivons à Arras. Ma fille voit un garçon de Roubaix.
je suis à Lyon dans un hôtel, aidez moi
""",
    "unknown": """
mon chien s'appelle Brest
on a rdv au tribunal
elle passe ses nuits dehors avec les grands de la cité
j'habite rue de Douai
c'est quoi vos horaires ?
j'ai un bac pro et je cherche un stage
il m'a dit t'es belle
ca fait mal, je perds du sang
je me sens seule au monde
elle a dépensé 62100 euros
g 14 ans et g peur
je vis en foyer
elle est à l'hôpital depuis hier
il bosse au port
une soirée à thème
on va se marier il dit
cest bon laisse tomber
les filles de ma classe
lundi matin a la perm
la prof de maths
il m'appelle ma reine
il est né en 2001
voila l'histoire : tout a commencé en mai
mon tel est mort
je dois 300 a un gars
ils sont a deux dessus
elle a pris le tgv
chez moi a la campagne
il habite a coté de chez moi
des gens viennent à la maison la nuit
je suis du nord
dans le nord
un mec de mon quartier
elle va voir des hommes à l'hôtel F1
je travaille au CMP et je reçois une jeune
j'aimerais une documentation pour une classe de seconde
rdv demain a 10h svp
on m'a drogué a une soirée
il me paye mes courses et mon loyer
ses copines disent qu'elle a changé
elle est très mal dans sa peau, elle se scarifie
ma fille est enceinte de trois mois
il m'a frappée avec une ceinture
le juge des enfants a ordonné un placement
je veux porter plainte contre x
on m'a volé mon sac au parc
j'ai perdu mes clés de vélo
elle a 15 ans en mars
mon beau pere rentre a 18h
il me parle comme a une chienne
c'est pas le moment
hem hem ya qqn
il m'a fait don de son tel
c'est ma croix à porter
il fait des croix sur le calendrier
j'ai mangé du maroilles hier
il m'a offert un bracelet en or, des ors partout
elle erre dans les rues la nuit
elle s'appelle Salomé et elle a 14 ans
Mme Cambrai du service m'a dit de vous écrire
ma copine Nancy elle a des sous
c trop nice merci
il me fait des blagues et des vannes
à tours de rôle ils sont venus
on fait le tour de la ville
il me doit 59 euros
il m'a donné 15000 euros
je gagne 2000 par mois
on est le 15 et rien
ça me gave grave je vais pas bien
je suis en train de pleurer
j'ai peur de lui et de ses amis
il m'a dit de pas en parler à mes parents
mon père il est venu me chercher au collège
elle sort en boîte le samedi et rentre à 5h
il a une voiture grise et un ami qui garde les clés
je dors chez des potes et des fois dans la rue
dans le bois derrière le lycée ils m'ont forcée
ma prof principale m'a vue pleurer en mer
j'en peux plus de la vie je veux mourir
il l'emmène en voiture la nuit et elle revient avec des sacs
avenue de Lille au numéro 14
ma copine madeleine a des problemes
la madeleine de proust lol
il fait la sentinelle en bas de chez moi
elle prend le train pour aller je sais pas où
ma soeur est au lycée Saint-Paul
fête de la saint-jean
a la saint valentin il m'a offert un iphone
hopital saint louis je crois
il s'appelle Martin, il a 30 ans
Florent m'a frappée hier
M. Beaufort le CPE m'a convoquée
le docteur Lannoy a dit que
prof d'EPS, collège, une élève de 4e
l'ASE et le juge sont au courant
j'ai fait un malaise en SVT
il veut que j'aille à la mer avec lui
elle a un bon coeur et de beaux yeux
on va a la fete ce soir
il me ramène des fleurs, des bonbons, des sapes de marque
je kiffe un mec de 28 ans il est adorable
elle a des bleus sur les bras et le dos
c'est la deuxième fois qu'elle part sans prévenir
il me force à prendre de la drogue
j'ai pris un forfait chez orange
elle boit du cognac et de la vodka
il m'a mis au coin, contre le mur
j'ai vu sur snap une meuf qui vend des vues
tu peux me rappeler au 06 12 34 56 78
le 119 ne répond pas
appelle moi au 0612345678
elle a eu 15000 vues sur tiktok
il y a 80 personnes
on est le 23 novembre
en 2019 elle a fugué
je suis en 3e au college
je suis perdue je sais plus quoi faire
bonjour à tous
la police est venue chez nous
il est mort de rire
je suis à bout
elle est à fond dans son téléphone
je suis à la maison et j'ai peur de sortir
je suis au foyer, je dors plus
je suis dans ma chambre
elle est au lit toute la journée
il habite en face
il vit avec sa mère
on vit à cinq dans un deux pièces
je vis un enfer
je vis dans la peur
je suis de nuit cette semaine
elle habite chez son père en garde alternée
on s'est vus à l'hôtel de ville
ma fille a un nouveau sac à main, des bottes, du parfum
elle est sur les nerfs
je suis de bonne humeur
elle est sur son téléphone
j'habite avec ma mere et mon beau pere
je suis chez une amie depuis trois jours
j'habite loin
je suis a l'arret de bus
il vient de sortir de prison
on se voit à 14h devant le lycée
c'est de sa faute
il m'a dit de venir à minuit
I am scared, he is in the house
I live in a small town with my mum
tengo miedo, vivo con mi tia
ma fille est à part, dans son monde
il est sans pitié
elle est avec une bande de grands
ma mère est de garde
Il est de Guinée, mineur non accompagné
je viens d'Albanie, je parle pas bien
je suis française
je fais du foot
""",
}
CASES = [
    pytest.param(sentence, team, id=sentence[:60])
    for team, block in SENTENCES.items()
    for sentence in block.strip().splitlines()
]
KNOWN = {*TEAMS.values(), OUTSIDE_TERRITORY, UNKNOWN_TERRITORY}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(departement="59", districts=TEAMS, otherwise=Territory("coordination"))


@pytest.mark.parametrize(("sentence", "team"), CASES)
def test_a_sentence_belongs_to_the_team_of_its_place(sentence, team, gazetteer):
    territory, places = gazetteer.locate(sentence)

    assert territory == team, places


@pytest.mark.parametrize(("sentence", "team"), CASES)
def test_a_place_is_marked_where_the_text_has_it(sentence, team, gazetteer):
    padded = f"é œ 🙂\n\u200b {sentence}"

    _, places = gazetteer.locate(padded)

    for place in places:
        words = padded[place.start : place.end]
        assert words == words.strip()
        assert words
    assert [place.start for place in places] == sorted(place.start for place in places)


def test_the_offsets_are_those_of_the_original_text(gazetteer):
    text = "Cœur brisé… j’suis à Marcq-en-Barœul, puis St. Amand-les-Eaux (59230)."

    _, places = gazetteer.locate(text)

    assert [text[place.start : place.end] for place in places] == [
        "Marcq-en-Barœul",
        "St. Amand-les-Eaux (59230",
    ]
    assert [place.name for place in places] == ["Marcq-en-Barœul", "Saint-Amand-les-Eaux"]


@pytest.mark.parametrize(
    ("text", "team"),
    [
        ("je suis au quartier, 59310 Orchies", "douaisis"),
        ("je suis au quartier, 59310 Mouchin", "metropole-lilloise"),
        ("je suis au quartier, 59310", UNKNOWN_TERRITORY),
        ("j'habite Neuville, pas loin de Tourcoing", "metropole-lilloise"),
        ("j'habite à Neuville", UNKNOWN_TERRITORY),
    ],
)
def test_what_two_teams_share_is_settled_by_another_place_or_left_open(text, team, gazetteer):
    assert gazetteer.locate(text)[0] == team


@pytest.mark.parametrize("masked", ["m4ubeuge", "maubeug3", "MAUBEUGE", "Mаubeugе", "ｍaubeuge"])
def test_masked_letters_are_read(masked, gazetteer):
    text = f"je suis a {masked} viens"

    territory, places = gazetteer.locate(text)

    assert territory == "avesnois"
    assert text[places[0].start : places[0].end] == masked


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_gets_an_answer_with_true_offsets(gazetteer, text):
    territory, places = gazetteer.locate(text)

    assert territory in KNOWN
    assert all(0 <= place.start < place.end <= len(text) for place in places)


WORDS = st.sampled_from(
    ["Lille", "lille", "à", "a", "hem", "Saint", "st", "de", "la", "59000", "62", "(", ")", ".",
     "Amand", "les", "Eaux", "Villeneuve", "d'", "Ascq", "valencienes", "pas", "est", "rue", "\n",
     "dans", "le", "93", "Neuville", "œ", "é", "'", "-", "Mons", "en", "Barœul"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=60).map(" ".join))
@settings(deadline=None)
def test_any_heap_of_place_words_gets_the_same_answer_twice(gazetteer, text):
    territory, places = gazetteer.locate(text)

    assert (territory, places) == gazetteer.locate(text)
    assert all(text[place.start : place.end].strip() for place in places)


@pytest.mark.parametrize(
    "piece",
    ["a", "a ", "st ", "Lille ", "villeneuve ", "de la ", "l'", "59", "59000 ", "a0", "é", "@",
     "mons en ", "robuaix ", "à x", "\u0301", "rue de ", "Saint-", "(", "a\u200b", "le 62 "],
)  # fmt: skip
def test_a_long_text_costs_no_more_a_letter_than_a_short_one(piece, gazetteer):
    short, long = (piece * (size // len(piece) + 1) for size in (6_000, 48_000))

    # Work is counted in calls and not in seconds: machines differ, their sums do not.
    assert calls_to_locate(long, gazetteer) < 12 * calls_to_locate(short, gazetteer) + 1000


def calls_to_locate(text: str, gazetteer: Gazetteer) -> int:
    profile = cProfile.Profile()
    profile.runcall(gazetteer.locate, text)
    return sum(entry.callcount for entry in profile.getstats())
