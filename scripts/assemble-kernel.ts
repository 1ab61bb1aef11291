import { readFileSync, writeFileSync } from 'node:fs'
import wabt from 'wabt'

// `node scripts/assemble-kernel.ts`: assembles the WebAssembly of dense scans and writes it where the code takes it from.
const folder = new URL('../domain/recall/dense/kernel/', import.meta.url)

/** File names of the kernels, and what the modules are exported as. */
export const kernels = { 'dot-products': 'dotProductsModule', 'code-scan': 'codeScanModule' } as const
export type KernelName = keyof typeof kernels

/** The TypeScript file that carries the assembled module. */
export async function assembledKernel(name: KernelName): Promise<string> {
  const { parseWat } = await wabt()
  const text = readFileSync(new URL(`${name}.wat`, folder), 'utf8')
  const module = parseWat(`${name}.wat`, text, { simd: true, threads: true, relaxed_simd: true })
  const { buffer } = module.toBinary({})
  module.destroy()
  const base64 = Buffer.from(buffer).toString('base64')
  return `/** ${name}.wat, assembled by scripts/assemble-kernel.ts: WebAssembly in base64. */
export const ${kernels[name]} =
  '${base64}'
`
}

if (import.meta.main) {
  for (const name of Object.keys(kernels) as KernelName[]) {
    writeFileSync(new URL(`${name}-module.ts`, folder), await assembledKernel(name))
  }
}
