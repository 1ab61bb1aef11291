import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { RememberSecret } from '../../domain/command.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import type { IndexedMemory } from '../../domain/recall/indexed-memory.ts'
import type { Embedding } from '../../domain/vector/embedding.ts'
import { createDataKey, type OpenedDataKey } from '../../infra/crypto/data-key.ts'
import { createMasterKey } from '../../infra/crypto/master-key.ts'
import { prepareKeys } from '../../infra/sqlite/keys/prepare-keys.ts'
import { keyWriter } from '../../infra/sqlite/keys/write-keys.ts'
import { prepareState } from '../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteLongTermStore } from '../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { encodeSecret } from '../../schemas/secret-codec.ts'
import type { RecallCorpus } from './recall-corpus.ts'
import { BENCH_PARTITION, BENCH_SCOPE, benchMemory } from './store-rows.ts'

export const MODEL = 'bench'
export const DIMENSIONS = 384
export const GENERATION = 'f'.repeat(16)
const BATCH = 500
const USERS = 200

const digest = (label: string, n: number): Buffer => createHash('sha256').update(`${label} ${n}`).digest()

/** A master key, the same in every run. */
export const MASTER_KEY = digest('master', 0).toString('base64')

interface UserKey {
  readonly opened: OpenedDataKey
  readonly secret: Buffer
}

const userKeys: readonly UserKey[] = Array.from({ length: USERS }, (_, n) => {
  const secret = digest('secret', n)
  return { secret, opened: createDataKey(digest('key', n).subarray(0, 16).toString('hex'), secret) }
})

/** The files of a server that holds one namespace: really sealed rows, and the keys that open them. */
export class ScaleStore {
  readonly state: string
  readonly keys: string
  readonly #withVectors: boolean
  readonly #store: ReturnType<typeof openSqliteLongTermStore>
  #head: Checkpoint | null = null

  constructor(folder: string, withVectors: boolean) {
    this.state = join(folder, 'state.db')
    this.keys = join(folder, 'keys.db')
    this.#withVectors = withVectors
    writeKeys(this.keys)
    prepareState(this.state, 1)
    this.#store = openSqliteLongTermStore(this.state)
  }

  /** Offset of the last row. */
  get head(): number {
    return this.#head?.offset ?? -1
  }

  async append(memories: readonly IndexedMemory[]): Promise<void> {
    for (let from = 0; from < memories.length; from += BATCH) await this.#move(memories.slice(from, from + BATCH))
  }

  close(): void {
    this.#store.close()
  }

  async #move(memories: readonly IndexedMemory[]): Promise<void> {
    const rows = memories.map((memory) => rowOf(memory, this.#withVectors))
    const { offset, commandId: lastCommandId, knownAt: knownTime } = rows.at(-1)!
    const from = this.#head ?? (await this.#store.checkpoint(BENCH_PARTITION))
    const to: Checkpoint = { foldVersion: 1, generation: GENERATION, offset, lastCommandId, knownTime }
    const namespace = {
      ...BENCH_SCOPE,
      partition: BENCH_PARTITION,
      live: offset + 1,
      total: offset + 1,
      language: 'en',
      profile: 'auto' as const,
      firstKnownAt: 0,
      lastKnownAt: knownTime,
    }
    const changes = { memories: rows, links: [], namespaces: [namespace], outcomes: [], deadLetters: [] }
    const move = await this.#store.move(BENCH_PARTITION, from, to, changes)
    if (move.outcome !== 'moved') throw new Error(`the store answered ${move.outcome}`)
    this.#head = to
  }
}

function writeKeys(file: string): void {
  prepareKeys(file)
  const database = new DatabaseSync(file)
  const master = createMasterKey(Buffer.from(MASTER_KEY, 'base64'), 'bench')
  const writer = keyWriter(database)
  database.exec('begin')
  for (const [n, { opened, secret }] of userKeys.entries()) {
    const [keyId, slot, generation] = [opened.keyId, digest('slot', n).toString('hex'), 1]
    const wrapped = master.wrap('data-key', [keyId, slot, String(generation)], secret)
    writer.addKey({ keyId, slot, generation, wrapped })
  }
  database.exec('commit')
  database.close()
}

function rowOf(memory: IndexedMemory, withVector: boolean): MemoryRow {
  const row = benchMemory(memory.offset, 0)
  const { opened } = userKeys[memory.offset % USERS]!
  const { tenant, namespace, commandId, memoryId } = row
  const context = { tenant, namespace, keyId: opened.keyId, commandId, memoryId, type: 'Remember' } as const
  const { content, metadata, tags, author, runId, userId, agentId, occurredAt } = memory
  const vector = withVector ? { vector: vectorOf(memory.offset) } : {}
  const secret: RememberSecret = { content, metadata, tags, author, runId, userId, agentId, subject: userId, ...vector }
  return { ...row, occurredAt, keyId: opened.keyId, sealed: opened.seal(context, encodeSecret(secret)) }
}

/** Clustered, as texts are: one of a thousand directions, and noise. */
export function directionOf(n: number): Float32Array {
  const [shared, own] = [noise(n % 1_000), noise(1_000_000 + n)]
  const vector = shared.map((value, d) => value + 0.8 * own[d]!)
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

function vectorOf(n: number): Embedding {
  const direction = directionOf(n)
  const largest = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = Math.fround(largest / 127)
  return { model: MODEL, scale, values: Int8Array.from(direction, (value) => Math.round(value / scale)) }
}

/** Sums of three uniform numbers, near enough to normal ones. Mulberry32. */
function noise(seed: number): Float32Array {
  let state = (seed * 2_654_435_761) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 - 0.5
  }
  return Float32Array.from({ length: DIMENSIONS }, () => next() + next() + next())
}

/** A question that only this memory answers well: some of its own words, which are not among the most frequent. */
export function questionAbout(memory: IndexedMemory, corpus: RecallCorpus): string {
  const words = [...new Set(memory.content.toLowerCase().match(/[a-z]{5,}/g) ?? [])]
  const step = Math.max(1, Math.floor(words.length / 4))
  const own = words.filter((_, i) => i % step === 0).slice(0, 4)
  return `${own.join(' ')} ${corpus.query().split(' ')[0] ?? ''}?`
}
