import type { UnembeddedMemories } from '../../commands/ports/unembedded-memories.ts'

/** One at a time within this process, where there is no other. */
export function aloneHere(): UnembeddedMemories['alone'] {
  let busy = false
  return async (work) => {
    if (busy) return false
    busy = true
    try {
      await work()
    } finally {
      busy = false
    }
    return true
  }
}
