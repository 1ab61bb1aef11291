import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import test from 'ava'
import { freePort, freePorts, isPortTaken } from '../../../infra/stack/free-port.ts'
import { hostPorts } from '../../../infra/stack/host-ports.ts'

test('ports are free, each another, and none that the kernel gives to whoever connects somewhere', async (t) => {
  const ports = await freePorts(200)
  t.is(new Set(ports).size, 200)
  for (const port of ports) t.false(await isPortTaken(port))
  const [firstGiven] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number)
  t.deepEqual(
    ports.filter((port) => port >= firstGiven!),
    [],
  )
  t.deepEqual(
    hostPorts.filter(({ port }) => ports.includes(port)),
    [],
  )
})

test('a port that something listens on is taken, until it listens no more', async (t) => {
  const port = await freePort()
  const server = createServer().listen(port, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.true(await isPortTaken(port))
  await new Promise((resolve) => server.close(resolve))
  t.false(await isPortTaken(port))
})
