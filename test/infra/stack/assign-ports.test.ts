import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { assignPorts } from '../../../infra/stack/assign-ports.ts'
import { freePorts } from '../../../infra/stack/free-port.ts'
import { hostPorts } from '../../../infra/stack/host-ports.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

/** Something that listens on a port until the test ends. */
async function occupy(t: ExecutionContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : t.fail('no port')
}

/** Every service on a port that is free now, so that this machine's real stack plays no part. */
async function elsewhere(): Promise<Record<string, string>> {
  const ports = await freePorts(hostPorts.length)
  return Object.fromEntries(hostPorts.map(({ variable }, i) => [variable, String(ports[i])]))
}

test('free ports stay, and .env and ports.json say them', async (t) => {
  const root = temporaryFolder(t)
  const variables = await elsewhere()
  const assigned = await assignPorts(root, variables, () => false)
  t.true(assigned.every(({ movedFrom }) => movedFrom === null))
  t.deepEqual({ ...parseEnv(readFileSync(join(root, '.env'), 'utf8')) }, variables)
  const ports = JSON.parse(readFileSync(join(root, 'ports.json'), 'utf8'))
  t.deepEqual(
    Object.entries(ports),
    hostPorts.map(({ service, variable }) => [service, Number(variables[variable])]),
  )
})

test('a port that something else has moves to a free one from 30000 up, once', async (t) => {
  const root = temporaryFolder(t)
  const taken = await occupy(t)
  const variables = { ...(await elsewhere()), REDIS_HOST_PORT: String(taken) }
  const first = await assignPorts(root, variables, () => false)
  const redis = first.find(({ service }) => service === 'redis')
  t.is(redis?.movedFrom, taken)
  t.true(redis!.port >= 30_000 && redis!.port !== taken)
  t.is(new Set(first.map(({ port }) => port)).size, hostPorts.length)
  const again = await assignPorts(root, parseEnv(readFileSync(join(root, '.env'), 'utf8')), () => false)
  t.is(again.find(({ service }) => service === 'redis')?.port, redis?.port)
})

test('a port that a part of this checkout has stays', async (t) => {
  const root = temporaryFolder(t)
  const taken = await occupy(t)
  const variables = { ...(await elsewhere()), KAFKA_BROKER_HOST_PORT: String(taken) }
  const assigned = await assignPorts(root, variables, ({ service }) => service === 'kafka')
  t.is(assigned.find(({ service }) => service === 'kafka')?.port, taken)
})

test('other lines of .env stay, and nobody else can read it', async (t) => {
  const root = temporaryFolder(t)
  writeFileSync(join(root, '.env'), 'POSTGRES_PASSWORD=kept\nREDIS_HOST_PORT=1\n# a remark\n', { mode: 0o600 })
  const variables = await elsewhere()
  await assignPorts(root, variables, () => false)
  const text = readFileSync(join(root, '.env'), 'utf8')
  t.true(text.startsWith('POSTGRES_PASSWORD=kept\n# a remark\n'))
  t.is(parseEnv(text).REDIS_HOST_PORT, variables.REDIS_HOST_PORT)
  t.is(statSync(join(root, '.env')).mode & 0o777, 0o600)
})
