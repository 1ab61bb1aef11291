import type { RememberSecret } from '../domain/command.ts'
import type { JsonObject } from '../domain/json.ts'
import { type ReadResult, readAvro } from './avro-reader.ts'
import { newestOf, typeOf } from './catalogue.ts'

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
  vector: null
}

const HEADER = 2
const wrap = (text: string | null): Text => (text === null ? null : { string: text })

/** What goes into a seal: the schema's committed number (uint16, big endian) and Avro. */
export function encodeSecret(secret: RememberSecret): Buffer {
  const entry = newestOf('RememberSecret')
  const record: AvroSecret = {
    content: secret.content,
    metadata: JSON.stringify(secret.metadata),
    tags: [...secret.tags],
    author: wrap(secret.author),
    run_id: wrap(secret.runId),
    user_id: wrap(secret.userId),
    agent_id: wrap(secret.agentId),
    subject: wrap(secret.subject),
    vector: null,
  }
  const body = typeOf(entry).toBuffer(record)
  const bytes = Buffer.allocUnsafe(HEADER + body.length)
  bytes.writeUInt16BE(entry.number, 0)
  body.copy(bytes, HEADER)
  return bytes
}

export function decodeSecret(bytes: Uint8Array): ReadResult<RememberSecret> {
  if (bytes.length < HEADER) return { ok: false, reason: 'undecodable', detail: 'shorter than a schema number' }
  const number = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER).readUInt16BE(0)
  const read = readAvro<AvroSecret>(number, bytes.subarray(HEADER))
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
    },
  }
}
