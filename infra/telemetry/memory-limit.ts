import { totalmem } from 'node:os'

/** Bytes that the cgroup lets this process have, or `null` where it has no limit of its own. */
export function memoryLimit(constrained: number = process.constrainedMemory(), physical = totalmem()): number | null {
  // Without a limit Node says 0, or what no machine has.
  return constrained > 0 && constrained < physical ? constrained : null
}
