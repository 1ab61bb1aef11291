import { connect, type Socket } from 'node:net'

/** A TCP connection on which a test writes its own bytes. */
export interface RawSocket {
  readonly socket: Socket
  /** All that was received so far. */
  received(): string
  /** Resolves once what was received satisfies `done`; rejects after `deadlineMs`. */
  until(done: (received: string) => boolean, deadlineMs?: number): Promise<string>
  readonly closed: Promise<void>
}

export async function openRawSocket(port: number): Promise<RawSocket> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  let check = (): void => undefined
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    text += chunk
    check()
  })
  socket.on('error', () => check())
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      check()
      resolve()
    })
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    received: () => text,
    closed,
    until: (done, deadlineMs = 10_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`not received in time; so far: ${text}`)), deadlineMs)
        check = () => {
          if (!done(text)) return
          clearTimeout(timer)
          resolve(text)
        }
        check()
      }),
  }
}
