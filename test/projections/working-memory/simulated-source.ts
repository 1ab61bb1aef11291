import type { Checkpoint } from '../../../domain/checkpoint.ts'
import type { Scope } from '../../../domain/names.ts'
import type {
  KeyState,
  LiveRows,
  OpenedContent,
  SealedMemory,
  SourceRecord,
  WorkingMemorySource,
} from '../../../projections/working-memory/working-memory-source.ts'
import { DATA_SCHEMA, SimulatedNamespace } from '../../domain/working-memory/simulated-namespace.ts'

/** A simulated namespace seen through the port, with keys that can go missing and a count of what is asked. */
export class SimulatedSource implements WorkingMemorySource {
  readonly namespace = new SimulatedNamespace()
  readonly missingKeys = new Set<string>()
  readonly calls: string[] = []
  generation = 'a'.repeat(16)
  foldVersion = 1
  /** The call that rejects next, once. */
  failing: string | null = null
  /** Called before live rows are read: what happens between two reads. */
  beforeLiveRows: () => void = () => undefined

  async checkpoint(): Promise<Checkpoint> {
    this.#called('checkpoint')
    return this.#checkpoint()
  }

  async liveRows(_scope: Scope, exceptKeys: readonly string[], limit: number): Promise<LiveRows> {
    this.#called('liveRows')
    this.beforeLiveRows()
    // Long-term memory knows erased rows only: a key that was destroyed a moment ago is the caller's to find.
    const live = [...this.namespace.rows.values()].filter(
      (row) => row.sealed !== null && row.supersededBy === null && row.intervals.at(-1)!.knownTo === null,
    )
    const asked = live.filter(({ keyId }) => !exceptKeys.includes(keyId))
    const newest = asked.toSorted((a, b) => b.offset - a.offset).slice(0, limit)
    return {
      checkpoint: this.#checkpoint(),
      memories: asked,
      newest: newest.map((row) => ({ ...row, sealed: row.sealed! })),
    }
  }

  async records(_scope: Scope, after: number, upTo: number): Promise<readonly SourceRecord[]> {
    this.#called('records')
    return this.namespace.entries.flatMap((entry) =>
      'command' in entry && entry.offset > after && entry.offset <= upTo ? { ...entry, dataSchema: DATA_SCHEMA } : [],
    )
  }

  async keyStates(keyIds: readonly string[]): Promise<readonly KeyState[]> {
    this.#called('keyStates')
    return keyIds.map((keyId) => this.#keyState(keyId))
  }

  async open(_scope: Scope, memories: readonly SealedMemory[]): Promise<readonly OpenedContent[]> {
    this.#called('open')
    return memories.map(({ keyId, sealed }) => {
      const state = this.#keyState(keyId)
      if (state === 'present') return { ok: true, secret: { content: Buffer.from(sealed).toString() } }
      return state === 'missing' ? { ok: false, reason: 'missing', keyId } : { ok: false, reason: 'destroyed' }
    })
  }

  count(call: string): number {
    return this.calls.filter((one) => one === call).length
  }

  #checkpoint(): Checkpoint {
    const { generation, foldVersion } = this
    const { offset } = this.namespace
    return { foldVersion, generation, offset, lastCommandId: offset < 0 ? null : `c${offset}`, knownTime: offset }
  }

  #keyState(keyId: string): KeyState {
    if (this.missingKeys.has(keyId)) return 'missing'
    return this.namespace.destroyedKeys.has(keyId) ? 'destroyed' : 'present'
  }

  #called(call: string): void {
    this.calls.push(call)
    if (this.failing !== call) return
    this.failing = null
    throw new Error(`${call} does not answer`)
  }
}
