/**
 * Wraps data keys and index keys, so that whoever has the stores alone has no key. The local master key is one; a key
 * service (a cloud's KMS, an HSM) is another: it is asked once for each key that a process opens or makes.
 */
export interface KeyWrapper {
  /** Bound to its label and context: what was wrapped for one slot unwraps for no other. */
  wrap(label: string, context: readonly string[], key: Uint8Array): Uint8Array | Promise<Uint8Array>
  /** Throws, or rejects, when the bytes were wrapped by a key that it has not, for another context, or were altered. */
  unwrap(label: string, context: readonly string[], wrapped: Uint8Array): Uint8Array | Promise<Uint8Array>
  /** Whether the bytes were wrapped by the key that wraps now, and not by one before it. */
  isCurrent(wrapped: Uint8Array): boolean
}
