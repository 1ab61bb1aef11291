/** How a command is to come out, whatever happens on the way. */
export type Expected =
  | { readonly outcome: 'stored' }
  /** The fold refuses it. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Its key belongs to another request, which came first. */
  | { readonly outcome: 'conflict'; readonly with: Entry }

export type CommandKind = 'remember' | 'correct' | 'forget' | 'restore' | 'link' | 'feedback' | 'refused' | 'conflict'

/** A memory that was acknowledged. */
export interface Remembered {
  readonly memoryId: string
  readonly namespace: string
  readonly content: string
  /** A word that no other memory has. */
  readonly word: string
  /** Milliseconds since 1970. */
  readonly occurredAt: number
  readonly position: string
  /** From the moment on at which a command that ends it may be under way. */
  claimed: boolean
  retired: boolean
  superseded: boolean
  /** A command about it never got its answer. */
  uncertain: boolean
}

export interface Command {
  readonly kind: CommandKind
  readonly key: string
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  readonly namespace: string
  readonly expected: Expected
  /** The memory that it acts on. */
  readonly about: Remembered | null
  /** What it would store. */
  readonly memory: { readonly content: string; readonly word: string; readonly occurredAt: number } | null
}

export interface Receipt {
  readonly commandId: string
  readonly memoryId: string | null
  readonly position: string
  /** `accepted` by the log; `stored` and `duplicate` are the fold's word, for who waited for it. */
  readonly status: string
}

/**
 * - `open`: under way; at the end of a run nobody knows what became of it.
 * - `acknowledged`: at least one of its sends was.
 * - `refused`: told that it is not and will not be stored.
 * - `given-up`: each send was answered "nothing of it was written", and the client left it at that.
 */
export type EntryState = 'open' | 'acknowledged' | 'refused' | 'given-up'

export interface Entry {
  readonly command: Command
  state: EntryState
  /** Of all answers that it got, repetitions included. */
  readonly receipts: Receipt[]
  remembered: Remembered | null
  /** Sends of which nobody knows what became. */
  unknown: number
}

/** What the client asked for, what it was told, and what must therefore be there in the end. */
export class Ledger {
  readonly entries: Entry[] = []
  readonly memories: Remembered[] = []
  /** Forgotten, and not claimed by a restore. */
  readonly forgotten: Remembered[] = []
  #acknowledged = 0

  get acknowledged(): number {
    return this.#acknowledged
  }

  open(command: Command): Entry {
    const entry: Entry = { command, state: 'open', receipts: [], remembered: null, unknown: 0 }
    this.entries.push(entry)
    return entry
  }

  /** Returns what is wrong with the answer, or `null`. */
  acknowledge(entry: Entry, receipt: Receipt): string | null {
    const [first] = entry.receipts
    entry.receipts.push(receipt)
    if (first !== undefined) return disagreement(entry, first, receipt)
    entry.state = 'acknowledged'
    this.#acknowledged += 1
    this.#takeEffect(entry, receipt)
    return null
  }

  /** Marks what commands without an answer may have done. Called once, when nobody sends any more. */
  close(): void {
    for (const { state, command } of this.entries) {
      if (state === 'open' && command.about !== null) command.about.uncertain = true
    }
  }

  #takeEffect(entry: Entry, { memoryId, position }: Receipt): void {
    const { kind, about, memory, namespace, expected } = entry.command
    if (expected.outcome !== 'stored') return
    if (memory !== null && memoryId !== null) {
      const fate = { claimed: false, retired: false, superseded: false, uncertain: false }
      entry.remembered = { memoryId, namespace, position, ...memory, ...fate }
      this.memories.push(entry.remembered)
    }
    if (about === null) return
    if (kind === 'correct') about.superseded = true
    if (kind === 'restore') about.retired = false
    if (kind === 'forget') {
      about.retired = true
      this.forgotten.push(about)
    }
  }
}

function disagreement({ command }: Entry, first: Receipt, again: Receipt): string | null {
  const same = first.commandId === again.commandId && first.memoryId === again.memoryId
  if (same) return null
  return `${command.kind} ${command.key} was acknowledged as ${JSON.stringify(first)} and as ${JSON.stringify(again)}`
}
