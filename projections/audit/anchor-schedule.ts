import { type AnchorStatement, anchorBytes, type SignedAnchor } from '../../domain/audit/anchor.ts'
import { type ChainName, chainText } from '../../domain/audit/audit-topics.ts'
import type { AuditCheckpoint } from './ports/audit-store.ts'

/** Signs with the operator's key. */
export interface AuditSigner {
  readonly keyId: string
  sign(bytes: Uint8Array): Uint8Array
}

export interface AnchorScheduleDeps {
  readonly signer: AuditSigner
  /** Appends to `audit.events`, durably. */
  readonly publish: (anchors: readonly SignedAnchor[]) => Promise<void>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Records of a chain after which it is anchored. */
  readonly everyEntries: number
  /** How long a chained record waits for an anchor at most, milliseconds. */
  readonly everyMs: number
}

interface Waiting {
  readonly name: ChainName
  readonly checkpoint: AuditCheckpoint
  /** When the first record came that no anchor covers yet. */
  readonly since: number
}

export const signAnchor = (signer: AuditSigner, statement: Omit<AnchorStatement, 'keyId'>): SignedAnchor => {
  const anchor = { ...statement, keyId: signer.keyId }
  return { ...anchor, signature: signer.sign(anchorBytes(anchor)) }
}

/**
 * When chains are anchored: after so many records, or so long after the first that no anchor covers. An anchor that could
 * not be published is covered by the next one, and one that is published twice says the same twice, so nothing is kept.
 */
export class AnchorSchedule {
  readonly #deps: AnchorScheduleDeps
  readonly #anchored = new Map<string, number>()
  readonly #waiting = new Map<string, Waiting>()
  #publishing: Promise<void> = Promise.resolve()

  constructor(deps: AnchorScheduleDeps) {
    this.#deps = deps
  }

  chained(name: ChainName, checkpoint: AuditCheckpoint): void {
    const key = chainText(name)
    const since = this.#waiting.get(key)?.since ?? this.#deps.now()
    this.#waiting.set(key, { name, checkpoint, since })
  }

  /** Anchors what is due; everything that waits with `all`. Rejects when it could not be published: it stays due. */
  async anchor(all = false): Promise<number> {
    await this.#publishing.catch(() => {})
    const due = [...this.#waiting.values()].filter((waiting) => all || this.#isDue(waiting))
    if (due.length === 0) return 0
    const signedAt = this.#deps.now()
    const anchors = due.map(({ name, checkpoint: { offset, chain, entries } }) =>
      signAnchor(this.#deps.signer, { kind: 'anchor', ...name, offset, chain, entries, signedAt }),
    )
    this.#publishing = this.#deps.publish(anchors)
    await this.#publishing
    for (const waiting of due) this.#published(waiting)
    return anchors.length
  }

  #isDue({ name, checkpoint, since }: Waiting): boolean {
    const fresh = checkpoint.entries - (this.#anchored.get(chainText(name)) ?? 0)
    return fresh >= this.#deps.everyEntries || this.#deps.now() - since >= this.#deps.everyMs
  }

  #published({ name, checkpoint }: Waiting): void {
    const key = chainText(name)
    this.#anchored.set(key, checkpoint.entries)
    // What was chained while it was published waits from now on.
    const waiting = this.#waiting.get(key)
    if (waiting?.checkpoint.offset === checkpoint.offset) this.#waiting.delete(key)
    else if (waiting !== undefined) this.#waiting.set(key, { ...waiting, since: this.#deps.now() })
  }
}
