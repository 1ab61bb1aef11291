import type { Command, Envelope, Kind, RankingProfile } from '../domain/command.ts'
import type { ErasePart } from '../domain/erasure/erasure.ts'
import { uuidFromBytes, uuidToBytes } from './uuid.ts'

/** Records as avsc reads and writes them: snake case, fixed bytes, wrapped unions. */
interface AvroEnvelope {
  command_id: Buffer
  recorded_at: number
  principal: string
  key_id: Buffer
  request_hmac: Buffer
}

type Wrapped<Name extends string, T> = { [K in Name]: T } | null

interface AvroRecord extends AvroEnvelope {
  generation: Buffer
  memory_id: Buffer
  kind: Kind
  occurred_at: number
  importance: number
  ttl_seconds: Wrapped<'long', number>
  supersedes: Wrapped<'somabrain.commands.Uuid', Buffer>
  links: Array<{ rel: string; target: Buffer }>
  content_hmac: Buffer
  content_length: number
  vector_model: Wrapped<'string', string>
  repeats: Buffer[]
  model: string
  sealed: Buffer
  memory_ids: Buffer[]
  from_id: Buffer
  to_id: Buffer
  rel: string
  useful: boolean
  receipt_id: Buffer
  key_ids: Buffer[]
  parts: AvroErasePart[]
  document: string
  language: Wrapped<'string', string>
  profile: Wrapped<'somabrain.commands.RankingProfile', RankingProfile>
}

interface AvroErasePart {
  namespace: string
  key_id: Buffer
  request_hmac: Buffer
  key_ids: Buffer[]
}

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const envelopeToAvro = (envelope: Envelope): AvroEnvelope => ({
  command_id: uuidToBytes(envelope.commandId),
  recorded_at: envelope.recordedAt,
  principal: envelope.principal,
  key_id: Buffer.from(envelope.keyId, 'hex'),
  request_hmac: buffer(envelope.requestHmac),
})

const envelopeFromAvro = (record: AvroEnvelope): Envelope => ({
  commandId: uuidFromBytes(record.command_id),
  recordedAt: record.recorded_at,
  principal: record.principal,
  keyId: record.key_id.toString('hex'),
  requestHmac: record.request_hmac,
})

export function commandToAvro(command: Command): object {
  switch (command.type) {
    case 'Genesis':
      return {
        command_id: uuidToBytes(command.commandId),
        recorded_at: command.recordedAt,
        generation: Buffer.from(command.generation, 'hex'),
      }
    case 'Remember':
      return {
        ...envelopeToAvro(command),
        memory_id: uuidToBytes(command.memoryId),
        kind: command.kind,
        occurred_at: command.occurredAt,
        importance: command.importance,
        ttl_seconds: command.ttlSeconds === null ? null : { long: command.ttlSeconds },
        supersedes: command.supersedes === null ? null : { 'somabrain.commands.Uuid': uuidToBytes(command.supersedes) },
        links: command.links.map((link) => ({ rel: link.rel, target: uuidToBytes(link.target) })),
        content_hmac: buffer(command.contentHmac),
        content_length: command.contentLength,
        vector_model: command.vectorModel === undefined ? null : { string: command.vectorModel },
        repeats: (command.repeats ?? []).map(buffer),
        sealed: buffer(command.sealed),
      }
    case 'Forget':
    case 'Restore':
      return { ...envelopeToAvro(command), memory_ids: command.memoryIds.map(uuidToBytes) }
    case 'Link':
    case 'Unlink':
      return {
        ...envelopeToAvro(command),
        from_id: uuidToBytes(command.from),
        rel: command.rel,
        to_id: uuidToBytes(command.to),
      }
    case 'Reinforce':
      return { ...envelopeToAvro(command), memory_id: uuidToBytes(command.memoryId), useful: command.useful }
    case 'Embed':
      return {
        ...envelopeToAvro(command),
        memory_id: uuidToBytes(command.memoryId),
        model: command.model,
        sealed: buffer(command.sealed),
      }
    case 'ConfigureNamespace':
      return {
        ...envelopeToAvro(command),
        language: command.language === null ? null : { string: command.language },
        profile: command.profile === null ? null : { 'somabrain.commands.RankingProfile': command.profile },
      }
    case 'Erase':
      return {
        ...envelopeToAvro(command),
        receipt_id: uuidToBytes(command.receiptId),
        key_ids: command.keyIds.map((id) => Buffer.from(id, 'hex')),
        parts: command.parts.map(partToAvro),
      }
    case 'Attest':
      return { ...envelopeToAvro(command), receipt_id: uuidToBytes(command.receiptId), document: command.document }
  }
}

