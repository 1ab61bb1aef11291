import { setTimeout as pause } from 'node:timers/promises'

const DEADLINE_MS = 20_000
const PAUSE_MS = 20

/** Repeats `check` until it does not throw, up to a deadline; then its last error is the failure. */
export async function eventually<T>(check: () => Promise<T> | T, deadlineMs = DEADLINE_MS): Promise<T> {
  const until = performance.now() + deadlineMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > until) throw error
      await pause(PAUSE_MS)
    }
  }
}
