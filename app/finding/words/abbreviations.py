"""Abbreviations that mean one thing beside some words and another beside others.

They are general knowledge of English, and are not taken from any list of titles. What stands in no
line here means what `word_lists.ABBREVIATIONS` says of it, whatever stands beside it.
"""

from collections import defaultdict
from collections.abc import Sequence

from app.finding.words.normalization import singular
from app.finding.words.word_lists import CALLS, LEVELS, NOISE, NUMERALS, PLACES, STATES, STOP

ALONE, ANY, ONLY = "-", "*", "="
# Abbreviation | words of which one stands beside it | what it means then. The first line that fits
# is taken. `-` fits where nothing else is said, `*` always. With `=` nothing but the words of such
# lines may stand beside it, however many lines have the same meaning. Nothing means that it says
# nothing of the work: `PT Cashier` has a part of a week.
_TABLE = """
aa | admin office department executive secretary | administrative assistant
aa | compliance diversity eeo eo | affirmative action
ad | adas autonomous perception vehicle | autonomous driving
ad | azure directory engineer ldap migration server system windows | active directory
ad | athletic coach school sport | athletic director
ad | 1st 2nd crew film first movie second set tv | assistant director
ae | b2b enterprise market media midmarket regional saas sales territory | account executive
ae | analog chip circuit fpga rf semiconductor | applications engineer
ae | - | account executive
ap | biology calculus chemistry english history physics statistics teacher | advanced placement
ap | newspaper photographer reporter | associated press
ap | account accountant accounting administrator | accounts payable
ap | analyst ar assistant associate clerk | accounts payable
ap | coordinator invoice lead manager mgr payable processor specialist supervisor | accounts payable
ar | account accountant accounting analyst ap associate billing clerk | accounts receivable
ar | collection coordinator manager medical receivable specialist supervisor | accounts receivable
ar | developer engineer unity vr xr | augmented reality
ba | aba autism behavior behavioral rbt | behavior analyst
ba | agile banking business crm erp functional insurance it product | business analyst
ba | salesforce sap scrum software sql system technical | business analyst
ba | - | business analyst
cc | coach | cross country
cc | agent call inbound rep representative | call center
cc | icu nurse physician rn | critical care
cm | construction site superintendent | construction manager
cm | hospice hospital nurse rn social utilization | case manager
cma | accountant accounting controller cost cpa finance financial | certified management accountant
cma | clinic clinical dermatology family | certified medical assistant
cma | medical pediatric practice urgent | certified medical assistant
cma | - | certified medical assistant
cna | cisco network novell server | certified network administrator
co | correction correctional detention inmate jail prison sheriff | correctional officer
cpt | fitness gym trainer | certified personal trainer
cpt | lab laboratory phlebotomist phlebotomy | certified phlebotomy technician
cpt | army infantry marine military | captain
cpt | biller billing coder coding | medical
cra | bank compliance officer reinvestment | community reinvestment act
cra | clinical oncology pharma research trial | clinical research associate
cra | - | clinical research associate
cs | adjunct faculty instructor lecturer professor teacher | computer science
csr | esg giving philanthropy responsibility sustainability | corporate social responsibility
csr | hospital instrument sterile surgical tech technician | central sterile reprocessing
ct | imaging mri radiographer radiology rad | computed tomography
ct | rt scan scanner tech technician technologist | computed tomography
da | dental dentist endodontic orthodontic rda | dental assistant
da | county deputy investigator prosecutor victim | district attorney
da | = assistant asst | district attorney
da | analytics bi data excel python sql tableau | data analyst
dc | engineer facility operation ops tech technician | data center
dc | = associate forklift manager mgr supervisor warehouse | distribution center
dc | chiropractic chiropractor | chiropractor
de | databricks etl hadoop kafka snowflake spark | data engineer
do | family hospitalist internal md medicine osteopathic physician | physician
don | ltc nurse nursing rn skilled snf | director of nursing
don | - | director of nursing
dr | bus cdl delivery forklift tractor trk truck | driver
dsp | algorithm audio embedded engineer firmware fpga wireless | digital signal processing
dsp | amazon delivery driver | delivery
dsp | care caregiver day disability | direct support professional
dsp | group home idd overnight residential | direct support professional
dsp | - | direct support professional
ea | enrolled irs tax | enrolled agent
ea | admin ceo cfo coo cto executive vp | executive assistant
ea | classroom school sped student | educational assistant
ea | - | executive assistant
ece | faculty lecturer professor | electrical computer engineering
ece | aide assistant childcare daycare | early childhood education
ece | educator infant preschool teacher toddler | early childhood education
ed | class elementary instructor professor school special teacher | education
ed | charge clerk doctor hospital lpn medic nurse nursing paramedic physician | emergency department
ed | registrar rn scribe tech technician trauma triage | emergency department
ed | foundation nonprofit | executive director
ee | benefit compensation hr relation | employee
ee | analog design embedded hardware pcb power | electrical engineer
ee | - | electrical engineer
fa | airline aviation cabin crew flight inflight | flight attendant
fa | investment planning wealth | financial advisor
fe | angular developer javascript react web | front end
fp | doctor md medicine np nurse physician | family practice
fp | analyst director finance manager vp | financial planning
ga | basketball coach football graduate soccer softball teaching volleyball | graduate assistant
gc | chemist chromatography gcms hplc lcms | gas chromatography
gc | construction estimator project residential superintendent | general contractor
gc | associate counsel deputy law legal | general counsel
gm | auto automotive certified dealer dealership mechanic part tech technician |
gp | clinic doctor family medicine physician practice surgery | general practitioner
gp | - | general practitioner
hr | admin administrator advisor analyst assistant associate business chief clerk | human resources
hr | consultant coordinator director generalist head hris intern lead manager mgr | human resources
hr | officer partner payroll people rep representative specialist supervisor vp | human resources
ia | audit auditor sox | internal audit
ia | classroom education elementary school sped | instructional assistant
im | doctor hospitalist md np physician resident | internal medicine
ir | nurse physician radiologic radiologist | interventional radiology
ir | radiology rn tech technologist | interventional radiology
ir | analyst director investor manager vp | investor relations
is | administrator analyst auditor coordinator director manager mgr | information systems
is | specialist supervisor support tech technician | information systems
la | architecture landscape landscaping planner | landscape architect
la | congressional legislative senate senator | legislative assistant
lo | bank home lending loan mortgage | loan officer
lp | agent associate detective investigator manager mgr officer retail store | loss prevention
lt | fire firefighter jail police sheriff | lieutenant
ma | acquisition banker banking deal investment merger | mergers acquisitions
ma | cardiology care clinic clinical cma dermatology family front lpn medical | medical assistant
ma | ob obgyn orthopedic pediatric phlebotomist phlebotomy practice rma urgent | medical assistant
ma | - | medical assistant
md | banking capital equity fund investment market | managing director
md | anesthesiology cardiology dermatology emergency family hospitalist internal | physician
md | medicine neurology oncology ped pediatric psychiatry radiology urgent | physician
md | - | physician
me | cad design hvac mep solidworks | mechanical engineer
mp | army guard marine military | military police
mt | ascp bank clinical hospital lab laboratory microbiology mls mlt | medical technologist
mt | massage spa | massage therapist
nm | imaging radiology tech technologist | nuclear medicine
nm | icu nurse nursing rn unit | nurse manager
om | clinic dental medical office practice | office manager
op | post pre | operative
op | clinic coder coding nurse rehab rn surgery therapist therapy | outpatient
or | anesthesia aide assistant charge circulating circulator cvor educator lpn | operating room
or | manager nurse nursing orderly perioperative rn scrub surgery surgical tech | operating room
or | technician technologist travel | operating room
ot | cyber cybersecurity ics network scada security | operational technology
ot | = acute care clinic clinician director geriatric hand health | occupational therapist
ot | = home homecare hospital inpatient manager neuro outpatient ped | occupational therapist
ot | = pediatric school supervisor | occupational therapist
ot | = acute aide assistant asst care fieldwork hand inpatient outpatient | occupational therapy
ot | = ped pediatric school student tech technician | occupational therapy
ot | cota pt rehab rehabilitation slp snf therapist therapy | occupational therapist
ot | - | occupational therapist
ot | * |
pa | announcer arena stadium system | public address
pa | camera crew film movie production set tv video | production assistant
pa | celebrity ceo estate executive household personal | personal assistant
pa | acute app c cardiology care cardiothoracic certified clinic clinical | physician assistant
pa | critical dermatology emergency er family geriatric health hospital | physician assistant
pa | hospitalist icu inpatient internal locum md medical medicine neurology | physician assistant
pa | neurosurgery np nurse ob obgyn oncology ortho orthopaedic orthopedic | physician assistant
pa | pain ped pediatric physician primary psychiatry surgery surgical trauma | physician assistant
pa | urgent urology | physician assistant
pa | - | physician assistant
pc | desk desktop help hardware it network repair support tech technician | personal computer
pc | manufacturing planner planning plant production scheduler | production control
pca | acute floor hospital inpatient patient rn unit | patient care assistant
pca | care caregiver client elder home live | personal care aide
pca | - | personal care aide
pd | attorney investigator lawyer | public defender
pd | chief dispatcher officer | police
pd | cna lpn nurse rn tech therapist |
pe | acquisition associate capital equity fund investment vp | private equity
pe | bridge civil design drainage electrical engineer engr geotechnical mechanical |
pe | mep roadway structural transportation wastewater water |
pi | attorney case law lawyer legal litigation paralegal | personal injury
pi | lab laboratory research scientist study trial | principal investigator
pi | - | private investigator
pm | apartment community hoa leasing multifamily property rental residential | property manager
pm | app b2b ecommerce growth mobile platform product saas | product manager
pm | building electrical hvac maintenance mechanic tech technician | preventive maintenance
pm | = assistant asst | project manager
pm | agile capital civil construction digital erp implementation | project manager
pm | infrastructure it pmp program project sap scrum software technical | project manager
pm | - | project manager
po | juvenile parole probation | probation officer
po | agile backlog product scrum | product owner
po | buyer clerk procurement purchasing | purchase order
pt | access account advocate escort financial navigator registrar | patient
pt | registration safety service sitter transport transporter | patient
pt | = acute cardiopulmonary care clinic clinician director dpt geriatric | physical therapist
pt | = health home homecare hospital inpatient manager neuro ortho | physical therapist
pt | = orthopedic outpatient ped pediatric pelvic pulmonary school | physical therapist
pt | = sport supervisor | physical therapist
pt | = acute aide assistant asst attendant care inpatient ortho orthopedic | physical therapy
pt | = outpatient ped pediatric sport student tech technician | physical therapy
pt | dpt ot rehab rehabilitation slp snf therapist therapy | physical therapist
pt | - | physical therapist
pt | * |
ra | campus dorm hall housing residence residential student | resident assistant
ra | device director manager pharma qa regulatory specialist submission | regulatory affairs
ra | grad graduate lab laboratory psychology research university | research assistant
ra | - | research assistant
rd | chemist engineer scientist technician technologist | research
rd | diet dietary dietician dietitian ldn nutrition renal wic | registered dietitian
rm | bank banking client commercial credit lending wealth | relationship manager
rt | arrt ct imaging mammography mri r radiographer radiology xray | radiologic technologist
rt | embedded kernel software | real time
sa | aws azure cloud presale salesforce solution | solutions architect
sa | linux network system unix vmware windows | systems administrator
sa | boutique clothing mall retail sales store | sales associate
sa | dea fbi federal irs | special agent
sc | = analyst buyer demand director logistics manager planner planning | supply chain
sdr | firmware fpga radio rf signal wireless | software defined radio
sdr | - | sales development representative
se | region regional territory | southeast
se | presale sales saas | sales engineer
se | aerospace avionic mbse radar requirement satellite system | systems engineer
se | bridge concrete steel structural | structural engineer
se | android back backend cloud developer embedded front frontend full ios java | software engineer
se | python react software stack web | software engineer
se | - | software engineer
sm | agile scrum sprint | scrum master
sm | content marketing | social media
sm | retail store | store manager
sw | region regional territory | southwest
ta | coordinator director hr lead manager | talent acquisition
ta | partner recruiter recruiting sourcer specialist | talent acquisition
ta | class classroom course elementary grad graduate kindergarten math school | teaching assistant
ta | teacher teaching university | teaching assistant
ta | - | teaching assistant
va | ecommerce remote virtual | virtual assistant
va | - | virtual assistant
"""