const partToAvro = ({ namespace, keyId, requestHmac, keyIds }: ErasePart): AvroErasePart => ({
  namespace,
  key_id: Buffer.from(keyId, 'hex'),
  request_hmac: buffer(requestHmac),
  key_ids: keyIds.map((id) => Buffer.from(id, 'hex')),
})

const partFromAvro = (part: AvroErasePart): ErasePart => ({
  namespace: part.namespace,
  keyId: part.key_id.toString('hex'),
  requestHmac: part.request_hmac,
  keyIds: part.key_ids.map((id) => id.toString('hex')),
})

const COMMAND_TYPES: ReadonlySet<string> = new Set<Command['type']>([
  'Genesis',
  'Remember',
  'Forget',
  'Restore',
  'Link',
  'Unlink',
  'Reinforce',
  'Embed',
  'ConfigureNamespace',
  'Erase',
  'Attest',
])

/** Whether a type of the catalogue is one of commands; others stand in other topics or inside seals. */
export const isCommandType = (type: string): boolean => COMMAND_TYPES.has(type)

export function commandFromAvro(type: string, record: AvroRecord): Command {
  switch (type) {
    case 'Genesis':
      return {
        type,
        commandId: uuidFromBytes(record.command_id),
        recordedAt: record.recorded_at,
        generation: record.generation.toString('hex'),
      }
    case 'Remember':
      return {
        type,
        ...envelopeFromAvro(record),
        memoryId: uuidFromBytes(record.memory_id),
        kind: record.kind,
        occurredAt: record.occurred_at,
        importance: record.importance,
        ttlSeconds: record.ttl_seconds?.long ?? null,
        supersedes: record.supersedes === null ? null : uuidFromBytes(record.supersedes['somabrain.commands.Uuid']),
        links: record.links.map((link) => ({ rel: link.rel, target: uuidFromBytes(link.target) })),
        contentHmac: record.content_hmac,
        contentLength: record.content_length,
        ...(record.vector_model === null ? {} : { vectorModel: record.vector_model.string }),
        ...(record.repeats.length === 0 ? {} : { repeats: record.repeats }),
        sealed: record.sealed,
      }
    case 'Forget':
    case 'Restore':
      return { type, ...envelopeFromAvro(record), memoryIds: record.memory_ids.map(uuidFromBytes) }
    case 'Link':
    case 'Unlink':
      return {
        type,
        ...envelopeFromAvro(record),
        from: uuidFromBytes(record.from_id),
        rel: record.rel,
        to: uuidFromBytes(record.to_id),
      }
    case 'Reinforce':
      return {
        type,
        ...envelopeFromAvro(record),
        memoryId: uuidFromBytes(record.memory_id),
        useful: record.useful,
      }
    case 'Embed':
      return {
        type,
        ...envelopeFromAvro(record),
        memoryId: uuidFromBytes(record.memory_id),
        model: record.model,
        sealed: record.sealed,
      }
    case 'ConfigureNamespace':
      return {
        type,
        ...envelopeFromAvro(record),
        language: record.language?.string ?? null,
        profile: record.profile?.['somabrain.commands.RankingProfile'] ?? null,
      }
    case 'Erase':
      return {
        type,
        ...envelopeFromAvro(record),
        receiptId: uuidFromBytes(record.receipt_id),
        keyIds: record.key_ids.map((id) => id.toString('hex')),
        parts: record.parts.map(partFromAvro),
      }
    case 'Attest':
      return {
        type,
        ...envelopeFromAvro(record),
        receiptId: uuidFromBytes(record.receipt_id),
        document: record.document,
      }
    default:
      throw new Error(`The catalogue names a command type that this build cannot map: ${type}`)
  }
}
