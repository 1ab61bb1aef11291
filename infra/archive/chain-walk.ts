import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import { type ChainName, chainText } from '../../domain/audit/audit-topics.ts'
import { chainNextPacked, chainStart, type PackedRecord } from '../../domain/audit/chain.ts'

/** Recomputes the chain of a partition along its records, and compares it with every anchor on the way. */
export class ChainWalk {
  readonly #name: ChainName
  readonly #anchors: ReadonlyMap<number, readonly SignedAnchor[]>
  /** `null`: what stood before was trimmed, and no anchor was met since. */
  #chain: Uint8Array | null = null
  #next: number
  #agreed = 0
  #denied: number | null = null
  /** Records behind the last anchor that the chain agrees with. */
  #unanchored = 0
  readonly #start: number

  /** `start`: what stood before was trimmed, and anchors may speak of it. */
  constructor(name: ChainName, anchors: readonly SignedAnchor[], start = 0) {
    this.#name = name
    this.#next = start
    this.#start = start
    this.#anchors = Map.groupBy(anchors, ({ offset }) => offset)
  }

  record(record: PackedRecord): void {
    const { offset } = record
    if (offset === 0) this.#chain = chainStart(this.#name)
    else if (this.#chain === null || this.#next !== offset)
      this.#chain = this.#anchors.get(offset - 1)?.[0]?.chain ?? null
    if (this.#chain !== null) this.#chain = chainNextPacked(this.#chain, record)
    this.#unanchored++
    for (const anchor of this.#anchors.get(offset) ?? []) this.#meet(anchor)
    this.#next = offset + 1
  }

  /** How many anchors the chain agrees with. */
  get agreed(): number {
    return this.#agreed
  }

  /** How many records stand behind the last anchor that the chain agrees with: nothing signed speaks of them. */
  get unanchored(): number {
    return this.#unanchored
  }

  /** The first anchor that the records deny, in words; `null`: none does. Ask behind the last record. */
  difference(): string | null {
    const name = chainText(this.#name)
    if (this.#denied !== null)
      return `${name} is not what was signed: it differs from the anchor at offset ${this.#denied}`
    const isTrimSigned = this.#anchors.get(this.#start - 1)?.some(({ kind }) => kind === 'trim') ?? false
    if (this.#start > 0 && !isTrimSigned) return `${name} begins at offset ${this.#start}, and no trim was signed there`
    const beyond = [...this.#anchors.keys()].find((offset) => offset >= this.#next)
    if (beyond === undefined) return null
    return `${name} ends before offset ${this.#next}, and an anchor was signed at offset ${beyond}`
  }

  #meet({ chain, offset }: SignedAnchor): void {
    this.#chain ??= chain
    if (Buffer.compare(this.#chain, chain) !== 0) {
      this.#denied ??= offset
      return
    }
    this.#agreed++
    this.#unanchored = 0
  }
}
