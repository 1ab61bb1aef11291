/**
 * Words of everyday English that people use for one another without noticing, which no suffix rule brings together: the
 * full form, then clipped and chatty forms, other spellings, words derived from it in a way that Snowball leaves apart
 * (marry, marriage), and the few synonyms that mean the same wherever they stand. Whoever asks about a business means
 * the memory that says biz. Broader groups (meal and food, job and career) cost more precision than they gain. Of each
 * word one inflection is enough: the table is read by stems.
 */
const clipped = `
  advertisement ad advert advertise, apartment apt, application app, barbecue bbq, basketball bball,
  bicycle bike, birthday bday, boyfriend bf, brother bro, business biz, chimpanzee chimp, competition comp contest compete
  competitor, condominium condo, conversation convo, definitely def, demonstration demo, dormitory dorm,
  doctor doc physician, examination exam, family fam, father dad daddy papa, favorite favourite fav fave, fiancee fiance,
  girlfriend gf, grandfather grandpa granddad, grandmother grandma granny nana, gymnasium gym, hamburger burger,
  hippopotamus hippo, hour hr, husband hubby, identification id, information info, introduction intro, kilogram kg kilo,
  kilometer km, laboratory lab, limousine limo, mathematics math maths, medication meds, memorandum memo,
  microphone mic, minute min, mother mom mum mommy mummy mama, neighborhood nbhd, people ppl, photo pic picture
  photograph photography photographer, please pls plz, president prez, probably prob probs, professor prof, promotion promo,
  refrigerator fridge, rehabilitation rehab, repetition rep, rhinoceros rhino, sister sis,
  specification spec, statistics stats, teenager teen teenage, telephone phone, television tv telly, temperature temp,
  thanks thx, tomorrow tmrw, tuxedo tux, university uni, vacation vacay, vegetable veggie veg`
const spelled = `
  airplane aeroplane plane, analyze analyse, apologize apologise, behavior behaviour, catalog catalogue, center centre,
  color colour, cozy cosy, donut doughnut, fiber fibre, flavor flavour, gray grey, harbor harbour, honor honour,
  humor humour, icecream icecreams, jewelry jewellery, labor labour, license licence, liter litre, meter metre,
  mustache moustache, neighbor neighbour, organize organise, pajamas pyjamas, program programme, realize realise,
  recognize recognise, rumor rumour, skeptical sceptical, theater theatre, tire tyre, traveler traveller, yogurt yoghurt,
  judgment judgement, aging ageing, mold mould, plow plough, specialty speciality`
const derived = `
  advise advice, allergy allergic, anger angry, anxiety anxious, artist artistic, athlete athletic, bake baker,
  beauty beautiful, believe belief, birth born, choose choice, climb climber, collect collector, create creator,
  dance dancer, decide decision, defend defense defence, die death dead, direct director, donate donor, drive driver,
  explain explanation, fly flight, game gamer, garden gardener, grow growth, high height, hike hiker, hunger hungry,
  injure injury, invite invitation, length long, lose loss, marry marriage wedding, nerve nervous, paint painter,
  peace peaceful, perform performer, pride proud, produce producer, prove proof, publish publisher publication,
  read reader, run runner, sell sale seller, sing singer, speak speech, strength strong,
  succeed success successful, suggest suggestion, surf surfer, swim swimmer, teach teacher, think thought, thirst thirsty,
  translate translator, weigh weight, wide width, deep depth, wood wooden, write writer, young youth`
const synonymous = `
  begin start, child kid, film movie flick, friend buddy pal bestie, store shop, sofa couch,
  truck lorry, buy purchase, smart clever, delicious tasty yummy`

/** Each group as its words, the full form first. */
export const everydayForms: ReadonlyArray<readonly string[]> = [clipped, spelled, derived, synonymous].flatMap(
  (table) => table.split(',').map((group) => group.trim().split(/\s+/)),
)
