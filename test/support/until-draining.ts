import { once } from 'node:events'
import { connect } from 'node:net'
import { eventually } from './eventually.ts'

/** Resolves once a server takes no more connections: it was told to end, and answers what is in flight. */
export async function untilDraining(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  await eventually(async () => {
    const socket = connect(Number(port), hostname)
    const isTaken = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isTaken) throw new Error('it still takes connections')
  })
}
