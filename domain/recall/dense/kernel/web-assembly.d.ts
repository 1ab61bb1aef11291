// What is used of the JavaScript API of WebAssembly, which is part of every Node; TypeScript knows it with browsers only.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Memory {
    readonly buffer: ArrayBuffer
    /** By pages of 64 KiB. Throws when there is no room. */
    grow(pages: number): number
  }
  class Instance {
    constructor(module: Module)
    readonly exports: Readonly<Record<string, unknown>>
  }
}