_Senses = dict[str, list[tuple[frozenset[str], str]]]


def _senses(table: str) -> _Senses:
    found: _Senses = defaultdict(list)
    for line in table.strip().splitlines():
        short, beside, means = (cell.strip() for cell in line.split("|"))
        words = frozenset(map(singular, beside.split()))
        lines = found[short]
        if ONLY in words and lines and ONLY in lines[-1][0] and lines[-1][1] == means:
            words |= lines.pop()[0]
        lines.append((words, means))
    return dict(found)


SENSES = _senses(_TABLE)
_IDLE = NOISE | PLACES | LEVELS | NUMERALS | STOP | {"sr", "jr", "lead", "staff"}
"""Words that say nothing of the work: an abbreviation among them stands alone."""
_BEFORE = CALLS | LEVELS | {"sr", "jr", "lead", "staff", "charge", "of"}
"""Words after which a stop word may be an abbreviation: `Travel OR Nurse`, `Director of IS`."""


def meant(segments: Sequence[list[str]], *, whole_title: bool = True) -> list[list[str]]:
    """Return the segments of a title with each abbreviation as what it means beside the others.

    A word that may be a place is one behind a comma unless its own segment says otherwise.
    Of titles with brackets, one part explains the other: `Restorative Aide (RA)`.
    """
    if all(SENSES.keys().isdisjoint(words) for words in segments):
        return list(segments)
    around = [frozenset(map(singular, words)) for words in segments]
    every = frozenset[str]().union(*around)
    found = []
    for n, (words, own) in enumerate(zip(segments, around, strict=True)):
        place = PLACES if n else frozenset[str]()
        found.append(
            [
                part
                for at, word in enumerate(words)
                for part in (
                    meaning(words, at, own, alone=False)
                    if word in place
                    else meaning(words, at, every, alone=whole_title)
                )
            ]
        )
    return found


def meaning(words: Sequence[str], at: int, near: frozenset[str], *, alone: bool) -> Sequence[str]:
    """Return the words that a word stands for; itself if no line fits.

    ``alone``: it stands alone if nothing else is ``near``.
    """
    word, before = words[at], words[at - 1] if at else ""
    if (
        word not in SENSES
        or before[-1:].isdigit()  # `12 hr`, `3 pm`
        or (word in STATES and before in PLACES - STATES)  # `Philadelphia PA`
        or (word in STOP and at not in {0, len(words) - 1} and before not in _BEFORE)
    ):
        return (word,)
    others = near - {word}
    telling = others - _IDLE
    for beside, means in SENSES[word]:
        if ONLY in beside:
            fits = bool(telling) and telling <= beside
        elif ALONE in beside:
            fits = alone and not telling
        else:
            fits = ANY in beside or not beside.isdisjoint(others)
        if fits:
            return means.split()
    return (word,)
