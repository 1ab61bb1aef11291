import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Kernels give ports from 32768 up (Linux) to whoever connects somewhere, also one that a process has left for a moment to
 * be started again; and 30000 up are this project's documented ones.
 */
const LEFT_ALONE = { first: 10_000, last: 29_999 }

/** A port of the loopback interface that nothing listens on now, and that no outgoing connection is given. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port!
}

/** Several of them, each another: all are held until the last is found. A range that has fewer is asked for ever. */
export async function freePorts(count: number, { first, last } = LEFT_ALONE): Promise<number[]> {
  const held = new Map<number, Server>()
  try {
    while (held.size < count) {
      const port = randomInt(first, last + 1)
      const server = await listening(port)
      if (server !== null) held.set(port, server)
    }
    return [...held.keys()]
  } finally {
    await Promise.all([...held.values()].map(closed))
  }
}

/** Whether something listens on a port of this machine. */
export async function isPortTaken(port: number): Promise<boolean> {
  const server = await listening(port)
  if (server !== null) await closed(server)
  return server === null
}

/** A server on the port, or `null` when the port has one already. */
async function listening(port: number): Promise<Server | null> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null
    throw error
  }
}

async function closed(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
