import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP proxy that a test can make silent: connections stay open and accepted, and nothing passes. */
export interface TcpProxy {
  readonly port: number
  /** Bytes of every connection, present and future, stop in both directions. */
  silence(): void
  /** Bytes pass again, those that were held back first. */
  resume(): void
  /** Ends every connection with a reset; new ones are taken. */
  cut(): void
  close(): Promise<void>
}

/** Maps what one connection's target sends, piece by piece; it may hold bytes back and give them with a later piece. */
export type MapBytes = (bytes: Buffer) => Buffer

export interface TcpProxyOptions {
  /** For each connection, how the target's bytes are changed; it is given the proxy's own port. */
  readonly mapAnswers?: (ownPort: number) => MapBytes
}

export async function startTcpProxy(
  target: { readonly host: string; readonly port: number },
  { mapAnswers = () => (bytes) => bytes }: TcpProxyOptions = {},
): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let silent = false
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A peer that resets is what some tests are about; its other half is destroyed below.
    socket.on('error', () => socket.destroy())
  }
  const forward = (from: Socket, to: Socket, map: MapBytes = (bytes) => bytes): void => {
    from.on('data', (bytes) => {
      const passed = map(bytes)
      if (passed.length > 0 && !to.write(passed)) from.pause()
    })
    to.on('drain', () => {
      if (!silent) from.resume()
    })
    from.once('close', () => to.destroy())
    if (silent) from.pause()
  }
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host)
    for (const socket of [client, upstream]) keep(socket)
    forward(client, upstream)
    forward(upstream, client, mapAnswers(ownPort()))
  })
  const ownPort = (): number => (server.address() as AddressInfo).port
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: ownPort(),
    silence() {
      silent = true
      for (const socket of sockets) socket.pause()
    },
    resume() {
      silent = false
      for (const socket of sockets) socket.resume()
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
