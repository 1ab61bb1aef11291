import { lengthPrefixed } from '../length-prefixed.ts'
import type { ChainName } from './audit-topics.ts'

/**
 * What is signed: a chain had this value after this offset. `trim`: what stands at and before the offset was taken away
 * on purpose, so the chain is verified from here on.
 */
export interface AnchorStatement extends ChainName {
  readonly kind: 'anchor' | 'trim'
  readonly offset: number
  /** 32 bytes. */
  readonly chain: Uint8Array
  /** Records from the chain's beginning up to here, those that were trimmed too. */
  readonly entries: number
  /** Milliseconds since 1970. */
  readonly signedAt: number
  /** Of the key that signed. */
  readonly keyId: string
}

export interface SignedAnchor extends AnchorStatement {
  /** Ed25519 over {@link anchorBytes}. */
  readonly signature: Uint8Array
}

/** The bytes that are signed. They hold everything: an anchor of another chain, offset or kind is another text. */
export const anchorBytes = (anchor: AnchorStatement): Buffer =>
  lengthPrefixed(
    'somabrain/audit-anchor/1',
    anchor.kind,
    anchor.topic,
    String(anchor.partition),
    String(anchor.offset),
    anchor.chain,
    String(anchor.entries),
    String(anchor.signedAt),
    anchor.keyId,
  )

/** The record key of a chain's anchors. */
export const anchorKey = ({ topic, partition }: ChainName): Buffer => lengthPrefixed(topic, String(partition))
