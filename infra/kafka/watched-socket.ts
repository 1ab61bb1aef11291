import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ISocketFactory } from 'kafkajs'

const KEEP_ALIVE_MS = 30_000
const LOOK_EVERY_MS = 500

/**
 * Makes sockets that end with an error when something was sent and nothing at all came back for `silenceMs`.
 *
 * kafkajs 2.2.4 lets a request time out and keeps its connection: behind a half-open connection (a peer that vanished
 * without a FIN) it sends into the void until TCP gives up, a quarter of an hour later. `socket.setTimeout` does not help,
 * because what kafkajs goes on sending counts as activity.
 */
export function watchedSockets(silenceMs: number): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket = ssl ? connectTls({ host, port, ...name, ...ssl }, onConnect) : connect({ host, port }, onConnect)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    watch(socket, silenceMs)
    return socket
  }
}

function watch(socket: Socket, silenceMs: number): void {
  let read = 0
  let writtenWhenHeard = 0
  let silentSince: number | null = null
  const look = setInterval(() => {
    if (socket.bytesRead !== read || socket.bytesWritten === writtenWhenHeard) {
      read = socket.bytesRead
      writtenWhenHeard = socket.bytesWritten
      silentSince = null
      return
    }
    silentSince ??= performance.now()
    if (performance.now() - silentSince < silenceMs) return
    socket.destroy(new Error(`no answer for ${silenceMs} ms`))
  }, LOOK_EVERY_MS)
  look.unref()
  socket.once('close', () => clearInterval(look))
}
