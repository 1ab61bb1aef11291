import { spawn, spawnSync } from 'node:child_process'
import type { ExecutionContext } from 'ava'
import { freePort } from '../../infra/stack/free-port.ts'
import { ownProcess } from './own-process.ts'
import { temporaryFolder } from './temp-folder.ts'

/** A Redis of a test's own, to be killed, frozen and emptied. */
export interface OwnRedis {
  readonly port: number
  readonly url: string
  start(): Promise<void>
  /** SIGKILL: what it has not written to disk is gone. */
  kill(): Promise<void>
  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): void
  thaw(): void
}

/** Why no test can start a Redis of its own here, or `null`; with CI=true it throws instead. */
export function missingRedisServer(): string | null {
  if (spawnSync('redis-server', ['--version']).status === 0) return null
  const reason = 'redis-server is not installed'
  if (process.env.CI === 'true') throw new Error(reason)
  return reason
}

/** Starts a Redis in a temporary folder, ended when the test ends. `durable`: what it answered for is on disk. */
export async function startOwnRedis(
  t: ExecutionContext,
  { durable }: { readonly durable: boolean },
): Promise<OwnRedis> {
  const folder = temporaryFolder(t)
  const port = await freePort()
  const persistence = durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...persistence]
  const redis = ownProcess(t, port, () => spawn('redis-server', options, { stdio: 'ignore' }))
  await redis.start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start: redis.start,
    kill: redis.kill,
    freeze: () => redis.signal('SIGSTOP'),
    thaw: () => redis.signal('SIGCONT'),
  }
}
