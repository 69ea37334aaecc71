"""How products decline, apologise and insult in German, French, Spanish, Portuguese, Italian and Dutch.

One text a language. Each is a regular expression's alternatives, to be searched without regard to case.
"""

from __future__ import annotations

from typing import Final


def _verbs(stems: str) -> str:
    return "|".join(stems.split())


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DE: Final = _verbs(
    "helfen weiterhelfen beantworten antworten sagen geben empfehlen beraten machen tun dienen anbieten erzählen schreiben "
    "besprechen erlauben mitteilen zeigen verraten bearbeiten"
)
_FR: Final = _verbs(
    r"aider répondre dire donner faire conseiller recommander proposer écrire raconter traiter renseigner discuter montrer"
)
_ES: Final = _verbs(
    r"ayudar\w* responder\w* contestar\w* decir\w* dar\w* recomendar\w* aconsejar\w* hacer\w* ofrecer\w* hablar escribir\w* "
    r"contar\w* facilitar\w* mostrar\w* asesorar\w*"
)
_PT: Final = _verbs(
    r"ajud\w+ respond\w+ dizer dar recomend\w+ aconselh\w+ fazer oferec\w+ falar escrev\w+ contar inform\w+ mostr\w+ atend\w+"
)
_IT: Final = _verbs(
    r"aiutar\w* risponder\w* dir\w* dar\w* consigliar\w* far\w* offrir\w* parlar\w* scriver\w* raccontar\w* mostrar\w*"
)
_NL: Final = _verbs(
    "helpen beantwoorden zeggen geven aanraden adviseren doen bieden schrijven vertellen bespreken tonen"
)

DECLINES: Final = (
    rf"\b(?:kann|können|darf|dürfen)\b[^.?!]{{0,60}}\b(?:nicht|nichts|keine?\w?)\b[^.?!]{{0,40}}\b(?:{_DE})\b",
    r"\b(?:ich|wir) (?:kann|können|bin|sind) (?:leider |hier )?nur (?:für|dazu|bei|zu)\b|\bweiß ich (?:leider )?nicht\b|"
    r"\baußerhalb (?:meine|unsere|dessen)\w*",
    rf"\bne (?:peux|peut|pouvons|sais|savons|suis|sommes) (?:malheureusement )?(?:pas|rien)\b[^.?!]{{0,40}}\b(?:{_FR})\b",
    r"\bje ne suis (?:là )?que\b|\b(?:je|nous) ne (?:peux|pouvons) (?:vous |t['’])?(?:aider|répondre) que\b|"
    r"\ben dehors de (?:mon|notre|mes|nos|ce que)\b",
    rf"\bno (?:le |les |te )?(?:puedo|podemos|sé|sabemos|sabría)\b(?: \w+){{0,3}} (?:{_ES})\b",
    r"\b(?:solo|sólo|solamente|únicamente) (?:puedo|podemos|estoy|estamos) (?:ayudar|para|aquí|responder)|\bfuera de (?:mi|nuestr|lo que)|"
    r"\bno tengo (?:esa |esta |la |ninguna )?(?:información|respuesta|idea)\b",
    rf"\bnão (?:lhe |te |o |a )?(?:posso|podemos|consigo|conseguimos|sei|sabemos)\b(?: \w+){{0,3}} (?:{_PT})\b",
    r"\b(?:só|apenas|somente) (?:posso|podemos|estou|estamos) (?:ajud|para|aqui|respond)|\bfora d[oa] (?:meu|minha|nosso|nossa|que)\b|"
    r"\bnão tenho (?:essa |esta |a |nenhuma )?(?:informação|resposta|ideia)\b",
    rf"\bnon (?:le |ti |la )?(?:posso|possiamo|so|sappiamo)\b(?: \w+){{0,3}} (?:{_IT})\b|\bposso (?:solo|soltanto) (?:aiutar|risponder)",
    rf"\b(?:kan|kunnen|mag|mogen)\b[^.?!]{{0,60}}\b(?:niet|niets|geen)\b[^.?!]{{0,40}}\b(?:{_NL})\b|"
    r"\b(?:ik|wij|we) (?:kan|kunnen|ben|zijn) alleen (?:helpen|voor|bij)\b",
)
"""Says no to what was asked of it."""

