import { once } from 'node:events'
import { connect } from 'node:net'

/** Addresses of the real parts, as `npm run stack -- up` brings them up; each can be set from outside. */
export const realParts = {
  kafka: process.env.SOMABRAIN_TEST_KAFKA_URL ?? 'kafka://127.0.0.1:30102',
  registry: process.env.SOMABRAIN_TEST_SCHEMA_REGISTRY_URL ?? 'http://127.0.0.1:30108/apis/ccompat/v7',
  postgres: process.env.SOMABRAIN_TEST_POSTGRES_DSN ?? 'postgresql://soma:soma_dev_pass@127.0.0.1:30106/postgres',
  redis: process.env.SOMABRAIN_TEST_REDIS_URL ?? 'redis://:soma_dev_pass@127.0.0.1:30100',
  opa: process.env.SOMABRAIN_TEST_OPA_ENDPOINT ?? 'http://127.0.0.1:30104',
} as const

export type RealPart = keyof typeof realParts

const CONNECT_TIMEOUT_MS = 2_000

/**
 * Why a suite that needs `parts` cannot run here, or `null` when all of them listen. With CI=true nothing may be skipped:
 * it throws instead.
 */
export async function missingParts(...parts: readonly RealPart[]): Promise<string | null> {
  const listening = await Promise.all(parts.map((part) => listensAt(new URL(realParts[part]))))
  const missing = parts.filter((_, i) => !listening[i])
  if (missing.length === 0) return null
  const reason = `${missing.join(', ')} not running: npm run stack -- up`
  if (process.env.CI === 'true') throw new Error(reason)
  return reason
}

const listensAt = ({ port, hostname }: URL): Promise<boolean> => listens(Number(port), hostname)

/** Whether something takes connections there. */
export async function listens(port: number, hostname = '127.0.0.1'): Promise<boolean> {
  const socket = connect(port, hostname)
  socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('no answer')))
  try {
    await once(socket, 'connect')
    return true
  } catch {
    // Refused or silent: either way the part is not there, and the caller says so by name.
    return false
  } finally {
    socket.destroy()
  }
}
