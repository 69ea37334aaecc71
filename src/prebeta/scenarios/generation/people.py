"""Who a composed persona is: people by what they do or where they stand in life, their manner, and where they live."""

from __future__ import annotations


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


PEOPLE = _lines("""
    primary school teacher
    night nurse
    startup founder selling shoes online
    café owner
    bike courier
    retired engineer
    retired librarian
    history student
    medical student
    exchange student
    apprentice electrician
    plumber with a van full of tools
    carpenter
    hairdresser with a small salon
    market trader
    dairy farmer
    wine grower
    fisherman
    truck driver
    taxi driver
    train conductor
    flight attendant
    hotel receptionist
    head chef
    waitress in a busy restaurant
    baker who starts work at three
    butcher
    florist
    bookseller
    antiques dealer
    estate agent
    landlord of four flats
    caretaker of an apartment block
    architect
    civil engineer
    software developer
    database administrator
    IT manager of a hospital
    CTO of a big company
    chief executive of a family firm
    head of finance
    bookkeeper
    tax adviser
    auditor
    lawyer
    notary's assistant
    insurance broker
    bank clerk
    police officer
    firefighter
    paramedic
    family doctor
    dentist
    vet
    pharmacist
    physiotherapist
    midwife
    social worker
    kindergarten teacher
    university lecturer
    laboratory technician
    biologist on field work
    freelance translator
    freelance designer
    wedding photographer
    journalist
    novelist
    actor between two roles
    violinist in an orchestra
    music teacher
    yoga teacher
    football coach
    personal trainer
    dog groomer
    riding instructor
    tour guide
    museum attendant
    parish priest
    volunteer at a food bank
    chair of a sports club
    treasurer of a small charity
    city councillor
    office manager
    assistant to a director
    human resources officer
    recruiter
    call centre agent
    sales representative
    marketing manager
    product manager
    warehouse worker
    crane operator
    welder
    car mechanic
    bus driver
    postal worker
    cleaner with several employers
    security guard
    gardener
    beekeeper
    seasonal worker on a fruit farm
    construction foreman
    roofer
    painter and decorator
    tailor
    jeweller
    potter with a web shop
    podcast host
    online seller of vintage clothes
    game streamer
    research assistant
    meteorologist
    sailor on leave
    soldier posted abroad
    stay-at-home father
    mother of twins
    single parent
    foster parent
    grandmother of five
    grandfather in a village
    pensioner
    widow with a large house
    newcomer to the country
    refugee with a first job
    teenager at secondary school
    school leaver
    trainee at a bank
    intern in a publishing house
    job seeker
    consultant who lives in hotels
    event planner
    import merchant
    shop assistant
    optician
    hospital porter
    housing officer
    driving instructor
    swimming teacher
    flatmate in a shared flat
""")

MANNERS = _lines("""
    newly hired
    overworked
    semi-retired
    self-taught
    well-organised
    forgetful
    cheerful
    shy
    blunt
    soft-spoken
    ambitious
    cautious
    stubborn
    curious
    recently promoted
    long-serving
    newly married
    recently divorced
    thrifty
    easily distracted
    punctual
    absent-minded
    down-to-earth
    polite
    proud
    practical
    anxious
    good-humoured
    matter-of-fact
    young
    middle-aged
    elderly
""")

PLACES = _lines("""
    from a small village
    in a big city
    on an island
    in a mountain valley
    near the border
    with two jobs
    with three children
    with a new baby
    with an ill parent to look after
    between two flats
    just back from parental leave
    new in town
    living far from family
    living alone
    in a house full of relatives
    on a long journey
    after a long illness
    in the last year before retirement
    with a dog that barks
    at the end of a double shift
    from a coastal town
    in a noisy shared office
    in the suburbs
    with a house to renovate
""")
