/**
 * What everyday talk is about, by the words that say so. "Which injury did she have?" shares no word with "I twisted my
 * knee", and a topic. Words may belong to several; the table is read by stems, so that one inflection is enough.
 */
const words = {
  food: `
    eat ate food meal dish cook chef bake baking recipe kitchen dinner lunch breakfast supper brunch snack
    restaurant cafe diner menu cuisine taste tasty delicious yummy flavor flavour ingredient cake cookie pie
    bread pastry pastries dessert chocolate ice cream candy sugar sweet fruit vegetable veggies salad soup pasta
    pizza sandwich burger chicken beef pork fish seafood sushi steak rice noodles egg cheese milk butter dairy
    vegan vegetarian grill roast fried fry barbecue bbq spice spicy sauce drink coffee tea juice smoothie soda
    beer wine cocktail diet nutrition hungry lasagna curry taco pancake waffle muffin`,
  health: `
    health healthy doctor doc nurse hospital clinic er sick ill illness disease disorder condition symptom pain
    painful ache hurt injury injured injuries wound broke broken sprain twisted knee ankle back shoulder stomach
    stomachache heart headache fever flu cold cough infection allergy allergic allergies surgery operation
    medicine medication pills treatment therapy therapist diagnosis diagnosed recover recovery checkup weight
    blood cancer diabetes asthma ailment digestive dentist tooth`,
  fitness: `
    exercise exercising workout gym fitness fit run running ran jog jogging marathon yoga pilates lift weights
    trainer train stretch swim swimming cycling biking bike hike hiking walk strength cardio muscle athlete
    boxing kickboxing taekwondo karate crossfit`,
  sport: `
    sport team game match league player coach score basketball football soccer baseball tennis golf hockey
    volleyball rugby cricket tournament championship race racing win won winning ski snowboard skate skating
    surf kayak climb court field stadium nba nfl season playoffs teammate dunk`,
  family: `
    family families fam mother mom mum mama father dad daddy parent son daughter child children kid baby babies
    brother sister sibling grandmother grandma grandfather grandpa grandparents aunt uncle cousin nephew niece
    wife husband spouse toddler relatives`,
  romance: `
    love relationship dating date boyfriend girlfriend partner married marry marriage wedding engaged engagement
    fiance wife husband spouse bride groom honeymoon anniversary divorce breakup romantic romance single
    valentine proposal propose`,
  work: `
    work job career profession occupation office boss manager colleague coworker employee employer company
    business startup firm interview hire promotion promoted fired laid banker lawyer engineer project client
    deadline meeting salary resume internship intern entrepreneur industry workplace unemployed profit`,
  money: `
    money cash pay paid salary budget save saving invest investment investor bank loan debt rent mortgage
    expensive cheap afford cost price bill financial finance fund fundraiser donate donation`,
  school: `
    school college university class course lesson study studied student teacher professor exam test degree
    graduate graduation campus homework education grade semester learn major thesis scholarship tutor workshop`,
  travel: `
    travel travelling trip vacation vacay holiday journey tour tourist visit flight flew fly airport plane hotel
    resort abroad passport road roadtrip cruise explore exploring destination country countries city cities town
    europe asia africa america paris london rome tokyo spain italy france germany canada japan mexico beach
    island camping sightseeing`,
  nature: `
    nature outdoor mountain forest woods trail lake river ocean sea beach park waterfall sunset sunrise sky
    stars tree flower garden plant scenery landscape view wildlife bird hike hiking camp desert canyon valley
    snow snowy rain`,
  pets: `
    pet dog puppy puppies pup cat kitten turtle fish hamster rabbit bird parrot lizard snake reptile fur furry
    leash vet shelter rescue adopt tank breed animal guinea pig horse`,
  music: `
    music song sing singer band concert gig album guitar piano violin drum instrument musician lyrics melody
    tune jazz rock pop rap hip classical orchestra perform performance dj playlist vinyl record karaoke studio`,
  film: `
    movie film cinema theater watch tv television show series episode season actor actress director producer
    screenplay script screen documentary anime netflix trilogy scene dvd character drama comedy thriller romcom
    superhero`,
  books: `
    book novel read reader author writer writing wrote write story stories poem poetry literature library
    bookstore chapter publish publisher magazine journal blog article series fantasy mystery memoir bookshelf
    fiction`,
  games: `
    game gaming gamer video play console nintendo playstation xbox switch pc board chess card puzzle tournament
    rpg strategy multiplayer esports level boss dungeons dragons dnd stream twitch`,
  art: `
    art artist artistic paint painter draw drew sketch sculpture pottery clay canvas gallery museum exhibit
    exhibition photography photo photograph camera craft creative creativity design watercolor acrylic mural
    portrait knit knitting sew`,
  dance: `
    dance dancing dancer ballet hip hop salsa choreography choreograph rehearse rehearsal studio performance
    perform stage recital contemporary`,
  fashion: `
    clothing clothe fashion style stylish outfit dress shirt hoodie jacket jeans shoes sneakers wear wore store
    boutique designer jewelry necklace bracelet accessory accessories hat tattoo hair haircut dyed makeup trend`,
  home: `
    home house apartment flat room bedroom kitchen bathroom furniture couch sofa bed decor decorate decorating
    renovate renovation garden yard backyard neighborhood neighbor move moving roommate lamp rug wall floor rent
    clean`,
  technology: `
    computer laptop phone app software internet online website web tech technology code coding program
    programming programmer developer robot gadget device smartwatch watch camera server data ai digital social
    media instagram youtube tiktok facebook`,
  traffic: `
    car truck bike motorcycle drive driving drove driver road engine repair mechanic garage tire vehicle auto
    convertible bus train taxi traffic parking wreck accident crash restore restoring`,
  feeling: `
    feel felt emotion emotional happy happiness sad sadness angry anger upset excited excitement nervous anxious
    anxiety worried worry scared afraid fear proud pride grateful thankful stress overwhelmed lonely love joy
    joyful relieved relief frustrated frustrating disappointed depressed calm peaceful peace hopeful confident
    confidence react reaction thrilled amazed attitude mood`,
  celebration: `
    celebrate celebrating celebration party parties birthday anniversary wedding christmas thanksgiving
    halloween easter holiday festival gift present congratulations congrats toast cake fireworks reunion
    graduation award ceremony trophy`,
  charity: `
    volunteer charity charities donate donation fundraiser fundraising community shelter homeless help nonprofit
    cause rights activism activist protest march rally awareness support outreach mentor kindness campaign
    politics political veterans military`,
  faith: `
    church god faith pray prayer religion religious spiritual bible worship meditate meditation temple mosque
    christian buddhist soul belief mindfulness`,
  plans: `
    plan planning planned hope hoping want wish goal dream future next tomorrow soon upcoming will gonna going
    intend intention aim ambition aspiration someday looking forward`,
  advice: `
    advice advise suggest suggestion recommend recommendation tip should try maybe encourage encouragement
    motivate guidance tell keep remember inspire`,
  trouble: `
    problem issue trouble challenge difficult difficulty hard tough setback obstacle struggle struggling lost
    lose fail failure rejected rejection mistake accident unfortunately bad worst rough mishap`,
  achievement: `
    achieve achievement accomplish accomplishment success successful succeed win won award prize trophy medal
    first finished completed milestone promoted graduated published launched opened proud`,
  shopping: `
    buy bought purchase shop shopping store market mall sell sold sale price customer product order brand online
    merchandise collection`,
  people: `
    friend buddy pal group people community neighbor colleague met meet hang hangout together join team crew
    club support`,
} as const

export type Topic = keyof typeof words
export const TOPICS = Object.keys(words) as readonly Topic[]

/** Topics of a word as bits, in the order of {@link TOPICS}, by its stem. */
export function topicsByStem(stem: (word: string) => string | null): ReadonlyMap<string, number> {
  const bits = new Map<string, number>()
  for (const [i, topic] of TOPICS.entries()) {
    for (const word of words[topic].trim().split(/\s+/)) {
      const found = stem(word)
      if (found !== null) bits.set(found, ((bits.get(found) ?? 0) | (1 << i)) >>> 0)
    }
  }
  return bits
}
