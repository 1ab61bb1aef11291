import type { Redis } from 'ioredis'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import { type Scope, scopeKey } from '../../domain/names.ts'
import { WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'
import type {
  LoadedNamespaces,
  MissingKey,
  MoveRequest,
  NamespaceState,
  WorkingMemoryMove,
  WorkingMemoryStore,
} from '../../projections/ports/working-memory-store.ts'
import { DataKeyMissingError } from '../../projections/working-memory/data-key-missing-error.ts'
import type { OpenedDataKey } from '../crypto/data-key.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { compareCheckpoints } from '../long-term/compare-checkpoints.ts'
import { sealFactor } from './factor-seal.ts'
import { decodeState, encodeState } from './namespace-bytes.ts'
import { checkpointOf, NO_REVISION, nextRevision, parseRevision } from './stored-checkpoint.ts'
import { type HashChange, newFactors, type SealSums, sumsChange } from './sums-change.ts'
import { transact } from './transaction.ts'
import { type WorkingMemoryKeys, workingMemoryKeys } from './working-memory-keys.ts'

export interface RedisWorkingMemoryStoreDeps {
  readonly redis: Redis
  /** Seals exposures. */
  readonly keyring: Pick<Keyring, 'byId'>
  /** Before every key. */
  readonly keyPrefix?: string
}

/** Working memory in Redis: for each partition a checkpoint, for each namespace a string and, for its sums, a hash. */
export function createRedisWorkingMemoryStore({
  redis,
  keyring,
  keyPrefix = '',
}: RedisWorkingMemoryStoreDeps): WorkingMemoryStore {
  const keysOf = (partition: number) => workingMemoryKeys(keyPrefix, WORKING_MEMORY_VERSION, partition)
  return {
    load: (partition, scopes) => load(redis, keysOf(partition), scopes),
    async move(partition, request) {
      const stored = checkpointOf(request.revision)
      const expected = compareCheckpoints(stored, request.from, request.to)
      if (expected !== 'moved') return { outcome: expected, checkpoint: stored }
      const seal = await sealer(keyring, request)
      return move(redis, keysOf(partition), request, seal)
    },
    async halt(partition, { scope, keyId }: MissingKey) {
      await redis.hset(keysOf(partition).halted, scopeKey(scope), keyId)
    },
  }
}

async function load(redis: Redis, keys: WorkingMemoryKeys, scopes: readonly Scope[]): Promise<LoadedNamespaces> {
  const queued = redis.multi().get(keys.checkpoint)
  for (const scope of scopes) queued.getBuffer(keys.state(scope)).hlen(keys.sums(scope))
  const [stored, ...results] = await transact(queued)
  const revision = (stored as string | null) ?? NO_REVISION
  const incarnation = parseRevision(revision)?.incarnation ?? null
  const namespaces = scopes.map((_, i) =>
    stateOf(results[2 * i] as Buffer | null, Number(results[2 * i + 1]), incarnation),
  )
  return { checkpoint: checkpointOf(revision), revision, namespaces }
}

/** `null` for what was never written, is of an earlier beginning, or incomplete, as after a Redis that evicts keys. */
function stateOf(bytes: Buffer | null, sums: number, incarnation: string | null): NamespaceState | null {
  if (bytes === null) return null
  const stored = decodeState(bytes)
  return stored.incarnation === incarnation && stored.state.memory.factors.length === sums ? stored.state : null
}

async function move(
  redis: Redis,
  keys: WorkingMemoryKeys,
  request: MoveRequest,
  seal: SealSums,
): Promise<WorkingMemoryMove> {
  const { revision, from, to, changes } = request
  const next = nextRevision(revision, to)
  const states = changes.map(({ scope, after }) => ({
    key: keys.state(scope),
    bytes: encodeState({ ...next, state: after }),
  }))
  const added = changes.flatMap(({ before, scope }) => (before === null ? [scopeKey(scope), ''] : []))
  const hashes: HashChange[] = [
    { key: keys.halted, empty: true, removed: [], set: [] },
    { key: keys.namespaces, empty: revision === NO_REVISION, removed: [], set: added },
    ...changes.map((change) => sumsChange(keys.sums(change.scope), change, seal)),
  ]
  const values = hashes.flatMap(({ empty, removed, set }) => [
    empty ? '1' : '0',
    String(removed.length),
    String(set.length),
    ...removed,
    ...set,
  ])
  const keyList = [keys.checkpoint, ...states.map(({ key }) => key), ...hashes.map(({ key }) => key)]
  const strings = [String(states.length), ...states.map(({ bytes }) => bytes)]
  const stands = await redis.moveWorkingMemory(keyList.length, ...keyList, revision, next.text, ...strings, ...values)
  if (stands === null) return { outcome: 'moved', revision: next.text }
  return refusal(checkpointOf(stands), from, to)
}

/** Another state of the partition stands: a rival's, an earlier one, or none. */
function refusal(stored: Checkpoint, from: Checkpoint, to: Checkpoint): WorkingMemoryMove {
  const outcome = compareCheckpoints(stored, from, to)
  // The same checkpoint was come to another way: what was folded stands on other ground, so it is folded once more.
  return { outcome: outcome === 'moved' ? 'behind' : outcome, checkpoint: stored }
}

/** Opens the data keys of all new exposures, so that the move is built without waiting. */
async function sealer(keyring: Pick<Keyring, 'byId'>, { changes }: MoveRequest): Promise<SealSums> {
  const keys = new Map<string, OpenedDataKey>()
  for (const change of changes) {
    for (const { keyId } of newFactors(change)) {
      if (keys.has(keyId)) continue
      const lookup = await keyring.byId(keyId)
      if (lookup.found === 'missing') throw new DataKeyMissingError(change.scope, keyId)
      // Between fold and move: folded once more, it is a tombstone.
      if (lookup.found === 'destroyed') throw new Error(`The data key ${keyId} was destroyed just now`)
      keys.set(keyId, lookup.key)
    }
  }
  return (scope, factor) => sealFactor(keys.get(factor.keyId)!, scope, factor)
}
