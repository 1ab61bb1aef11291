import { priorityOf } from './priority.ts'
import { CAPACITY, type LiveMemory, type WorkingMemoryItem } from './working-memory.ts'

export const itemOf = ({
  memoryId,
  offset,
  keyId,
  importance,
  rehearsals,
  knownAt,
}: LiveMemory): WorkingMemoryItem => ({
  memoryId,
  offset,
  keyId,
  importance,
  rehearsals,
  knownAt,
  priority: priorityOf({ importance, rehearsals, knownAt }),
})

/** Whether `a` stands before `b`. No two memories of a namespace have the same offset, so the order is total. */
export const outranks = (a: WorkingMemoryItem, b: WorkingMemoryItem): boolean =>
  a.priority !== b.priority ? a.priority > b.priority : a.offset > b.offset

/** Puts `item` where it ranks; the last one leaves when there are more than {@link CAPACITY}. */
export function withItem(items: readonly WorkingMemoryItem[], item: WorkingMemoryItem): readonly WorkingMemoryItem[] {
  if (items.length === CAPACITY && !outranks(item, items[CAPACITY - 1]!)) return items
  let at = items.length
  while (at > 0 && outranks(item, items[at - 1]!)) at--
  const next = [...items.slice(0, at), item, ...items.slice(at)]
  if (next.length > CAPACITY) next.pop()
  return next
}
