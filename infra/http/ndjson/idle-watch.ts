/** Who has to move for an import to go on. */
export type WaitingFor = 'input' | 'client' | 'nobody'

/** Notices that an import stands still, and whose turn it is. */
export class IdleWatch {
  readonly #timer: NodeJS.Timeout
  #waitingFor: WaitingFor = 'input'

  constructor(idleTimeoutMs: number, onIdle: Readonly<Record<'input' | 'client', () => void>>) {
    this.#timer = setTimeout(() => {
      if (this.#waitingFor === 'nobody') this.#timer.refresh()
      else onIdle[this.#waitingFor]()
    }, idleTimeoutMs)
    this.#timer.unref()
  }

  waitFor(whom: WaitingFor): void {
    this.#waitingFor = whom
    this.#timer.refresh()
  }

  moved(): void {
    this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
