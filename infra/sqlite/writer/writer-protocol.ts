import type { DataKeyEntry } from '../../../commands/ports/key-store.ts'

/** What the HTTP thread asks of the writer thread. */
export type WriteRequest =
  /** Answer: first offset per partition. `packed` is packRecords'. */
  | { readonly op: 'append'; readonly packed: ArrayBuffer }
  /** Answer: for each entry the one that holds its (slot, generation). */
  | { readonly op: 'add-keys'; readonly entries: readonly DataKeyEntry[] }
  /** Answer: the wrapped index key that holds. */
  | { readonly op: 'add-index-key'; readonly tenant: string; readonly wrapped: Uint8Array }
  /** Answer: the entries as they stand now. */
  | { readonly op: 'destroy-keys'; readonly keyIds: readonly string[] }
  /** Answer: nothing; the thread ends. */
  | { readonly op: 'close' }

export interface NumberedRequest {
  readonly id: number
  readonly request: WriteRequest
}

export type WriteReply =
  | { readonly id: number; readonly status: 'done'; readonly answer: unknown }
  /** `certain`: nothing of it is on disk. Otherwise a crash may bring it back. */
  | { readonly id: number; readonly status: 'failed'; readonly certain: boolean; readonly error: Error }

/** Sent once the files are open. */
export interface WriterReady {
  readonly id: 0
  readonly status: 'ready'
}

export interface WriterFiles {
  readonly log: string
  readonly keys: string
}
