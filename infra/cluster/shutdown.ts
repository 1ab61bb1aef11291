/** What has to be closed, in the order it was opened. */
export interface Shutdown {
  add(what: string, close: () => Promise<unknown>): void
  /** Closes everything, last opened first. Rejects with all that went wrong, after everything was tried. */
  run(): Promise<void>
}

export function shutdown(): Shutdown {
  const parts: Array<{ readonly what: string; close(): Promise<unknown> }> = []
  return {
    add: (what, close) => void parts.push({ what, close }),
    async run() {
      const errors: Error[] = []
      for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
        try {
          await part.close()
        } catch (cause) {
          errors.push(new Error(`${part.what} did not close`, { cause }))
        }
      }
      if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join(', '))
    },
  }
}
