import { openRawSocket } from './raw-socket.ts'

const HEAD = [
  'POST /remember/batch HTTP/1.1',
  'host: localhost',
  'content-type: application/x-ndjson',
  'transfer-encoding: chunked',
]

/** An import whose lines the test sends one by one, and which ends when the test says so. */
export async function openImport(port: number) {
  const client = await openRawSocket(port)
  client.socket.write(`${HEAD.join('\r\n')}\r\n\r\n`)
  return {
    ...client,
    send: (line: string) => client.socket.write(`${(Buffer.byteLength(line) + 1).toString(16)}\r\n${line}\n\r\n`),
    end: () => client.socket.write('0\r\n\r\n'),
  }
}
