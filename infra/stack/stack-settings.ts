import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { PartName } from './part.ts'

/** Where the development stack is, and on which ports. */
export interface StackSettings {
  /** The checkout: docker-compose.yml and `.env` are in it. */
  readonly root: string
  /** Data, logs and process ids, one folder a part. Default `.stack` in the checkout. */
  readonly dir: string
  /** Downloads, shared by all checkouts of this user. */
  readonly cacheDir: string
  readonly ports: Readonly<Record<PartName, number>>
  /** More options of the broker's virtual machine. */
  readonly kafkaJvmOptions: readonly string[]
}

/** Names and defaults of the host ports, as docker-compose.yml has them and scripts/assign_ports.sh moves them. */
export const portSettings: Readonly<Record<PartName, { readonly name: string; readonly port: number }>> = {
  redis: { name: 'REDIS_HOST_PORT', port: 30100 },
  kafka: { name: 'KAFKA_BROKER_HOST_PORT', port: 30102 },
  postgres: { name: 'POSTGRES_HOST_PORT', port: 30106 },
  registry: { name: 'SCHEMA_REGISTRY_HOST_PORT', port: 30108 },
}

const LAST_PORT = 65_535

type Variables = Readonly<Record<string, string | undefined>>

/** The environment goes before `.env` in the checkout. Throws when a port is none. */
export function readStackSettings(root: string, environment: Variables): StackSettings {
  const file = join(root, '.env')
  const variables: Variables = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...environment }
  const cache = variables.XDG_CACHE_HOME || join(homedir(), '.cache')
  return {
    root,
    dir: resolve(root, variables.SOMABRAIN_STACK_DIR || '.stack'),
    cacheDir: resolve(root, variables.SOMABRAIN_STACK_CACHE || join(cache, 'somabrain-stack')),
    ports: {
      kafka: portOf('kafka', variables),
      registry: portOf('registry', variables),
      postgres: portOf('postgres', variables),
      redis: portOf('redis', variables),
    },
    kafkaJvmOptions: (variables.SOMABRAIN_STACK_KAFKA_OPTIONS ?? '').split(' ').filter((option) => option !== ''),
  }
}

function portOf(part: PartName, variables: Variables): number {
  const { name, port } = portSettings[part]
  const given = variables[name]
  if (given === undefined || given === '') return port
  const number = Number(given)
  if (/^\d+$/.test(given) && number > 0 && number <= LAST_PORT) return number
  throw new Error(`${name} is "${given}"; a port from 1 to ${LAST_PORT} would be valid`)
}