APOLOGIES: Final = (
    r"\b(?:leider|tut (?:mir|uns) (?:sehr |wirklich )?leid|(?:ich |wir )?bedauern?|entschuldig(?:ung|en sie|e)|verzeihung)\b",
    r"\b(?:désolée?s?|malheureusement|regrett(?:e|ons)|toutes (?:mes|nos) excuses)\b",
    r"\b(?:lo (?:siento|sentimos|lamento)|lamentamos|perdone?|desafortunadamente|lamentablemente|por desgracia)\b",
    r"\b(?:desculp[ae]|lamento|infelizmente|sinto muito|sentimos muito|peço desculpas?)\b",
    r"\b(?:(?:mi|ci) dispiace|purtroppo|spiacent[ei])\b",
    r"\b(?:helaas|het spijt (?:me|ons))\b",
)
"""Says sorry."""

CONDITIONS: Final = (
    r"\b(?:ohne|bis|bevor|zuerst|erst|solange|gültig\w*|ziffern|verfügbar|ausgebucht|geschlossen)\b",
    r"\b(?:sans|avant|tant que|d['’]abord|valides?|chiffres|disponibles?|complet|fermée?s?)\b",
    r"\b(?:sin|hasta|antes|primero|formato|válid[oa]s?|cifras|dígitos|disponibles?|completo|cerrad[oa]s?)\b",
    r"\b(?:sem|até|primeiro|válid[oa]s?|disponíve(?:l|is)|lotad[oa]s?|fechad[oa]s?)\b",
    r"\b(?:senza|prima|valid[oa]|cifre|disponibil[ei]|chius[oa])\b|\b(?:zonder|totdat|voordat|eerst|geldig\w*|beschikbaar|gesloten)\b",
)
"""In a refusal these say that it would go otherwise, or another time."""

_DE_NAME: Final = (
    r"(?:(?:voll|ober|riesen)?(?:idiot(?:in|en)?|trottel|depp(?:en)?)|dummkopf|schwachkopf|blödmann|hohlkopf|esel|dussel|tölpel|"
    r"hornochse|rindvieh|spinner|versager(?:in)?|nichtsnutz|knallkopf|flachpfeife|schafskopf|arschloch|arsch|mistkerl|simpel|"
    r"dummerchen|nervensäge|witzfigur|blindfisch|schlafmütze|kretin|dumpfbacke)"
)
_DE_LOW: Final = (
    r"(?:(?:stroh|sau|stink)?(?:dumm|doof|blöd|faul)|bescheuert|dämlich|bekloppt|unfähig|begriffsstutzig|hirnlos|schwachsinnig|"
    r"lächerlich|erbärmlich|unerträglich|peinlich|lästig|schwer von begriff|nicht ganz (?:dicht|bei trost)|"
    r"(?:taub|blind|betrunken)(?! oder))"
)
_FR_NAME: Final = (
    r"(?:idiote?s?|imbéciles?|crétine?s?|abrutie?s?|débiles?|andouilles?|cornichons?|connards?|connasse|cons?|conne|bouffon(?:ne)?|"
    r"nul(?:le)?s?|incapables?(?! d)|incompétente?s?|ignares?|minables?|bon(?:ne)? à rien|cruche|gourde|demeurée?|sotte?|bête|stupides?|"
    r"ridicules?|pathétiques?|lamentables?|sourde?(?= ou quoi|\W*$)|aveugle(?= ou quoi|\W*$))"
)
_ES_NAME: Final = (
    r"(?:idiota|imb[eé]cil|est[uú]pid[oa]|tont[oa]|bob[oa]|tarad[oa]|inútil|ignorante|incompetente|cretin[oa]|burr[oa]|payas[oa]|"
    r"zoquete|neci[oa]|torpe|patétic[oa]|ridícul[oa]|gilipollas|pendej[oa]|zopenc[oa]|mentecat[oa]|alcornoque|cenutrio)s?"
)
_PT_NAME: Final = (
    r"(?:idiota|imbecil|estúpid[oa]|burr[oa]|tol[oa]|parv[oa]|inútil|ignorante|incompetente|cretin[oa]|palhaç[oa]|otári[oa]|besta|"
    r"asno|patétic[oa]|ridícul[oa]|tapad[oa]|palerma|pateta|trouxa|babaca)s?"
)
_IT_NAME: Final = (
    r"(?:idiota|imbecille|stupid[oa]|cretin[oa]|scem[oa]|incapace|ignorante|incompetente|deficiente|buffone|ridicol[oa]|patetic[oa]|"
    r"somar[oa])"
)
_NL_NAME: Final = (
    r"(?:idioot|dom|stom|sukkel|imbeciel|achterlijk|dombo|sufferd|nietsnut|dwaas|lomperd|belachelijk|ezel)"
)

