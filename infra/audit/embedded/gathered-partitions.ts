/** Partitions that grew, told together. */
export class GatheredPartitions {
  readonly #everyMs: number
  readonly #tell: (partitions: readonly number[]) => void
  readonly #gathered = new Set<number>()
  #timer: NodeJS.Timeout | null = null

  constructor(everyMs: number, tell: (partitions: readonly number[]) => void) {
    this.#everyMs = everyMs
    this.#tell = tell
  }

  add(partitions: readonly number[]): void {
    for (const partition of partitions) this.#gathered.add(partition)
    this.#timer ??= setTimeout(() => this.#told(), this.#everyMs)
  }

  /** Tells what is left. */
  close(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#told()
  }

  #told(): void {
    this.#timer = null
    const partitions = [...this.#gathered]
    this.#gathered.clear()
    this.#tell(partitions)
  }
}
