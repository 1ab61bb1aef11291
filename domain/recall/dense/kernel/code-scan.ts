import { codeScanModule } from './code-scan-module.ts'

/** What a scan is told; see code-scan.wat. */
export type Scan = [
  ...where: [block: number, blocks: number, row: number],
  ...by: [tables: number, groups: number, mask: number, scratch: number],
  ...found: [least: number, out: number],
]

/** One instance of code-scan.wat. */
export interface CodeScan {
  /** See code-scan.wat. */
  encode(values: number, groups: number, at: number, shift: number): void
  atLeast(...scan: Scan): number
  atLeastOfTwo(...scan: [...one: Scan, otherLeast: number, otherOut: number]): [number, number]
}

let compiled: WebAssembly.Module | null = null

export function instantiateCodeScan(memory: WebAssembly.Memory): CodeScan {
  compiled ??= new WebAssembly.Module(Buffer.from(codeScanModule, 'base64'))
  return new WebAssembly.Instance(compiled, { scan: { memory } }).exports as unknown as CodeScan
}
