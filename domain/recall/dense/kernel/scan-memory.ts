const MAX_PAGES = 65_536

/** Of a memory. */
export const PAGE_BYTES = 64 * 1024

/** Threads that may scan one memory: each has a place of its own for its query and for what it finds. */
export const SCAN_PLACES = 4

/** A memory that kernels work in, and which of its places is this thread's; place 0 is that of the one that writes. */
export interface ScanMemory {
  readonly memory: WebAssembly.Memory
  readonly place: number
}

/** An empty one, of the thread that makes it. It grows where it lies, so that nothing is copied. */
export const newScanMemory = (): ScanMemory => ({
  memory: new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true }),
  place: 0,
})

/** Makes a memory at least `bytes` long, and a sixteenth more than it was. */
export function reserveBytes(memory: WebAssembly.Memory, bytes: number): void {
  const held = memory.buffer.byteLength
  if (bytes > held) memory.grow(Math.ceil(Math.max(bytes - held, held / 16) / PAGE_BYTES))
}
