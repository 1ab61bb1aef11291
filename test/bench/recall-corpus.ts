import { deriveIds } from '../../domain/ids.ts'
import type { IndexedMemory } from '../../domain/recall/indexed-memory.ts'

/** Uniform numbers in [0, 1), the same for the same seed (Marsaglia's xorshift32). */
function uniform(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cli dro fle gri'.split(' ')
const FILLERS = 'the a of and to in I you it was is my for on with that we at this have'.split(' ')
const AUTHORS = ['Alpha', 'Bravo', 'Kilo', 'Delta', 'Echo', 'Foxtrot', 'Golf', 'Hotel']
const VOCABULARY = 40_000
const START = Date.UTC(2024, 0, 1)
const TURNS_OF_EPISODE = 25
const MS_PER_EPISODE = 40 * 60_000

/** The word of a rank: short for frequent ones, as in a language. */
function word(rank: number): string {
  let text = ''
  for (let rest = rank + 1; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    text += SYLLABLES[rest % SYLLABLES.length]
  }
  return text
}

/** Memories and queries of an invented language whose words are distributed as Zipf says. */
export class RecallCorpus {
  readonly #random: () => number
  readonly #words = Array.from({ length: VOCABULARY }, (_, rank) => word(rank))

  constructor(seed: number) {
    this.#random = uniform(seed)
  }

  /** 20–60 words in sentences, half of them fillers, as in speech; turns of dialogues of two. */
  memory(n: number): IndexedMemory {
    const episode = Math.floor(n / TURNS_OF_EPISODE)
    const author = AUTHORS[(episode + (n % 2)) % AUTHORS.length]!
    return {
      memoryId: deriveIds({ tenant: 'bench', principal: '', namespace: '', route: '', idempotencyKey: `${n}` })
        .memoryId,
      offset: n,
      content: this.#sentences(20 + Math.floor(this.#random() * 41)),
      metadata: { source: `channel-${n % 7}`, index: n % 1000 },
      tags: n % 3 === 0 ? [`topic-${n % 50}`] : [],
      author,
      runId: `episode-${episode}`,
      userId: `user-${episode % 200}`,
      agentId: null,
      kind: 'episodic',
      occurredAt: START + episode * MS_PER_EPISODE + (n % TURNS_OF_EPISODE) * 20_000,
      importance: 500,
      intervals: [{ knownFrom: START, knownTo: null, validTo: null }],
    }
  }

  /** 5–12 words, some of them fillers; half of them name an author, some ask when. */
  query(): string {
    const words = Array.from({ length: 5 + Math.floor(this.#random() * 8) }, () =>
      this.#random() < 0.4 ? this.#pick(FILLERS) : this.#content(),
    )
    if (this.#random() < 0.5) words[1] = this.#pick(AUTHORS)
    if (this.#random() < 0.3) words[0] = 'when'
    return `${words.join(' ')}?`
  }

  #sentences(words: number): string {
    let text = ''
    let first = true
    for (let i = 0; i < words; i++) {
      const next = this.#random() < 0.5 ? this.#pick(FILLERS) : this.#content()
      text += `${text === '' ? '' : ' '}${first ? next[0]!.toUpperCase() + next.slice(1) : next}`
      const end = this.#random() < 0.1 || i === words - 1
      if (end) text += this.#random() < 0.2 ? '?' : '.'
      first = end
    }
    return text
  }

  #pick(list: readonly string[]): string {
    return list[Math.floor(this.#random() * list.length)]!
  }

  /** Zipf's law by inversion of its continuous form. */
  #content(): string {
    return this.#words[Math.floor(VOCABULARY ** this.#random()) - 1]!
  }
}
