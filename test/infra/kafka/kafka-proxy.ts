import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../../../infra/stack/free-port.ts'
import { eventually } from '../../support/eventually.ts'

const ADVERTISED_HOST = Buffer.from('127.0.0.1')

/** What the proxy does with bytes: pass them on, or drop those of one direction, or of both, with the connection left open. */
export type ProxyMode = 'pass' | 'drop-answers' | 'drop-all'

/**
 * Stands between a client and one broker on loopback. Answers in which the broker advertises its own port name the proxy's
 * instead, so that a client stays behind it.
 */
export class KafkaProxy {
  mode: ProxyMode = 'pass'
  /** Answers that were dropped so far. */
  droppedAnswers = 0
  /** Connections that clients made so far. */
  accepted = 0
  readonly #brokerPort: number
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #port = 0

  constructor(brokerPort: number) {
    this.#brokerPort = brokerPort
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Listens, on the same port as before when it had one. */
  async listen(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort()
    // A process that another thread starts may still hold the socket that was closed here.
    this.#server = await eventually(async () => {
      const server = createServer((client) => this.#join(client)).listen(this.#port, '127.0.0.1')
      await once(server, 'listening')
      return server
    })
  }

  /** Cuts every connection and refuses new ones, as a broker that went away. */
  async refuse(): Promise<void> {
    this.cut()
    const server = this.#server
    this.#server = null
    if (server === null) return
    server.close()
    await once(server, 'close')
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  #join(client: Socket): void {
    this.accepted += 1
    const broker = connect(this.#brokerPort, '127.0.0.1')
    for (const socket of [client, broker]) {
      this.#sockets.add(socket)
      // Cutting is what the tests do; either end's reset ends the other.
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        client.destroy()
        broker.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (this.mode !== 'drop-all') broker.write(bytes)
    })
    broker.on('data', (bytes) => {
      if (this.mode === 'pass') client.write(this.#advertised(bytes))
      else this.droppedAnswers += 1
    })
  }

  /** A host is a length-prefixed string, its port an int32 behind it: as long with another port. */
  #advertised(bytes: Buffer): Buffer {
    const from = Buffer.concat([ADVERTISED_HOST, int32(this.#brokerPort)])
    const at = bytes.indexOf(from)
    if (at === -1) return bytes
    const changed = Buffer.from(bytes)
    int32(this.#port).copy(changed, at + ADVERTISED_HOST.length)
    return changed
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
