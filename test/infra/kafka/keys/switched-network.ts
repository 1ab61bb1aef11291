import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { KafkaSettings } from '../../../../infra/kafka/kafka-settings.ts'
import { realKafka } from '../kafka-settings.ts'

/** `cut`: connections break and none can be made; `silent`: they stay, and nothing gets through (half-open). */
export type NetworkState = 'up' | 'cut' | 'silent'

export interface SwitchedNetwork {
  readonly settings: KafkaSettings
  set(state: NetworkState): void
  close(): void
}

/** The broker's advertised address on the wire: its host, then its port as int32. */
function addressBytes(host: string, port: number): Buffer {
  const bytes = Buffer.from(`${host}\0\0\0\0`)
  bytes.writeInt32BE(port, host.length)
  return bytes
}

/** The real broker behind a network that the test switches: a relay that puts its own port where the broker states its own. */
export async function switchedNetwork(): Promise<SwitchedNetwork> {
  const real = realKafka()
  const [host, brokerPort] = real.brokers[0]!.split(':') as [string, string]
  const open = new Set<Socket>()
  let state: NetworkState = 'up'
  let advertise = (bytes: Buffer): Buffer => bytes
  const relay = createServer((near) => {
    if (state === 'cut') return void near.destroy()
    const far = connect(Number(brokerPort), host)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('data', (bytes) => {
        if (state === 'up') to.write(from === far ? advertise(bytes) : bytes)
      })
      // What a broken connection says is no news: its other side is told by being closed.
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const { port } = relay.address() as AddressInfo
  const [told, instead] = [addressBytes(host, Number(brokerPort)), addressBytes(host, port)]
  advertise = (bytes) => {
    const at = bytes.indexOf(told)
    if (at >= 0) instead.copy(bytes, at)
    return bytes
  }
  const breakAll = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    settings: { ...real, brokers: [`127.0.0.1:${port}`] },
    set(next) {
      // Bytes were lost in a silent connection, so it can never be used again; its client has to find out by itself.
      if (next === 'cut') breakAll()
      state = next
    },
    close() {
      // A connection that is being made now is not taken any more.
      state = 'cut'
      relay.close()
      breakAll()
    },
  }
}
