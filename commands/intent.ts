import type { Command, Envelope } from '../domain/command.ts'
import type { DerivedIds } from '../domain/ids.ts'
import type { Scope } from '../domain/names.ts'
import type { Embedding } from '../domain/vector/embedding.ts'
import type { DataKey, SealContext } from './ports/vault.ts'

/** What the edge adds to a request: ids, time, and the key to seal with. */
export interface Assigned extends DerivedIds {
  readonly envelope: Envelope
  readonly key: DataKey
  /** Of the intent's text, when an embedder is in use and answered. */
  readonly vector: Embedding | undefined
  sealContext(type: Command['type']): SealContext
}

/** A validated request on its way into the log. */
export interface Intent {
  /** Distinguishes operations in ids: the same key on another route is another command. */
  readonly route: string
  readonly scope: Scope
  /** Data subject whose key it is under; `null`: the namespace's own. */
  readonly subject: string | null
  /** What was asked, for the `request` HMAC: nothing that the edge assigned. */
  readonly request: object
  /** What is to be embedded; absent: nothing. */
  readonly text?: string
  /** The memory that the answer names; `null`: the one that the command makes. */
  readonly about: string | null
  command(assigned: Assigned): Command
}
