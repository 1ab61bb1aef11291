import { once } from 'node:events'
import { connect } from 'node:net'

const TIMEOUT_MS = 3_000

/**
 * Sends `request` to a port of this machine; answers with the first `length` bytes that come back, or with what there was
 * when the other side closed. `null` when nobody listens or nothing comes within 3 s.
 */
export async function exchange(port: number, request: Buffer, length: number): Promise<Buffer | null> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')))
  try {
    await once(socket, 'connect')
    socket.write(request)
    for await (const chunk of socket) {
      chunks.push(chunk as Buffer)
      if (Buffer.concat(chunks).length >= length) break
    }
    return Buffer.concat(chunks)
  } catch {
    // Refused, reset or silent: the part does not answer, and the caller says which.
    return null
  } finally {
    socket.destroy()
  }
}