INSULTS: Final = (
    rf"\b(?:sie|du|ihr),? (?:\w+(?:er|es|e|en),? ){{0,2}}{_DE_NAME}\b|"
    r"\b(?:sind sie|bist du|sie sind|du bist|seid ihr) (?:ja |doch |wohl |so |zu |echt |wirklich |einfach |eine? |denn |auch |etwa |völlig |"
    rf"total |ziemlich |sowas von )*(?:\w+er )?(?:{_DE_LOW}|{_DE_NAME})\b|\b(?:so|was für) eine? (?:\w+ )?{_DE_NAME}\b|"
    r"\bhalten? (?:sie )?(?:bloß |endlich )?(?:die klappe|den mund|die fresse|das maul)\b|\b(?:dumm|blöd|dämlich|idiotisch|bescheuert|"
    r"bekloppt|schwachsinnig)e[rnsm]? (?:frage|antwort|bitte|idee|ausrede|bemerkung)n?\b|"
    r"\bkönnen sie (?:denn |etwa |eigentlich |überhaupt )*nicht (?:mal |einmal |richtig )?(?:lesen|zuhören|denken|schreiben|rechnen)\b|"
    r"\bstellen sie sich (?:doch |bitte |mal )*nicht so (?:dumm|blöd|an)\b|\blernen sie (?:doch |mal |erst |erstmal )*(?:lesen|schreiben|denken)\b|"
    r"\b(?:hauen sie (?:bloß )?ab|verpiss dich|scheren sie sich|zum teufel mit ihnen|tomaten auf den augen)\b|"
    r"\bschalten sie (?:mal |doch |endlich )*ihr (?:hirn|gehirn)\b|\bsie (?:nerven|gehen mir auf die nerven)\b",
    rf"\b(?:espèce d(?:e |['’])|pauvre |bande d(?:e |['’])|quel(?:le)? )(?:\w+ )?{_FR_NAME}\b|"
    r"\b(?:vous êtes|tu es|t['’]es|êtes-vous|es-tu) (?:une? |vraiment |trop |si |complètement |tellement |bien |aussi |donc |totalement |"
    rf"franchement )*{_FR_NAME}\b|\bquestion (?:\w+ )?(?:idiote|stupide|débile|ridicule|bête)\b|"
    r"\b(?:ferme(?:z)?[- ]la|la ferme|ta gueule|votre gueule|va te faire|foutez le camp|casse-toi|fichez-moi la paix)\b|"
    r"\bapprenez (?:donc |d['’]abord )?à (?:lire|écrire|compter|écouter)\b|\b(?:ne savez(?:-vous)?|savez-vous(?: seulement)?|vous ne savez)"
    r"(?: donc)? (?:pas )?(?:lire|écrire|compter|écouter)\b|\bvous (?:me |m['’])(?:fatiguez|ennuyez|exaspérez|énervez)\b",
    r"\b(?:eres|es usted|usted es|sois|son ustedes) (?:una? |tan |muy |realmente |completamente |un poco |más |bien )*"
    rf"{_ES_NAME}\b|\b(?:pregunta|idea|respuesta) (?:tan |más )?{_ES_NAME}\b|\b(?:pedazo de|especie de|so) {_ES_NAME}\b|"
    rf"\bqué {_ES_NAME} (?:es|eres|que)\b|"
    r"\b(?:cállate|cállese|cierr[ae] (?:la boca|el pico)|vete a la mierda|váyase al (?:diablo|infierno)|piérdase|lárg(?:uese|ate))\b|"
    rf"\bno (?:sea[ns]?|seas) (?:tan )?{_ES_NAME}\b|\baprenda (?:primero )?a (?:leer|escribir|contar|escuchar)\b|"
    r"\bno sabe (?:usted )?(?:ni )?(?:leer|escribir|contar|escuchar)\b|\b(?:está|es|estás) (?:usted )?(?:sord[oa]|cieg[oa])\b(?! o )|"
    r"\buse (?:la cabeza|el cerebro)\b|\bdeje de (?:molestar|lloriquear|hacerme perder|quejarse)\b",
    rf"\b(?:você é|tu és|o senhor é|a senhora é|vocês são) (?:uma? |tão |muito |mesmo |realmente |bem )*{_PT_NAME}\b|"
    rf"\b(?:pergunta|ideia|resposta) (?:tão |mais )?{_PT_NAME}\b|\b(?:seu|sua) {_PT_NAME}\b|\bque {_PT_NAME} (?:é|você|que)\b|"
    r"\b(?:cal[ae] a boca|cale-se|cala-te|v(?:ai|á) (?:à merda|para o inferno|pro inferno)|suma daqui)\b|"
    rf"\b(?:não seja|deixe de ser) (?:tão )?{_PT_NAME}\b|\baprenda (?:primeiro )?a (?:ler|escrever|contar|ouvir)\b|"
    r"\bnão sabe (?:nem )?(?:ler|escrever|contar|ouvir)\b|\b(?:está|é|ficou) (?:surd[oa]|ceg[oa])\b(?! ou )|"
    r"\buse a cabeça\b|\bpare de (?:reclamar|choramingar|incomodar|me fazer perder)\b",
    rf"\b(?:sei|lei è|siete) (?:una? |così |proprio |davvero |un po['’] )*{_IT_NAME}\b|"
    rf"\b(?:domanda|idea|risposta) (?:così |più )?{_IT_NAME}\b|\b(?:pezzo di|razza di) {_IT_NAME}\b|"
    r"\b(?:stai zitt[oa]|stia zitt[oa]|chiuda? il becco|chiudi il becco|vaffanculo|impari a leggere|non sa leggere)\b",
    rf"\b(?:je bent|jij bent|u bent|bent u|ben je) (?:een |zo |echt |wel |gewoon )*{_NL_NAME}\b|"
    r"\b(?:stomme|domme|idiote) (?:vraag|opmerking|idee)\b|\bhou je (?:mond|kop|bek)\b|\bleer (?:eerst )?lezen\b",
)
"""Calls the user names."""

