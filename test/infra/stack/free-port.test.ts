import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { Worker } from 'node:worker_threads'
import test, { type ExecutionContext } from 'ava'
import { freePorts, isPortTaken } from '../../../infra/stack/free-port.ts'
import { hostPorts } from '../../../infra/stack/host-ports.ts'

/** Few ports, in none of the ranges that any other test or the kernel takes from; the tests below take turns with them. */
const FEW = { first: 9_600, last: 9_639 }

test.serial('ports are each another, and none that the kernel gives to whoever connects somewhere', async (t) => {
  const ports = await freePorts(200)
  t.is(new Set(ports).size, 200)
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

test.serial('no port that something listens on is given', async (t) => {
  const held = await freePorts(20, FEW)
  await Promise.all(held.map((port) => listenOn(t, port)))
  const given = await freePorts(10, FEW)
  t.is(new Set(given).size, 10)
  t.deepEqual(
    given.filter((port) => held.includes(port)),
    [],
  )
})

test.serial('a port that something listens on is taken, until it listens no more', async (t) => {
  const [port] = await freePorts(1, FEW)
  const server = await listenOn(t, port!)
  t.true(await isPortTaken(port!))
  await new Promise((resolve) => server.close(resolve))
  t.false(await isPortTaken(port!))
})

test.serial('ports are free while other threads start processes, which hold what is open at that moment', async (t) => {
  // Told to, and not terminated: who ends its thread never hears of its processes' end.
  const source = `const { spawn } = require('node:child_process')
    const { parentPort } = require('node:worker_threads')
    let on = true
    const again = () => on && spawn('true').on('close', again)
    parentPort.once('message', () => (on = false))
    for (let i = 0; i < 4; i++) again()`
  const workers = [1, 2].map(() => new Worker(source, { eval: true }))
  t.teardown(() => {
    for (const worker of workers) worker.postMessage('enough')
    return Promise.all(workers.map((worker) => once(worker, 'exit')))
  })
  await Promise.all(workers.map((worker) => once(worker, 'online')))
  for (let round = 0; round < 20; round += 1) {
    const servers = await Promise.all((await freePorts(20, FEW)).map((port) => listenOn(t, port)))
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  }
  t.pass()
})

/** Closed with the test, whatever becomes of it: a thread that listens does not end. */
async function listenOn(t: ExecutionContext, port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  return server
}
