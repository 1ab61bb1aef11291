// What is used of the JavaScript API of WebAssembly, which is part of every Node; TypeScript knows it with browsers only.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Memory {
    /** Sizes in pages of 64 KiB. */
    constructor(descriptor: { readonly initial: number; readonly maximum: number; readonly shared: true })
    /** Another one after each time that it grew; those of before still show what they showed. */
    readonly buffer: SharedArrayBuffer
    /** By pages. Throws when there is no room. */
    grow(pages: number): number
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>)
    readonly exports: Readonly<Record<string, unknown>>
  }
}
