import type { CommandType } from '../../domain/command.ts'
import type { Scope } from '../../domain/names.ts'

/** What a seal is bound to besides its key: it opens nowhere else. */
export interface SealContext extends Scope {
  readonly keyId: string
  readonly commandId: string
  readonly memoryId: string
  /** `Factor`: an exposure's encoding, which working memory keeps. */
  readonly type: CommandType | 'Factor'
}

/** An opened data key: seals, and makes the HMACs of its subject. */
export interface DataKey {
  /** 16 bytes as hex. */
  readonly keyId: string
  /** version ‖ nonce ‖ ciphertext ‖ tag (AES-256-GCM). */
  seal(context: SealContext, plaintext: Uint8Array): Buffer
  /** 32 bytes: tells a repeated request from another one. */
  requestHmac(canonicalRequest: string): Buffer
  /** 32 bytes: recognises the same content of the same subject. */
  contentHmac(normalisedContent: string): Buffer
}

/** The command side's door to keys. */
export interface Vault {
  /** The current data key of a subject (`null`: the namespace itself); made, durably, at its first use. */
  dataKey(scope: Scope, subject: string | null): Promise<DataKey>
}
