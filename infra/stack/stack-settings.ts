import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { developmentCredentials, type StoreCredentials } from './development-credentials.ts'
import { configuredPort, hostPorts } from './host-ports.ts'
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
  readonly credentials: StoreCredentials
  /** More options of the broker's virtual machine. */
  readonly kafkaJvmOptions: readonly string[]
}

type Variables = Readonly<Record<string, string | undefined>>

/** The environment goes before `.env` in the checkout. Throws when a port is none. */
export function readStackSettings(root: string, environment: Variables): StackSettings {
  const variables = stackVariables(root, environment)
  const cache = variables.XDG_CACHE_HOME || join(homedir(), '.cache')
  const portOf = (part: PartName): number => {
    const known = hostPorts.find((one) => one.part === part)
    if (known === undefined) throw new Error(`${part} has no documented port`)
    return configuredPort(known, variables)
  }
  return {
    root,
    dir: resolve(root, variables.SOMABRAIN_STACK_DIR || '.stack'),
    cacheDir: resolve(root, variables.SOMABRAIN_STACK_CACHE || join(cache, 'somabrain-stack')),
    ports: {
      kafka: portOf('kafka'),
      registry: portOf('registry'),
      postgres: portOf('postgres'),
      redis: portOf('redis'),
      opa: portOf('opa'),
    },
    credentials: {
      user: variables.POSTGRES_USER || developmentCredentials.user,
      password: variables.POSTGRES_PASSWORD || developmentCredentials.password,
      redisPassword: variables.REDIS_PASSWORD || developmentCredentials.redisPassword,
    },
    kafkaJvmOptions: (variables.SOMABRAIN_STACK_KAFKA_OPTIONS ?? '').split(' ').filter((option) => option !== ''),
  }
}

/** The environment over what `.env` says, as docker compose reads them. */
export function stackVariables(root: string, environment: Variables): Variables {
  const file = join(root, '.env')
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...environment }
}
