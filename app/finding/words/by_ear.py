"""How words of jobs are misspelt: by their sound, and in ways that no rule reaches.

The lines are general knowledge of English, and are not taken from any list.
"""

import re

# Each is replaced in turn, so that words of one sound are written alike.
_ALIKE = (
    (re.compile(r"^(?:ps|kn|wr|gn|rh)"), lambda m: "r" if m[0] == "rh" else m[0][1]),
    (re.compile(r"pherd\b"), "perd"),
    (re.compile(r"^ch"), "%"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"mb\b|mb(?=er)"), "m"),
    (re.compile(r"[cst]{1,2}i(?=[aeou])|ch(?=ef)|sch(?=[eiu])|sh"), "$"),
    (re.compile(r"t?ch|ck|c(?![eiy])|qu?"), "k"),
    (re.compile(r"c|z"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"dg|g(?=[eiy])"), "j"),
    (re.compile(r"gh|e$"), ""),
)
_MUTE = re.compile(r"(?<=.)[aeiouyhw]")
_TWICE = re.compile(r"(.)\1+")
_VOWELS = frozenset("aeiouy")

# A word | how it is misspelt where neither few edits nor its sound lead to it.
_TABLE = """
accountant | accountint acountint
actor | acter
actuary | akchuary actuarie
aide | ayde
analyst | anylist analist anylst
anesthesiologist | anesthesist anesteologist
architect | arkitekt arkitect
assistant | asistent
athlete | athelet athleet
attorney | attornie aturney aterney
auctioneer | auctionear oxtioneer
auditor | auditer odditer
babysitter | babysiter babbysitter babysitor
bailiff | balif bayliff bailif baliff
baker | bakor bakar
barber | barbor barbar barbur
barista | berista baresta
bookkeeper | bookeper bookeaper
bouncer | bownser bounser
butcher | bucher buchar butchar
carpet | carpit
cashier | casheer cashear cachier cashior kashier
caterer | catorer caterar
chauffeur | shofer chaufer shoffer shofur choffeur showfer shaufer
chef | sheff cheff shef
chemist | kemist chemest
chiropractor | chiroprator chiropracer kiropracter cairopractor
clergy | clergie clurgy
coach | koach
coroner | coronor coronar
counselor | counciler consuler
courier | curier couriour
crane | crain crayn
curator | curater
dancer | danser dancor
dental | dentel dentil
detective | detektive
dietitian | dietishun diatician dietican dietecian
dishwasher | dishwaser diswasher dishwahser
doctor | dockter
editor | editer
embalmer | embomer
esthetician | astetician asthetician asthetishun
exterminator | xterminator
farmer | farmar farmor
florist | florest
forklift | forklif
glazier | glasier
guard | gaurd gaurde
hairdresser | hairdrester
hygienist | hygentist
janitor | janiter janator jantor janitir
jeweler | jewler julor juler jewelor
judge | juge judje
laborer | labourar
landscaper | lanscaper
laundry | londry
lawyer | lawer lawyor loyer lawyar loyar
librarian | libarien librian liberian liberrian
lifeguard | lifegaurde
locksmith | locksmiff
logger | loger
maid | mayd
mason | masen masun
masseuse | massuse masuse maseuse massus
mechanic | makanic mackanic
midwife | midwive
musician | musican musition muscian
nanny | nany nannie nannny
nurse | nurs nuse
ophthalmologist | opthamologist opthomologist
optician | optishun
optometrist | optomologist
painter | paintor
paramedic | paramedick
pastor | passtor
pharmacist | farmisist
pharmacy | farmacy
photographer | fotografer
physical | fisical
physician | fisician
physicist | fisicist
plumber | plummer plumbor plumar plomber plumbar plumner plumbur
police | polise plice polece
preacher | precher preecher preachor
priest | preist preest
professor | proffesor professer proffessor
psychiatrist | physciatrist sikiatrist
psychologist | phycologist physcologist phsycologist
realtor | realator relator realter realitor reelter reltor
receptionist | resepshunist recepcionist
referee | refree refaree
repair | repare repear
respiratory | respitory respritory respiratorie
roofer | rufer roofor
sailor | sailer
scientist | syentist
secretary | secretarie secutary
sergeant | sargant sarjent
server | servor
shepherd | shepard sheperd shephard shepperd shepheard
sheriff | sherrif sherief
singer | singor
social | soshal
soldier | soilder soldjer solger soldger
sommelier | sommolier somelier sommalier somalier sommeleir
surgeon | sergeon surgion surgeen sergen
surveyor | servayor
tailor | tayler
teller | tellor
truck | truk
trucker | truckor
tutor | tutur
umpire | umpier unpire
upholsterer | apholsterer
upholstery | apholstery
veterinarian | vetinarian vetenarian vetanarian vetinerian
veterinary | vetinary vetenary vetinery
waiter | waitor wayter waitar
warehouse | wherehouse
weatherman | wetherman
welder | weldor
"""


def _misspelt(table: str) -> dict[str, str]:
    found = {}
    for line in table.strip().splitlines():
        word, _, wrong = line.partition(" | ")
        found.update(dict.fromkeys(wrong.split(), word))
    return found


MISSPELT = _misspelt(_TABLE)
"""How a word is misspelt → the word."""


def sound(word: str) -> str:
    """Return what is heard of a word: its first letter, consonants, and whether a vowel is last."""
    for pattern, alike in _ALIKE:
        word = pattern.sub(alike, word)
    ending = "a" if word[-1:] in _VOWELS else ""
    return _TWICE.sub(r"\1", _MUTE.sub("", word)) + ending
