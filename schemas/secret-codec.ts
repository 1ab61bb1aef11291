import type { RememberSecret } from '../domain/command.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Embedding } from '../domain/vector/embedding.ts'
import { type ReadResult, readAvro } from './avro-reader.ts'
import { entryOf, newestOf, typeOf } from './catalogue.ts'
import { type AvroVector, vectorFromAvro, vectorToAvro } from './vector-avro.ts'

type Text = { string: string } | null

interface AvroSecret {
  content: string
  metadata: string
  tags: string[]
  author: Text
  run_id: Text
  user_id: Text
  agent_id: Text
  subject: Text
  vector: { 'somabrain.sealed.Vector': AvroVector } | null
}

const HEADER = 2
const wrap = (text: string | null): Text => (text === null ? null : { string: text })

/** What goes into the seal of a memory: the schema's committed number (uint16, big endian) and Avro. */
export function encodeSecret(secret: RememberSecret): Buffer {
  const { vector } = secret
  const record: AvroSecret = {
    content: secret.content,
    metadata: JSON.stringify(secret.metadata),
    tags: [...secret.tags],
    author: wrap(secret.author),
    run_id: wrap(secret.runId),
    user_id: wrap(secret.userId),
    agent_id: wrap(secret.agentId),
    subject: wrap(secret.subject),
    vector: vector === undefined ? null : { 'somabrain.sealed.Vector': vectorToAvro(vector) },
  }
  return numbered('RememberSecret', record)
}

export function decodeSecret(bytes: Uint8Array): ReadResult<RememberSecret> {
  const read = readNumbered<AvroSecret>('RememberSecret', bytes)
  if (!read.ok) return read
  const { value } = read
  return {
    ...read,
    value: {
      content: value.content,
      metadata: JSON.parse(value.metadata) as JsonObject,
      tags: value.tags,
      author: value.author?.string ?? null,
      runId: value.run_id?.string ?? null,
      userId: value.user_id?.string ?? null,
      agentId: value.agent_id?.string ?? null,
      subject: value.subject?.string ?? null,
      ...(value.vector === null ? {} : { vector: vectorFromAvro(value.vector['somabrain.sealed.Vector']) }),
    },
  }
}

/** What goes into the seal of a vector that is added later. */
export const encodeVector = (vector: Embedding): Buffer => numbered('EmbedSecret', { vector: vectorToAvro(vector) })

export function decodeVector(bytes: Uint8Array): ReadResult<Embedding> {
  const read = readNumbered<{ vector: AvroVector }>('EmbedSecret', bytes)
  return read.ok ? { ...read, value: vectorFromAvro(read.value.vector) } : read
}

function numbered(type: string, record: object): Buffer {
  const entry = newestOf(type)
  const body = typeOf(entry).toBuffer(record)
  const bytes = Buffer.allocUnsafe(HEADER + body.length)
  bytes.writeUInt16BE(entry.number, 0)
  body.copy(bytes, HEADER)
  return bytes
}

function readNumbered<T>(type: string, bytes: Uint8Array): ReadResult<T> {
  if (bytes.length < HEADER) return { ok: false, reason: 'undecodable', detail: 'shorter than a schema number' }
  const number = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER).readUInt16BE(0)
  const entry = entryOf(number)
  if (entry !== undefined && entry.type !== type) {
    return { ok: false, reason: 'undecodable', detail: `schema ${number} (${entry.type}) is not ${type}` }
  }
  return readAvro<T>(number, bytes.subarray(HEADER))
}
