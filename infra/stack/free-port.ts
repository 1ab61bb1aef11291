import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

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
  } finally {
    await Promise.all([...held.values()].map(closed))
  }
  const ports = [...held.keys()]
  await Promise.all(ports.map(untilRefused))
  return ports
}

/**
 * Between fork and exec a child that another thread starts holds every socket of this process, also one that is closed here
 * meanwhile. So what is taken is looked at again, and what was held is given once nothing answers on it.
 */
const LOOKS = 10
const LOOK_EVERY_MS = 50

/** Whether something listens on a port of this machine. */
export async function isPortTaken(port: number): Promise<boolean> {
  for (let look = 1; ; look += 1) {
    const server = await listening(port)
    if (server !== null) {
      await closed(server)
      return false
    }
    if (look === LOOKS) return true
    await pause(LOOK_EVERY_MS)
  }
}

/** Connects instead of listening: that leaves nothing which the next fork could hold. */
async function untilRefused(port: number): Promise<void> {
  for (let look = 1; look <= LOOKS && (await isAnswered(port)); look += 1) await pause(LOOK_EVERY_MS)
}

async function isAnswered(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Reset: it was taken for a moment, and the last who held it has let go.
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return code === 'ECONNRESET'
    throw error
  } finally {
    socket.destroy()
  }
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
