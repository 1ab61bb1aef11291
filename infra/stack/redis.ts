import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { developmentCredentials, type StoreCredentials } from './development-credentials.ts'
import { exchange } from './exchange.ts'
import { freePort } from './free-port.ts'
import type { PartCommand, PartRecipe, RunningPart } from './part.ts'
import { endingWithStarter, startPart } from './start-part.ts'
import { findOnPath, fromPackage } from './system-packages.ts'

export interface RedisOptions {
  readonly dir: string
  /** Default: a free one. */
  readonly port?: number
  readonly credentials?: StoreCredentials
}

/** Redis on 127.0.0.1 with a password; append-only, synced every second. */
export async function startRedis(options: RedisOptions): Promise<RunningPart> {
  return startPart(endingWithStarter(redisRecipe({ ...options, port: options.port ?? (await freePort()) })))
}

export function redisRecipe(options: RedisOptions & { readonly port: number }): PartRecipe {
  const dir = resolve(options.dir)
  const { redisPassword: password } = options.credentials ?? developmentCredentials
  return {
    name: 'redis',
    dir,
    url: `redis://:${password}@127.0.0.1:${options.port}`,
    port: options.port,
    stopSignal: 'SIGTERM',
    prepare: () => prepareRedis(dir, options.port, password),
    answers: () => redisAnswers(options.port, password),
    furnish: async () => {},
  }
}

async function prepareRedis(dir: string, port: number, password: string): Promise<PartCommand> {
  const server = await fromPackage('redis', 'redis-server', () => findOnPath('redis-server'))
  const data = join(dir, 'data')
  const settings = join(dir, 'redis.conf')
  await mkdir(data, { recursive: true })
  await writeFile(settings, redisSettings(data, port, password), { mode: 0o600 })
  return { file: server, args: [settings] }
}

function redisSettings(data: string, port: number, password: string): string {
  return `bind 127.0.0.1
port ${port}
requirepass ${password}
dir ${data}
appendonly yes
appendfsync everysec
# What a checkpoint speaks for must not be evicted.
maxmemory-policy noeviction
# Redis would write its own title over the command line, by which a process is told from others.
set-proc-title no
`
}

const GREETING = '+OK\r\n+PONG\r\n'

async function redisAnswers(port: number, password: string): Promise<boolean> {
  const answer = await exchange(port, Buffer.from(`AUTH ${password}\r\nPING\r\n`), GREETING.length)
  return answer?.toString() === GREETING
}
