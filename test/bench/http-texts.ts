/** Plain sentences of a made-up conversation, for load: `count` different ones, about 30 words each. */
export function* sentences(
  count: number,
): Generator<{ readonly content: string; readonly author: string; readonly runId: string }> {
  const people = ['Mara', 'Tobias', 'Yuki', 'Ines', 'Oskar', 'Priya']
  const verbs = [
    'planned',
    'visited',
    'repaired',
    'painted',
    'sold',
    'found',
    'described',
    'borrowed',
    'cooked',
    'measured',
  ]
  const things = [
    'the blue boat',
    'an old clock',
    'a garden wall',
    'the lighthouse',
    'three maps',
    'her bicycle',
    'the oven',
    'a violin',
  ]
  const places = [
    'in the harbour',
    'behind the station',
    'at the market',
    'near the river',
    'on the island',
    'in the workshop',
  ]
  const reasons = [
    'because the weather had turned',
    'since the train was late',
    'although nobody had asked',
    'before the guests arrived',
  ]
  const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!
  for (let n = 0; n < count; n++) {
    const mixed = Math.imul(n + 1, 2_654_435_761) >>> 0
    const author = pick(people, mixed)
    const content =
      `${author} ${pick(verbs, mixed >>> 3)} ${pick(things, mixed >>> 7)} ${pick(places, mixed >>> 11)} on day ${n % 365}, ` +
      `${pick(reasons, mixed >>> 13)}, and told ${pick(people, mixed >>> 17)} about ${pick(things, mixed >>> 19)} ` +
      `with number ${mixed % 9973} and the word ${(mixed % 60_466_176).toString(36)}.`
    yield { content, author, runId: `run-${Math.floor(n / 40)}` }
  }
}
