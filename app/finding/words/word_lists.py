"""Word lists of job titles and job advertisements: abbreviations, stop words, ranks, places, noise.

They are general knowledge of English, and are not taken from any list of titles.
"""

# Abbreviations of one word. Those with several common meanings (`pm`, `ma`, `pa`) are left out:
# published titles explain them in brackets, as in `Project Manager (PM)`.
ABBREVIATIONS: dict[str, str] = dict(
    line.split(" = ")
    for line in """
ac = air conditioning
acct = account
acctg = accounting
ad = advertising
admin = administrative
ag = agricultural
agt = agent
anlst = analyst
appr = apprentice
appt = appointment
aprn = advanced practice registered nurse
asmblr = assembler
assoc = associate
asst = assistant
assy = assembly
attnd = attendant
atty = attorney
auto = automotive
av = audio visual
bkpr = bookkeeper
bldg = building
carp = carpenter
cdl = commercial driver license
ceo = chief executive officer
cert = certified
cfo = chief financial officer
chem = chemical
cio = chief information officer
clk = clerk
clrk = clerk
cmo = chief marketing officer
cna = certified nursing assistant
cnc = computer numerical control
cnslr = counselor
constr = construction
coo = chief operating officer
coord = coordinator
cota = certified occupational therapy assistant
corp = corporate
cpa = certified public accountant
crna = certified registered nurse anesthetist
cs = customer service
csr = customer service representative
cto = chief technology officer
cust = customer
dba = database administrator
dept = department
dev = development
devt = development
dir = director
dist = district
distr = distribution
dlvry = delivery
dntl = dental
drvr = driver
dsgnr = designer
dvlpr = developer
dvm = veterinarian
econ = economist
ed = education
educ = education
elctrn = electrician
elec = electrical
emt = emergency medical technician
eng = engineer
engr = engineer
engrg = engineering
env = environmental
eqpt = equipment
equip = equipment
er = emergency room
esl = english as a second language
evp = executive vice president
exec = executive
fab = fabrication
frmn = foreman
gen = general
gm = general manager
govt = government
gov = government
grad = graduate
hha = home health aide
hlpr = helper
hlth = health
hosp = hospital
hr = human resources
hskp = housekeeping
hskpg = housekeeping
hskpr = housekeeper
hvac = heating ventilation air conditioning
hvy = heavy
icu = intensive care unit
info = information
insp = inspector
instr = instructor
intl = international
it = information technology
jr = junior
jrnymn = journeyman
lab = laboratory
lbr = laborer
lcsw = licensed clinical social worker
ldr = leader
lic = licensed
lndscp = landscape
lpn = licensed practical nurse
lvn = licensed vocational nurse
mach = machine
maint = maintenance
mchst = machinist
mech = mechanic
med = medical
mfg = manufacturing
mgmt = management
mgr = manager
mktg = marketing
mngr = manager
mntnc = maintenance
mri = magnetic resonance imaging
mtce = maintenance
mtl = material
natl = national
nco = noncommissioned officer
np = nurse practitioner
nrs = nurse
nsg = nursing
ob = obstetric
ofcr = officer
or = operating room
obgyn = obstetrician gynecologist
ofc = office
op = operator
oper = operator
opr = operator
ops = operations
ot = occupational therapist
pct = patient care technician
pe = physical education
ped = pediatric
peds = pediatric
pgmr = programmer
phd = doctor
photo = photography
phys = physical
pkg = packaging
plmbr = plumber
pntr = painter
pr = public relations
prac = practitioner
pres = president
prod = production
prof = professor
proj = project
psych = psychiatric
pt = physical therapist
pta = physical therapist assistant
purch = purchasing
qa = quality assurance
qc = quality control
rcvg = receiving
rd = research
rec = recreation
recept = receptionist
reg = registered
rehab = rehabilitation
rep = representative
rn = registered nurse
rph = pharmacist
rsrch = research
rt = respiratory therapist
schl = school
sci = scientist
secy = secretary
serv = service
sgt = sergeant
shpg = shipping
slp = speech language pathologist
slpa = speech language pathologist assistant
sls = sales
spclst = specialist
spec = specialist
splst = specialist
sr = senior
srvc = service
supr = supervisor
supt = superintendent
supv = supervisor
supvr = supervisor
svc = service
svcs = services
svp = senior vice president
svs = services
sw = software
swe = software engineer
sys = systems
sysadmin = systems administrator
tchr = teacher
tech = technician
techn = technician
temp = temporary
thrpst = therapist
trans = transportation
transp = transportation
trk = truck
trnr = trainer
tv = television
univ = university
util = utility
vet = veterinary
vp = vice president
whse = warehouse
wkr = worker
wldr = welder
wrhse = warehouse
wrkr = worker
xray = x ray
""".strip().splitlines()
)

