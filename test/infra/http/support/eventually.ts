import { setTimeout as pause } from 'node:timers/promises'

/** Waits until `condition` holds; fails after `deadlineMs`. */
export async function eventually(condition: () => boolean | Promise<boolean>, deadlineMs = 10_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('the condition did not hold in time')
    await pause(5)
  }
}
