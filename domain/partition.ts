import { lengthPrefixed, splitLengthPrefixed } from './length-prefixed.ts'
import { isName, type Scope } from './names.ts'

/** Partitions of `memory.commands`. Chosen once: another count would move namespaces between partitions. */
export const PARTITIONS = 12

/** The record key of everything that happens to one namespace. */
export const partitionKey = (scope: Scope): Buffer => lengthPrefixed(scope.tenant, scope.namespace)

export function scopeOfKey(key: Uint8Array): Scope | null {
  const parts = splitLengthPrefixed(key)
  if (parts?.length !== 2) return null
  const [tenant, namespace] = [parts[0]!.toString('utf8'), parts[1]!.toString('utf8')]
  return isName(tenant) && isName(namespace) ? { tenant, namespace } : null
}

/** The partition that Kafka's default partitioner gives a keyed record, so that the embedded log and Kafka agree. */
export const partitionOf = (key: Uint8Array): number => (murmur2(key) & 0x7fffffff) % PARTITIONS

/** Austin Appleby's MurmurHash2, 32 bit, with the seed of Kafka's Java client (org.apache.kafka.common.utils.Utils). */
export function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995
  let h = 0x9747b28c ^ bytes.length
  const whole = bytes.length & ~3
  for (let i = 0; i < whole; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    k = Math.imul(k, m)
    k = Math.imul(k ^ (k >>> 24), m)
    h = Math.imul(h, m) ^ k
  }
  const rest = bytes.length - whole
  if (rest >= 3) h ^= bytes[whole + 2]! << 16
  if (rest >= 2) h ^= bytes[whole + 1]! << 8
  if (rest >= 1) h = Math.imul(h ^ bytes[whole]!, m)
  h = Math.imul(h ^ (h >>> 13), m)
  return h ^ (h >>> 15)
}
