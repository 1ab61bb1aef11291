import type { ErasePart } from './erasure/erasure.ts'
import type { JsonObject } from './json.ts'
import type { Embedding } from './vector/embedding.ts'

/**
 * What happened, as it is written to the log. Instants are milliseconds since 1970 (UTC), ids are lower-case UUID text.
 * Whatever a fold needs and is no function of the log (ids, times, principal) stands in the command: folds are pure.
 */
export type Command =
  | Genesis
  | Remember
  | Forget
  | Restore
  | Link
  | Unlink
  | Reinforce
  | Embed
  | ConfigureNamespace
  | Erase
  | Attest

export type CommandType = Command['type']

/** Offset 0 of every partition, and again after a restore: opens a generation of the log. */
export interface Genesis {
  readonly type: 'Genesis'
  readonly commandId: string
  readonly recordedAt: number
  /** 64 random bits, 16 hex digits. */
  readonly generation: string
}

/** What every command about a namespace carries in clear. Tenant and namespace are the record's key. */
export interface Envelope {
  readonly commandId: string
  readonly recordedAt: number
  /** Who asked, as the verified credential says. */
  readonly principal: string
  /** The data key under which `requestHmac` was made (and the sealed part, where there is one). */
  readonly keyId: string
  /** HMAC of the validated request: tells a repeated request from another one under the same id. 32 bytes. */
  readonly requestHmac: Uint8Array
}

export type Kind = 'episodic' | 'semantic' | 'procedural'
export const KINDS: readonly Kind[] = ['episodic', 'semantic', 'procedural']

/** A typed edge from the memory that states it. */
export interface LinkTarget {
  readonly rel: string
  readonly target: string
}

export interface Remember extends Envelope {
  readonly type: 'Remember'
  readonly memoryId: string
  readonly kind: Kind
  readonly occurredAt: number
  /** Thousandths, 0–1000. */
  readonly importance: number
  readonly ttlSeconds: number | null
  /** The memory that this one corrects. */
  readonly supersedes: string | null
  readonly links: readonly LinkTarget[]
  /** HMAC of the normalised content under the data key. 32 bytes. */
  readonly contentHmac: Uint8Array
  /** Characters (code points) of the content. */
  readonly contentLength: number
  /** Model of the vector inside the seal, when there is one. */
  readonly vectorModel?: string
  /**
   * HMACs, as `contentHmac`, of what it says again: when memories under the same key say all of that, it is not stored.
   * Absent: it is new, whatever is stored.
   */
  readonly repeats?: readonly Uint8Array[]
  /** The sealed {@link RememberSecret}: version ‖ nonce ‖ ciphertext ‖ tag. */
  readonly sealed: Uint8Array
}

/** What only the holder of the data key can read. */
export interface RememberSecret {
  readonly content: string
  readonly metadata: JsonObject
  readonly tags: readonly string[]
  readonly author: string | null
  readonly runId: string | null
  readonly userId: string | null
  readonly agentId: string | null
  /** The data subject, who may ask for erasure; `null` for the namespace itself. */
  readonly subject: string | null
  /** Of the content, when an embedder was in use and answered. */
  readonly vector?: Embedding
}

export interface Forget extends Envelope {
  readonly type: 'Forget'
  readonly memoryIds: readonly string[]
}

export interface Restore extends Envelope {
  readonly type: 'Restore'
  readonly memoryIds: readonly string[]
}

export interface Link extends Envelope {
  readonly type: 'Link'
  readonly from: string
  readonly rel: string
  readonly to: string
}

export interface Unlink extends Envelope {
  readonly type: 'Unlink'
  readonly from: string
  readonly rel: string
  readonly to: string
}

/** A recalled memory was used. */
export interface Reinforce extends Envelope {
  readonly type: 'Reinforce'
  readonly memoryId: string
  readonly useful: boolean
}

/** A vector of a stored memory, added after it was remembered. */
export interface Embed extends Envelope {
  readonly type: 'Embed'
  readonly memoryId: string
  /** The embedder that made the vector. */
  readonly model: string
  /** The sealed {@link Embedding}, under the data key of the memory. */
  readonly sealed: Uint8Array
}

export type RankingProfile = 'auto' | 'dialogue' | 'notes'

export interface ConfigureNamespace extends Envelope {
  readonly type: 'ConfigureNamespace'
  /** BCP 47 primary language of the texts, or `null` to leave it as it is. */
  readonly language: string | null
  readonly profile: RankingProfile | null
}

/** Erases a data subject in this namespace: what stands under the named keys is a tombstone, at any offset. */
export interface Erase extends Envelope {
  readonly type: 'Erase'
  /** Of the whole erasure: its parts in other namespaces name the same. */
  readonly receiptId: string
  /** Every data key that the subject ever had here, rivals too. */
  readonly keyIds: readonly string[]
  /** The whole erasure, this part included, so that any process can append what is missing of it. */
  readonly parts: readonly ErasePart[]
}

/** States that an erasure is complete. */
export interface Attest extends Envelope {
  readonly type: 'Attest'
  readonly receiptId: string
  /** The signed receipt as JSON. */
  readonly document: string
}

/**
 * The data key that must be known, or marked destroyed, wherever the record is; `null`: there is none. An `Erase` seals nothing, and
 * one that a ledger repeats in a restored log names a key that was made, and lost, behind what was restored.
 */
export const neededKey = (command: Command): string | null =>
  command.type === 'Genesis' || command.type === 'Erase' ? null : command.keyId
