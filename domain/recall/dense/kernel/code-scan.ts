import { codeScanModule } from './code-scan-module.ts'

/** One instance of code-scan.wat. */
export interface CodeScan {
  /** See code-scan.wat. */
  encode(values: number, groups: number, at: number, shift: number): void
  atLeast(
    block: number,
    blocks: number,
    row: number,
    tables: number,
    groups: number,
    mask: number,
    scratch: number,
    least: number,
    out: number,
  ): number
  atLeastOfTwo(
    block: number,
    blocks: number,
    row: number,
    tables: number,
    groups: number,
    mask: number,
    scratch: number,
    least: number,
    out: number,
    otherLeast: number,
    otherOut: number,
  ): [number, number]
}

let compiled: WebAssembly.Module | null = null

export function instantiateCodeScan(memory: WebAssembly.Memory): CodeScan {
  compiled ??= new WebAssembly.Module(Buffer.from(codeScanModule, 'base64'))
  return new WebAssembly.Instance(compiled, { scan: { memory } }).exports as unknown as CodeScan
}
