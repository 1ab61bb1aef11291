import { deriveIds } from '../domain/ids.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import { quantise } from '../domain/vector/quantise.ts'
import { newestOf } from '../schemas/catalogue.ts'
import type { CommandCodec } from '../schemas/command-codec.ts'
import { encodeVector } from '../schemas/secret-codec.ts'
import type { Appender } from './appender.ts'
import { canonicalJson } from './canonical-json.ts'
import { cloudEventHeaders } from './cloud-event.ts'
import type { Embedder } from './ports/embedder.ts'
import type { NewRecord } from './ports/log-writer.ts'
import type { UnembeddedMemory } from './ports/unembedded-memories.ts'
import type { Vault } from './ports/vault.ts'

export interface EmbedMemoriesDeps {
  readonly clock: () => number
  readonly vault: Vault
  readonly codec: CommandCodec
  readonly appender: Appender
}

/** Nobody asked for it: the system does it by itself. */
const PRINCIPAL = 'somabrain'

/**
 * Embeds stored memories and appends an `Embed` for each; resolves to how many are in the log. A memory whose subject has
 * another key by now was erased and is passed over. Ids derive from the model and the state of the row, so that two
 * processes that embed the same memory append one command twice, and the second is a duplicate.
 *
 * Rejects when the embedder or the log does not answer: what was appended stays, and the rest is found again.
 */
export async function embedMemories(
  deps: EmbedMemoriesDeps,
  embedder: Embedder,
  memories: readonly UnembeddedMemory[],
): Promise<number> {
  const vectors = await embedder.embed(memories.map(({ content }) => content))
  const records: NewRecord[] = []
  for (const [i, memory] of memories.entries()) {
    const record = await embedRecord(deps, embedder.model, memory, vectors[i]!)
    if (record !== null) records.push(record)
  }
  const results = await deps.appender.appendAll(records)
  for (const result of results) if (result.status !== 'appended') throw result.cause
  return results.length
}

async function embedRecord(
  { clock, vault, codec }: EmbedMemoriesDeps,
  model: string,
  { scope, memoryId, changed, keyId, subject }: UnembeddedMemory,
  raw: Float32Array,
): Promise<NewRecord | null> {
  const vector = quantise(model, raw)
  const key = await vault.dataKey(scope, subject)
  if (vector === null || key.keyId !== keyId) return null
  const idempotencyKey = `${model}/${memoryId}/${changed}`
  const { commandId } = deriveIds({ ...scope, principal: PRINCIPAL, route: 'embed', idempotencyKey })
  const recordedAt = clock()
  const command = {
    type: 'Embed',
    commandId,
    recordedAt,
    principal: PRINCIPAL,
    keyId,
    requestHmac: key.requestHmac(canonicalJson({ memoryId, model })),
    memoryId,
    model,
    sealed: key.seal({ ...scope, keyId, commandId, memoryId, type: 'Embed' }, encodeVector(vector)),
  } as const
  const recordKey = partitionKey(scope)
  return {
    partition: partitionOf(recordKey),
    key: recordKey,
    value: codec.encode(command),
    headers: cloudEventHeaders(command, newestOf('Embed').number, null),
    timestamp: recordedAt,
  }
}
