import { PARTITIONS, partitionKey, partitionOf } from '../../../domain/partition.ts'
import type { Command, Expected, Ledger, Remembered } from './ledger.ts'
import type { Random } from './random.ts'

/** The tenant of a process without credentials. */
export const TENANT = 'default'
const NAMESPACES = 18
const COMMANDS_A_USER = 40
const FIRST_MEMORIES = 60
const HOUR_MS = 3_600_000
const TOPICS = ['harbour', 'garden', 'invoice', 'piano', 'train', 'kitchen', 'lecture', 'weather', 'doctor', 'painting']
const STORED: Expected = { outcome: 'stored' }

/** Namespaces of which every partition has at least one. */
export const namespaces: readonly string[] = (() => {
  const names: string[] = []
  const covered = new Set<number>()
  for (let n = 0; names.length < NAMESPACES; n++) {
    const partition = partitionOf(partitionKey({ tenant: TENANT, namespace: `app-${n}` }))
    const isNeeded = !covered.has(partition) || names.length - covered.size < NAMESPACES - PARTITIONS
    if (!isNeeded) continue
    covered.add(partition)
    names.push(`app-${n}`)
  }
  return names
})()

export const partitionOfNamespace = (namespace: string): number =>
  partitionOf(partitionKey({ tenant: TENANT, namespace }))

/** A number in letters alone: digits would be a word of their own. */
const letters = (number: number): string =>
  number.toString(26).replaceAll(/\d/g, (digit) => String.fromCharCode('q'.charCodeAt(0) + Number(digit)))

/** Draws commands: mostly new memories, and all else that can be said about those that were acknowledged. */
export class Workload {
  readonly #random: Random
  readonly #ledger: Ledger
  readonly #prefix: string
  #next = 0

  /** `prefix` keeps the keys and words of several workloads apart. */
  constructor(ledger: Ledger, random: Random, prefix: string) {
    this.#ledger = ledger
    this.#random = random
    this.#prefix = prefix
  }

  next(): Command {
    const share = this.#random.next()
    if (this.#ledger.memories.length < FIRST_MEMORIES || share < 0.78) return this.remember()
    if (share < 0.83) return this.#correct(true) ?? this.remember()
    if (share < 0.88) return this.#forget() ?? this.remember()
    if (share < 0.905) return this.#restore() ?? this.remember()
    if (share < 0.955) return this.#link() ?? this.remember()
    if (share < 0.985) return this.#feedback()
    if (share < 0.992) return this.#correct(false) ?? this.remember()
    return this.#conflict() ?? this.remember()
  }

  remember(namespace = this.#random.pick(namespaces), userId?: string): Command {
    const number = this.#next++
    const user = userId ?? `user-${this.#prefix}-${this.#random.int(Math.floor(number / COMMANDS_A_USER) + 3)}`
    const occurredAt = Date.UTC(2026, 0, 1) + number * 1000
    return {
      ...this.#memory(namespace, number, occurredAt, { user_id: user }),
      kind: 'remember',
      expected: STORED,
      about: null,
    }
  }

  /** A correction ends what it corrects at its own time; one that happened before it is refused. */
  #correct(isLater: boolean): Command | null {
    const about = this.#pickUnclaimed()
    if (about === null) return null
    if (isLater) about.claimed = true
    const occurredAt = about.occurredAt + (isLater ? HOUR_MS : -HOUR_MS)
    const more = { supersedes: about.memoryId }
    return {
      ...this.#memory(about.namespace, this.#next++, occurredAt, more),
      kind: isLater ? 'correct' : 'refused',
      expected: isLater ? STORED : { outcome: 'refused', reason: 'supersedes_not_later' },
      about: isLater ? about : null,
    }
  }

  #forget(): Command | null {
    const about = this.#pickUnclaimed()
    if (about === null) return null
    about.claimed = true
    return this.#about('forget', '/forget', about, {})
  }

  #restore(): Command | null {
    const { forgotten } = this.#ledger
    if (forgotten.length === 0) return null
    const [about] = forgotten.splice(this.#random.int(forgotten.length), 1)
    return this.#about('restore', '/restore', about!, {})
  }

  #link(): Command | null {
    const about = this.#random.pick(this.#ledger.memories)
    const other = this.#random.pick(this.#ledger.memories)
    if (other.namespace !== about.namespace || other === about) return null
    return this.#about('link', '/link', about, { rel: 'goes-with', target: other.memoryId })
  }

  #feedback(): Command {
    return this.#about('feedback', '/feedback', this.#random.pick(this.#ledger.memories), { useful: true })
  }

  /** The key of a command that was acknowledged, with another content. */
  #conflict(): Command | null {
    const other = this.#random.pick(this.#ledger.entries)
    if (other.state !== 'acknowledged' || other.command.kind !== 'remember') return null
    const { namespace, key } = other.command
    const memory = this.#memory(namespace, this.#next++, Date.UTC(2026, 0, 1), {})
    return { ...memory, key, kind: 'conflict', expected: { outcome: 'conflict', with: other }, about: null }
  }

  #memory(namespace: string, number: number, occurredAt: number, more: Readonly<Record<string, unknown>>) {
    const word = letters(number) + letters(26 ** 5 + this.#random.int(26 ** 5))
    const content = `${word}: ${this.#random.pick(TOPICS)} and ${this.#random.pick(TOPICS)} on day ${number % 365}`
    const importance = this.#random.int(1001) / 1000
    return {
      key: `${this.#prefix}-${number}`,
      path: '/remember',
      body: { namespace, content, importance, occurred_at: new Date(occurredAt).toISOString(), ...more },
      namespace,
      memory: { content, word, occurredAt },
    }
  }

  #about(
    kind: 'forget' | 'restore' | 'link' | 'feedback',
    path: string,
    about: Remembered,
    more: Readonly<Record<string, unknown>>,
  ): Command {
    const { namespace, memoryId } = about
    const body = { namespace, memory_id: memoryId, ...more }
    const key = `${this.#prefix}-${this.#next++}`
    return { kind, path, body, namespace, about, key, expected: STORED, memory: null }
  }

  #pickUnclaimed(): Remembered | null {
    const picked = this.#random.pick(this.#ledger.memories)
    return picked.claimed ? null : picked
  }
}