# Stop words: they say nothing about the work.
STOP = frozenset(
    "a all an and any as at by etc except for from in into la including nec of on or other "
    "our per than that the their to up via with your we you are is be this "
    "who whom whose someone somebody they them "  # who does the work
    "de del el en las los y".split()  # of Spanish
)
# Words that do not count in an everyday name. `or` is none of them: it is an operating room.
LITTLE = frozenset(
    "a an and at de del el en for in la las los of the to y "
    "who that which someone somebody anyone they he she his my your their".split()
)

# Ranks. They seldom change the occupation, so a title is also matched without them.
LEVELS = frozenset("senior junior entry level mid experienced beginner expert".split())
# Licences. They are dropped in front of two words or more.
LICENCES = frozenset("registered licensed certified".split())
# Ranks written as numerals. They are dropped.
NUMERALS = frozenset("i ii iii iv v vi vii viii ix l1 l2 l3 l4 l5".split())

# Ranks of those whose craft is named: a `Principal Engineer` leads no school.
CRAFT_RANKS = frozenset("principal staff distinguished".split())
CRAFTS = frozenset(
    "actuary analyst architect biologist chemist consultant designer developer economist engineer "
    "geologist geoscientist hydrogeologist programmer researcher scientist "
    "statistician toxicologist".split()
)
# Ranks below heads that are named: an `Assistant Dental Director` assists no dentist.
DEPUTIES = frozenset("assistant associate deputy".split())
HEADS = frozenset("administrator dean director president superintendent".split())
# Two words that together mean something else.
PHRASES: dict[tuple[str, str], str] = {
    ("post", "doctoral"): "postdoctoral",
    ("post", "doc"): "postdoctoral",
    ("post", "doctorate"): "postdoctoral",
    ("house", "staff"): "medical resident",
}
DEPARTMENTS = frozenset("department division unit".split())  # at the end: no kind of worker

# Words of job advertisements. Calls are dropped at the start of a title, noise at its end.
CALLS = frozenset(
    "urgent urgently hiring hire asap now immediate immediately wanted needed seeking looking "
    "apply today new exciting great amazing excellent remote hybrid fulltime parttime ft prn "
    "wfh onsite travel seasonal temp temporary permanent per diem perdiem".split()
)
NOISE = CALLS | frozenset(
    "opening openings vacancy vacancies job jobs position positions opportunity opportunities "
    "start starts starting bonus signon relocation benefits pay paid salary compensation "
    "hourly weekly daily biweekly monthly annually yearly hour hr hrs hours wk yr year mo usd "
    "dollars k weekend weekends weekday weekdays shift shifts overnight overnights night "
    "nights day days evening evenings morning mornings afternoons monday tuesday wednesday "
    "thursday friday saturday sunday mon tue wed thu fri sat sun perm contract w2 c2c "
    "competitive m f d x h mf mfd fmd inc llc ltd confidential req requisition id ref am pm "
    "only experience training provided required preferred no will train full part time sign "
    "work from home first second third swing graveyard 1st 2nd 3rd up per an available "
    "rotating rotation evergreen fte".split()
)

# Places of work. They are dropped after a comma, a dash, a bar, `in` or `at`.
PLACES = frozenset(
    "alabama alaska arizona arkansas california carolina colorado connecticut dakota delaware "
    "florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine "
    "maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada "
    "hampshire jersey mexico york ohio oklahoma oregon pennsylvania rhode tennessee texas "
    "utah vermont virginia washington wisconsin wyoming al ak az ar ca co ct de fl ga hi id "
    "il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd "
    "tn tx ut vt va wa wv wi wy dc us usa united states nyc north south west east new island "
    "city area metro county downtown nationwide albuquerque atlanta austin baltimore boston "
    "charlotte chicago cincinnati cleveland columbus dallas denver detroit houston "
    "indianapolis jacksonville vegas los angeles louisville memphis miami milwaukee "
    "minneapolis nashville orlando philadelphia phoenix pittsburgh portland raleigh "
    "sacramento san antonio diego francisco jose santa saint st louis paul seattle tampa "
    "tucson tulsa worth fort".split()
)
STATES = frozenset(word for word in PLACES if len(word) == 2)

# Words that end in s and are no plurals.
UNINFLECTED = frozenset(
    "aerospace always bias canvas christmas gas glass lens mathematics news pancreas physics "
    "series species texas kansas arkansas illinois atlas bus campus cns ems gis hris sales "
    "sas aws ios dos os cms crm erp sms gps".split()
)
