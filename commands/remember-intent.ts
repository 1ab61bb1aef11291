import type { Remember } from '../domain/command.ts'
import { codePoints, normaliseContent } from '../domain/content.ts'
import type { Scope } from '../domain/names.ts'
import { contentsRepeated } from '../domain/recall-loop/contents-repeated.ts'
import { encodeSecret } from '../schemas/secret-codec.ts'
import type { Intent } from './intent.ts'
import type { DataKey } from './ports/vault.ts'
import type { RememberRequest } from './requests/requests.ts'

/**
 * A memory of a namespace: its content and all that names people goes under the seal. `keyed`: the caller named the write by
 * an idempotency key.
 */
export function rememberIntent(tenant: string, request: RememberRequest, keyed: boolean): Intent {
  const scope: Scope = { tenant, namespace: request.namespace }
  return {
    route: 'remember',
    scope,
    subject: request.subject,
    request,
    about: null,
    text: request.content,
    command: ({ envelope, memoryId, key, vector, sealContext }) => ({
      type: 'Remember',
      ...envelope,
      memoryId,
      kind: request.kind,
      occurredAt: request.occurredAt ?? envelope.recordedAt,
      importance: request.importance,
      ttlSeconds: request.ttlSeconds,
      supersedes: request.supersedes,
      links: request.links,
      contentHmac: key.contentHmac(normaliseContent(request.content)),
      contentLength: codePoints(request.content),
      ...repeatsOf(contentsRepeated({ ...request, keyed }), key),
      ...(vector === undefined ? {} : { vectorModel: vector.model }),
      sealed: key.seal(sealContext('Remember'), encodeSecret(vector === undefined ? request : { ...request, vector })),
    }),
  }
}

const repeatsOf = (contents: readonly string[], key: DataKey): Pick<Remember, 'repeats'> =>
  contents.length === 0 ? {} : { repeats: contents.map((content) => key.contentHmac(normaliseContent(content))) }
