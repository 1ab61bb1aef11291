import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { ExecutionContext } from 'ava'
import type { Certificates } from './certificates.ts'

/** How a client asks for TLS. `postgres`: by a first message in clear, which is answered (protocol 3.0, SSLRequest). */
export type TlsOpening = 'at once' | 'postgres'

/** Of an SSLRequest: its length, and the code in place of a protocol version. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/** A real part behind TLS, as managed ones stand: what is decrypted goes to `target` on 127.0.0.1. Returns its port on localhost. */
export async function tlsFront(
  t: ExecutionContext,
  target: number,
  opening: TlsOpening,
  { keyFile, certificateFile }: Certificates,
): Promise<number> {
  const secureContext = createSecureContext({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) })
  const open = new Set<Socket>()
  const server = createServer(async (socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    if (opening === 'postgres') {
      const [first] = (await once(socket, 'data')) as [Buffer]
      if (!first.equals(SSL_REQUEST)) return void socket.destroy()
      socket.write('S')
    }
    const near = new TLSSocket(socket, { isServer: true, secureContext })
    const far = connect(target, '127.0.0.1')
    open.add(far)
    // A client that trusts nobody ends the handshake: that is what it is for.
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
