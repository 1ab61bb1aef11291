import type { MapBytes } from '../../support/tcp-proxy.ts'

const LENGTH_BYTES = 4

/**
 * Brokers tell their clients where to connect next (Metadata, FindCoordinator), past any proxy. This puts the proxy's port
 * in place of the broker's wherever an answer names the broker: host as a string, then the port as int32, as all versions
 * up to the flexible ones have it, and kafkajs 2.2.4 speaks no flexible version of either.
 */
export function redirectKafka(host: string, brokerPort: number, proxyPort: number): MapBytes {
  const address = addressBytes(host, brokerPort)
  const ours = addressBytes(host, proxyPort)
  let held: Buffer[] = []
  let heldBytes = 0
  let wanted = LENGTH_BYTES
  return (bytes) => {
    held.push(bytes)
    heldBytes += bytes.length
    if (heldBytes < wanted) return Buffer.alloc(0)
    const all = Buffer.concat(held)
    let end = 0
    while (all.length - end >= LENGTH_BYTES) {
      const frame = end + LENGTH_BYTES + all.readUInt32BE(end)
      if (frame > all.length) break
      end = frame
    }
    const rest = all.subarray(end)
    held = [rest]
    heldBytes = rest.length
    wanted = rest.length < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + rest.readUInt32BE(0)
    const whole = all.subarray(0, end)
    for (let at = whole.indexOf(address); at !== -1; at = whole.indexOf(address, at + 1)) ours.copy(whole, at)
    return whole
  }
}

function addressBytes(host: string, port: number): Buffer {
  const bytes = Buffer.alloc(2 + host.length + 4)
  bytes.writeInt16BE(host.length, 0)
  bytes.write(host, 2, 'ascii')
  bytes.writeInt32BE(port, 2 + host.length)
  return bytes
}
