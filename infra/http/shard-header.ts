import type { FastifyInstance, FastifyRequest } from 'fastify'
import { shardOf } from '../../domain/shard.ts'
import './fastify-types.ts'

export const SHARD_HEADER = 'x-somabrain-shard'

/**
 * Tells callers the shard of the namespace that an answer is about. Sent along with the next request it lets a balancer
 * hash on it (docs/how-to/many-query-processes.md); the server itself never reads it.
 */
export function installShardHeader(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    const namespace = namespaceOf(request)
    if (namespace !== null) reply.header(SHARD_HEADER, shardOf({ tenant: request.identity.tenant, namespace }))
    done()
  })
}

/** The one namespace that a request is about, or `null`. */
function namespaceOf({ asked }: FastifyRequest): string | null {
  const [first] = asked
  return first !== undefined && asked.every(({ namespace }) => namespace === first.namespace) ? first.namespace : null
}
