import { createHash } from 'node:crypto'
import type { RememberSecret } from '../../domain/command.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import { createDataKey, type OpenedDataKey } from '../../infra/crypto/data-key.ts'
import { encodeSecret } from '../../schemas/secret-codec.ts'
import { benchMemory } from './store-rows.ts'

const VOCABULARY = 20_000
const WORDS_OF_A_MEMORY = 40
const TURNS_OF_AN_EPISODE = 30
const AUTHORS = ['Ada', 'Bela', 'Chidi', 'Dana']
const SYLLABLES = 'ba ce di fo gu ha le mi no pu ra se ti vo wa ze'.split(' ')
const ENDINGS = ['', 's', 'ing', 'ed', 'er', 'ly']

/** Twenty data keys, the same in every run. */
export const benchKeys: ReadonlyMap<string, OpenedDataKey> = new Map(
  Array.from({ length: 20 }, (_, n) => {
    const keyId = digest('key', n).subarray(0, 16).toString('hex')
    return [keyId, createDataKey(keyId, digest('secret', n))] as const
  }),
)

/** A row of long-term memory with really sealed text: turns of a conversation in words of Zipf's frequencies. */
export function viewRow(n: number): MemoryRow {
  const row = benchMemory(n, 0)
  const key = [...benchKeys.values()][n % benchKeys.size]!
  const { tenant, namespace, commandId, memoryId } = row
  const context = { tenant, namespace, keyId: key.keyId, commandId, memoryId, type: 'Remember' } as const
  return { ...row, keyId: key.keyId, dataSchema: 1, sealed: key.seal(context, encodeSecret(benchSecret(n))) }
}

/** Words of the query with number `n`: what some memory says, and a word of everybody's. */
export const benchQuery = (n: number): string => wordsOf(n * 7, 5).join(' ')

function benchSecret(n: number): RememberSecret {
  return {
    content: `${wordsOf(n, WORDS_OF_A_MEMORY).join(' ')}${n % 5 === 0 ? '?' : '.'}`,
    metadata: { turn: n },
    tags: [],
    author: AUTHORS[n % AUTHORS.length]!,
    runId: `run-${Math.floor(n / TURNS_OF_AN_EPISODE)}`,
    userId: null,
    agentId: null,
    subject: null,
  }
}

function wordsOf(n: number, count: number): string[] {
  const next = pseudoRandom(n)
  return Array.from({ length: count }, () => word(Math.floor(VOCABULARY ** next())))
}

/** The word of a rank: its number in syllables. */
function word(rank: number): string {
  let text = ''
  for (let rest = rank + 17; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    text += SYLLABLES[rest % SYLLABLES.length]!
  }
  return text + ENDINGS[rank % ENDINGS.length]!
}

/** Mulberry32. */
function pseudoRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function digest(label: string, n: number): Buffer {
  return createHash('sha256').update(`${label} ${n}`).digest()
}
