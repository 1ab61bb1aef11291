import type { DataKeyEntry } from '../../commands/ports/key-store.ts'
import { LogUnavailableError } from '../../projections/ports/log-unavailable-error.ts'
import { messageOf } from './message-of.ts'
import type { Ask, Channel, FromViews, Told, ToViews } from './view-protocol.ts'

/** What a thread that holds views asks of the one that opened them. */
export class HostCalls {
  readonly #port: Pick<Channel<FromViews, ToViews>, 'postMessage'>
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  #lastId = 0

  constructor(port: Pick<Channel<FromViews, ToViews>, 'postMessage'>) {
    this.#port = port
  }

  async waitForFold(partition: number, offset: number, timeoutMs: number): Promise<boolean> {
    return (await this.#ask({ what: 'fold', partition, offset, timeoutMs })) as boolean
  }

  async key(keyId: string): Promise<DataKeyEntry | null> {
    return (await this.#ask({ what: 'key', keyId })) as DataKeyEntry | null
  }

  fault(fault: unknown): void {
    this.#port.postMessage({ kind: 'fault', message: messageOf(fault) })
  }

  /** Takes what the other thread answered. */
  told(id: number, told: Told): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (told.ok) waiting?.resolve(told.value)
    else
      waiting?.reject(
        told.away ? new LogUnavailableError('the keys were asked for', told.message) : new Error(told.message),
      )
  }

  #ask(ask: Ask): Promise<unknown> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#port.postMessage({ kind: 'ask', id, ask })
    })
  }
}