NEGATIONS: Final = (
    r"\b(?:no|ni|keine?\w?|nicht|niemals|pas|aucune?|jamais|ninguna?|nunca|jamás|não|nenhuma?|non|nessuna?|geen|niet)\b"
)
"""Before an insult these take it back: *no hay pregunta tonta*."""

DECLINE_WORDS: Final = _words(
    "nicht nichts kein keine keinen keiner keines keinem nur außerhalb pas rien que dehors no solo sólo solamente únicamente "
    "fuera não só apenas somente fora non soltanto niet niets geen alleen"
)
INSULT_WORDS: Final = _words(
    "idiot idiotin idiotisch idioten trottel depp deppen vollidiot volltrottel volldepp obertrottel riesentrottel dummkopf "
    "schwachkopf blödmann hohlkopf esel dussel tölpel hornochse rindvieh spinner versager versagerin nichtsnutz knallkopf "
    "flachpfeife schafskopf arschloch arsch mistkerl simpel dummerchen nervensäge witzfigur blindfisch schlafmütze kretin "
    "dumpfbacke dumm doof blöd faul strohdumm saudumm saublöd strohdoof stinkfaul bescheuert dämlich bekloppt unfähig "
    "begriffsstutzig hirnlos schwachsinnig lächerlich erbärmlich unerträglich peinlich lästig begriff dicht trost taub "
    "blind betrunken klappe mund fresse maul dumme dummen blöde blöden dämliche dämlichen idiotische bescheuerte bekloppte "
    "schwachsinnige lesen zuhören denken schreiben rechnen stellen hauen verpiss scheren teufel tomaten schalten nerven "
    "idiote idiotes idiots imbécile imbéciles crétin crétine crétins abruti abrutie abrutis débile débiles andouille "
    "andouilles cornichon cornichons connard connards connasse con cons conne bouffon bouffonne nul nulle nuls incapable "
    "incapables incompétent incompétente ignare ignares minable minables rien cruche gourde demeuré demeurée sot sotte bête "
    "stupide stupides ridicule ridicules pathétique pathétiques lamentable lamentables sourd sourde aveugle ferme fermez "
    "gueule faire foutez casse fichez apprenez lire écrire compter écouter fatiguez ennuyez exaspérez énervez m'ennuyez "
    "m’ennuyez m'exaspérez m’exaspérez m'énervez m’énervez d'idiots d’idiots d'idiote d’idiote d'idiot d’idiot d'imbécile "
    "d’imbécile d'imbéciles d’imbéciles d'abruti d’abruti d'abrutie d’abrutie d'andouille d’andouille d'incapable "
    "d’incapable d'ignare d’ignare idiota idiotas imbécil imbécils imbecil imbecils estúpido estúpidos estúpida estúpidas "
    "estupido estupidos estupida estupidas tonto tontos tonta tontas bobo bobos boba bobas tarado tarados tarada taradas "
    "inútil inútils ignorante ignorantes incompetente incompetentes cretino cretinos cretina cretinas burro burros burra "
    "burras payaso payasos payasa payasas zoquete zoquetes necio necios necia necias torpe torpes patético patéticos "
    "patética patéticas ridículo ridículos ridícula ridículas gilipollas gilipollass pendejo pendejos pendeja pendejas "
    "zopenco zopencos zopenca zopencas mentecato mentecatos mentecata mentecatas alcornoque alcornoques cenutrio cenutrios "
    "cállate cállese boca pico mierda diablo infierno piérdase lárguese lárgate leer escribir contar escuchar sordo sorda "
    "ciego ciega cabeza cerebro molestar lloriquear perder quejarse tolo tolos tola tolas parvo parvos parva parvas palhaço "
    "palhaços palhaça palhaças otário otários otária otárias besta bestas asno asnos tapado tapados tapada tapadas palerma "
    "palermas pateta patetas trouxa trouxas babaca babacas cale cala merda inferno suma ler escrever ouvir surdo surda cego "
    "cega cabeça reclamar choramingar incomodar imbecille stupido stupida scemo scema incapace deficiente buffone ridicolo "
    "ridicola patetico patetica somaro somara zitto zitta becco vaffanculo leggere idioot dom stom sukkel imbeciel "
    "achterlijk dombo sufferd nietsnut dwaas lomperd belachelijk ezel stomme domme mond kop bek lezen"
)
"""Each of the phrases holds one of these: a text without any needs no closer look."""
