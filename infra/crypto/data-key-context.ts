import type { DataKeyEntry } from '../../commands/ports/key-store.ts'

/** What a data key is wrapped for. */
export const dataKeyContext = (entry: Pick<DataKeyEntry, 'keyId' | 'slot' | 'generation'>): string[] => [
  entry.keyId,
  entry.slot,
  String(entry.generation),
]
