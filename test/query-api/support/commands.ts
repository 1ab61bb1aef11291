import type {
  Erase,
  Forget,
  Link,
  Reinforce,
  Remember,
  RememberSecret,
  Restore,
  Unlink,
} from '../../../domain/command.ts'
import { OpenSecrets } from './open-secrets.ts'

/** Ids by number, in order: `memoryId(1) < memoryId(2)`. */
export const memoryId = (n: number): string => `00000000-0000-8000-8000-${n.toString(16).padStart(12, '0')}`

let commands = 0

const envelope = (recordedAt: number) => {
  commands += 1
  return {
    commandId: `00000000-0000-8000-9000-${commands.toString(16).padStart(12, '0')}`,
    recordedAt,
    principal: 'test',
    keyId: 'a1'.repeat(16),
    requestHmac: Buffer.alloc(32, commands % 256),
  }
}

type RememberParts = Partial<Omit<Remember, 'type'>> & { readonly secret?: Partial<RememberSecret> }

export function remember(id: number, content: string, parts: RememberParts = {}): Remember {
  const { secret: secretParts, ...rest } = parts
  const at = rest.recordedAt ?? 1_000 + id
  const secret = { ...emptySecret, content, ...secretParts }
  return {
    ...envelope(at),
    type: 'Remember',
    memoryId: memoryId(id),
    kind: 'episodic',
    occurredAt: at,
    importance: 500,
    ttlSeconds: null,
    supersedes: null,
    links: [],
    contentHmac: Buffer.alloc(32),
    contentLength: content.length,
    sealed: OpenSecrets.seal(secret),
    ...rest,
  }
}

export const forget = (ids: readonly number[], recordedAt: number): Forget => ({
  ...envelope(recordedAt),
  type: 'Forget',
  memoryIds: ids.map(memoryId),
})

export const restore = (ids: readonly number[], recordedAt: number): Restore => ({
  ...envelope(recordedAt),
  type: 'Restore',
  memoryIds: ids.map(memoryId),
})

export const reinforce = (id: number, recordedAt: number): Reinforce => ({
  ...envelope(recordedAt),
  type: 'Reinforce',
  memoryId: memoryId(id),
  useful: true,
})

export const link = (from: number, rel: string, to: number, recordedAt: number): Link => ({
  ...envelope(recordedAt),
  type: 'Link',
  from: memoryId(from),
  rel,
  to: memoryId(to),
})

export const unlink = (from: number, rel: string, to: number, recordedAt: number): Unlink => ({
  ...link(from, rel, to, recordedAt),
  type: 'Unlink',
})

/** Of all that stands under these keys. */
export const erase = (keyIds: readonly string[], recordedAt: number): Erase => ({
  ...envelope(recordedAt),
  type: 'Erase',
  receiptId: '00000000-0000-8000-a000-000000000001',
  keyIds,
  parts: [],
})

const emptySecret: RememberSecret = {
  content: '',
  metadata: {},
  tags: [],
  author: null,
  runId: null,
  userId: null,
  agentId: null,
  subject: null,
}
