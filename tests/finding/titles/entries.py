"""A hand-written labour market of fourteen occupations, small enough to read."""

from app.finding.entries import Description, Duty, Entries, Occupation, Title

DESCRIBED = [
    ("11-1011", "Chief Executives", "Determine and formulate policies."),
    ("11-2022", "Sales Managers", "Plan and direct the distribution of products."),
    ("11-9111", "Medical and Health Services Managers", "Direct health services."),
    ("15-1252", "Software Developers", "Research, design and develop software."),
    ("25-2021", "Elementary School Teachers", "Teach pupils basic skills."),
    ("29-1141", "Registered Nurses", "Assess patients and administer nursing care."),
    ("29-2061", "Licensed Practical and Vocational Nurses", "Care for the ill."),
    ("35-2014", "Cooks, Restaurant", "Prepare, season and cook dishes."),
    ("37-2011", "Janitors and Cleaners", "Keep buildings in clean condition."),
    ("43-4051", "Customer Service Representatives", "Interact with customers."),
    ("47-2111", "Electricians", "Install and repair electrical wiring."),
    ("49-9021", "Heating and Air Conditioning Mechanics", "Install HVAC systems."),
    ("53-3032", "Heavy Truck Drivers", "Drive a tractor-trailer."),
    ("53-7051", "Industrial Truck and Tractor Operators", "Operate forklifts."),
]
OCCUPATIONS = [Occupation(code, title, "detailed") for code, title, _ in DESCRIBED]
TITLES = [
    Title(code, title, "alternate")
    for code, titles in {
        "11-1011": ("Chief Executive Officer (CEO)", "President", "Executive Director"),
        "11-2022": ("Sales Manager", "Vice President of Sales", "Regional Sales Manager"),
        "11-9111": ("Nurse Manager", "Director of Nursing", "Clinic Manager"),
        "15-1252": ("Software Engineer", "Application Developer", "C++ Programmer"),
        "25-2021": ("Elementary Teacher", "Third Grade Teacher", "Classroom Teacher"),
        "29-1141": ("Registered Nurse (RN)", "Staff Nurse", "Emergency Room Nurse"),
        "29-2061": ("Licensed Practical Nurse (LPN)", "Charge Nurse"),
        "35-2014": ("Line Cook", "Grill Cook", "Fry Cook"),
        "37-2011": ("Custodian", "Building Cleaner", "Porter"),
        "43-4051": ("Call Center Agent", "Customer Service Specialist"),
        "47-2111": ("Journeyman Electrician", "Wireman", "Building Operator"),
        "49-9021": ("HVAC Technician", "Air Conditioning Mechanic", "Building Operator"),
        "53-3032": ("Truck Driver", "Over-the-Road Driver", "Tractor Trailer Driver"),
        "53-7051": ("Forklift Operator", "Reach Truck Operator"),
    }.items()
    for title in titles
]

ENTRIES = Entries(
    OCCUPATIONS,
    TITLES,
    [Duty("11-1011", "Direct budgets.")],
    [Description(code, text) for code, _, text in DESCRIBED],
)
