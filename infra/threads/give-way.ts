import { setPriority } from 'node:os'

/** Some: beside a busy thread that does not give way it still gets a quarter of a core. */
const NICE = 5

/**
 * Lets the threads that answer go first where there are fewer cores than work: what this thread does is late, not lost. On Linux
 * niceness belongs to a thread (setpriority(2), "C library/kernel differences"); elsewhere to the process, and nothing is done.
 */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(0, NICE)
}
