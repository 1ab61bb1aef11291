import { hash } from 'node:crypto'
import type { Scope } from './names.ts'
import { partitionKey } from './partition.ts'

const SHARD_DIGITS = 8

/**
 * A namespace's shard: the first 32 bits, in hex, of the SHA-256 of tenant and namespace, each preceded by its length.
 * It never changes, so that whatever hashes on it sends a namespace to the same process.
 */
export const shardOf = (scope: Scope): string => hash('sha256', partitionKey(scope)).slice(0, SHARD_DIGITS)
