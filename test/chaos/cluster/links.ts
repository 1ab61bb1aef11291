import { type BackingPart, backingParts } from '../../../infra/stack/part.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import { redirectKafka } from './kafka-addresses.ts'
import type { OwnParts } from './own-parts.ts'

const HOST = '127.0.0.1'

/** The connections of one process to every part, each through a proxy of its own that can go silent. */
export interface Links {
  readonly to: Readonly<Record<BackingPart, TcpProxy>>
  /** Where the process finds the parts. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

export async function startLinks(parts: OwnParts): Promise<Links> {
  const [kafka, registry, postgres, redis] = await Promise.all([
    startTcpProxy(
      { host: HOST, port: parts.kafka.port },
      { mapAnswers: (ownPort) => redirectKafka(HOST, parts.kafka.port, ownPort) },
    ),
    ...(['registry', 'postgres', 'redis'] as const).map((part) =>
      startTcpProxy({ host: HOST, port: parts[part].port }),
    ),
  ])
  const to = { kafka: kafka!, registry: registry!, postgres: postgres!, redis: redis! }
  const through = (part: BackingPart): string =>
    parts[part].url.replace(`${HOST}:${parts[part].port}`, `${HOST}:${to[part].port}`)
  return {
    to,
    environment: addressesOf(through),
    async close() {
      await Promise.all(backingParts.map((part) => to[part].close()))
    },
  }
}

/** The settings that name the parts, given each part's URL. */
export const addressesOf = (urlOf: (part: BackingPart) => string): Readonly<Record<string, string>> => ({
  SOMABRAIN_KAFKA_URL: urlOf('kafka'),
  SOMABRAIN_SCHEMA_REGISTRY_URL: urlOf('registry'),
  SOMABRAIN_POSTGRES_DSN: urlOf('postgres'),
  SOMABRAIN_REDIS_URL: urlOf('redis'),
})
