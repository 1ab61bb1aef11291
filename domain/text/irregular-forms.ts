/** English forms that no suffix rule leads back to their base (Snowball leaves them as they are): base, then forms. */
const table = `
  become became, begin began begun, bend bent, bite bit bitten, bleed bled, blow blew blown, break broke broken,
  bring brought, build built, buy bought, catch caught, choose chose chosen, come came, deal dealt, dig dug,
  draw drew drawn, dream dreamt, drink drank drunk, drive drove driven, eat ate eaten, fall fell fallen, feed fed,
  feel felt, fight fought, find found, fly flew flown, forget forgot forgotten, forgive forgave forgiven,
  freeze froze frozen, get got gotten, give gave given, go went gone, grow grew grown, hang hung, hear heard,
  hide hid hidden, hold held, keep kept, know knew known, lead led, learn learnt, leave left, lend lent, lie lay lain,
  lose lost, make made, mean meant, meet met, pay paid, ride rode ridden, ring rang rung, rise rose risen, run ran,
  say said, see saw seen, seek sought, sell sold, send sent, sew sewn, shake shook shaken, shine shone, shoot shot,
  show shown, shrink shrank, sing sang sung, sink sank sunk, sit sat, sleep slept, slide slid, speak spoke spoken,
  spend spent, spin spun, stand stood, steal stole stolen, stick stuck, strike struck, swear swore sworn,
  sweep swept, swim swam swum, swing swung, take took taken, teach taught, tear tore torn, tell told,
  think thought, throw threw thrown, understand understood, wake woke woken, wear wore worn, weave wove woven,
  win won, write wrote written,
  child children, foot feet, goose geese, knife knives, life lives, man men, mouse mice, person people, tooth teeth,
  wife wives, wolf wolves, woman women, leaf leaves, shelf shelves, half halves, loaf loaves`

/** Base form by irregular form. */
export const irregularForms: ReadonlyMap<string, string> = new Map(
  table.split(',').flatMap((entry) => {
    const [base, ...forms] = entry.trim().split(/\s+/)
    return forms.map((form): [string, string] => [form, base!])
  }),
)
