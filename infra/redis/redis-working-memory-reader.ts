import type { Redis } from 'ioredis'
import { type Scope, scopeKey } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { type Factor, WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'
import type {
  NamespaceState,
  StoredNamespace,
  WorkingMemoryStoreReader,
} from '../../projections/ports/working-memory-store.ts'
import { BoundedMap } from '../crypto/bounded-map.ts'
import type { OpenedDataKey } from '../crypto/data-key.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { openFactor } from './factor-seal.ts'
import { decodeState, NAMES_BYTES, namesOf } from './namespace-bytes.ts'
import { checkpointOf, NO_REVISION, parseRevision } from './stored-checkpoint.ts'
import { hashFields, transact } from './transaction.ts'
import { scopeOfField, workingMemoryKeys } from './working-memory-keys.ts'

export interface RedisWorkingMemoryReaderDeps {
  readonly redis: Redis
  readonly keyring: Pick<Keyring, 'byId'>
  readonly keyPrefix?: string
  /** Namespaces whose opened states are kept, about 0.2 MB each. */
  readonly maxNamespaces?: number
}

interface Opened {
  readonly move: string
  readonly state: NamespaceState<Factor>
}

const DEFAULT_MAX_NAMESPACES = 128

/** Reads working memory from Redis, opens its exposures, and keeps what it opened until it changes. */
export class RedisWorkingMemoryReader implements WorkingMemoryStoreReader {
  readonly #redis: Redis
  readonly #keyring: Pick<Keyring, 'byId'>
  readonly #keyPrefix: string
  readonly #opened: BoundedMap<string, Opened>

  constructor({ redis, keyring, keyPrefix = '', maxNamespaces }: RedisWorkingMemoryReaderDeps) {
    this.#redis = redis
    this.#keyring = keyring
    this.#keyPrefix = keyPrefix
    this.#opened = new BoundedMap(maxNamespaces ?? DEFAULT_MAX_NAMESPACES)
  }

  async checkpoint(partition: number) {
    return checkpointOf((await this.#redis.get(this.#keysOf(partition).checkpoint)) ?? NO_REVISION)
  }

  async namespaces(partition: number): Promise<readonly Scope[]> {
    return (await this.#redis.hkeys(this.#keysOf(partition).namespaces)).map(scopeOfField)
  }

  async read(scope: Scope): Promise<StoredNamespace> {
    const keys = this.#keysOf(partitionOf(partitionKey(scope)))
    const queued = this.#redis.multi().get(keys.checkpoint).hget(keys.halted, scopeKey(scope))
    queued.getrangeBuffer(keys.state(scope), 0, NAMES_BYTES - 1).hexists(keys.namespaces, scopeKey(scope))
    const [stored, halted, names, listed] = await transact(queued)
    const revision = (stored as string | null) ?? NO_REVISION
    const checkpoint = checkpointOf(revision)
    if (halted !== null) return { outcome: 'key-missing', checkpoint, keyId: halted as string }
    const beginning = parseRevision(revision)?.incarnation ?? null
    const { incarnation, move } = namesOf(names as Buffer)
    // Listed and not there: Redis evicted it, so it is not known what touched it.
    if (incarnation !== beginning) return { outcome: 'absent', checkpoint, beginning: listed === 0 ? beginning : null }
    const known = this.#opened.get(scopeKey(scope))
    if (known?.move === move) return { outcome: 'held', checkpoint, state: known.state }
    return this.#readAll(scope)
  }

  async #readAll(scope: Scope): Promise<StoredNamespace> {
    const keys = this.#keysOf(partitionOf(partitionKey(scope)))
    const queued = this.#redis.multi().get(keys.checkpoint).getBuffer(keys.state(scope))
    const [stored, bytes, sealed] = await transact(queued.hgetallBuffer(keys.sums(scope)))
    const revision = (stored as string | null) ?? NO_REVISION
    const checkpoint = checkpointOf(revision)
    const read = bytes === null ? null : decodeState(bytes as Buffer)
    const sums = hashFields(sealed)
    const current = read?.incarnation === parseRevision(revision)?.incarnation
    // Incomplete when Redis evicts keys: what is not there in full is seeded.
    if (read === null || !current || read.state.memory.factors.length !== sums.size) {
      return { outcome: 'absent', checkpoint, beginning: null }
    }
    const { memory } = read.state
    const keyring = await this.#keysFor([...memory.items, ...memory.factors].map(({ keyId }) => keyId))
    if (keyring.outcome !== 'found') return { ...keyring, checkpoint }
    const factors: Factor[] = []
    for (const factor of memory.factors) {
      const bytes = sums.get(String(factor.offset))
      if (bytes === undefined) return { outcome: 'absent', checkpoint, beginning: null }
      factors.push(openFactor(keyring.keys.get(factor.keyId)!, scope, factor, bytes))
    }
    const state = { ...read.state, memory: { ...memory, factors } }
    this.#opened.set(scopeKey(scope), { move: read.move, state })
    return { outcome: 'held', checkpoint, state }
  }

  async #keysFor(
    keyIds: readonly string[],
  ): Promise<
    | { readonly outcome: 'found'; readonly keys: ReadonlyMap<string, OpenedDataKey> }
    | { readonly outcome: 'key-destroyed' }
    | { readonly outcome: 'key-missing'; readonly keyId: string }
  > {
    const keys = new Map<string, OpenedDataKey>()
    let destroyed = false
    for (const keyId of new Set(keyIds)) {
      const lookup = await this.#keyring.byId(keyId)
      if (lookup.found === 'missing') return { outcome: 'key-missing', keyId }
      if (lookup.found === 'destroyed') destroyed = true
      else keys.set(keyId, lookup.key)
    }
    return destroyed ? { outcome: 'key-destroyed' } : { outcome: 'found', keys }
  }

  #keysOf(partition: number) {
    return workingMemoryKeys(this.#keyPrefix, WORKING_MEMORY_VERSION, partition)
  }
}
