import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { watchedSockets } from '../../../infra/kafka/watched-socket.ts'

const SILENCE_MS = 600

async function connectTo(t: ExecutionContext, answer: (peer: Socket) => void): Promise<Socket> {
  const server = createServer((peer) => {
    // The end that is given up resets the other, at any moment.
    peer.on('error', () => peer.destroy())
    answer(peer)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = watchedSockets(SILENCE_MS)({ host: '127.0.0.1', port, ssl: false, onConnect: () => {} } as never)
  await once(socket, 'connect')
  t.teardown(() => {
    socket.destroy()
    server.close()
  })
  return socket
}

test('a connection on which nothing answers ends with an error, although it is written to all the time', async (t) => {
  const socket = await connectTo(t, (peer) => peer.resume())
  const writing = setInterval(() => socket.write('ping'), 50)
  t.teardown(() => clearInterval(writing))
  const [error] = (await once(socket, 'error')) as [Error]
  t.is(error.message, `no answer for ${SILENCE_MS} ms`)
})

test('a connection that answers, or that nothing was sent on, is left alone', async (t) => {
  const answering = await connectTo(t, (peer) => peer.on('data', (bytes) => peer.write(bytes)))
  const idle = await connectTo(t, (peer) => peer.resume())
  const silent = await connectTo(t, (peer) => peer.resume())
  const writing = setInterval(() => answering.write('ping'), 50)
  t.teardown(() => clearInterval(writing))
  answering.resume()
  // As long as it takes until the third, which is written to once and never answered, is given up.
  silent.write('ping')
  await once(silent, 'error')
  t.false(answering.destroyed)
  t.false(idle.destroyed)
})
