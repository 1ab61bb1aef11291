import { readFileSync, writeFileSync } from 'node:fs'
import wabt from 'wabt'

// `node scripts/assemble-kernel.ts`: assembles the WebAssembly of dense scans and writes it where the code takes it from.
const folder = new URL('../domain/recall/dense/kernel/', import.meta.url)

/** The TypeScript file that carries the assembled module. */
export async function assembledKernel(): Promise<string> {
  const { parseWat } = await wabt()
  const text = readFileSync(new URL('dot-products.wat', folder), 'utf8')
  const module = parseWat('dot-products.wat', text, { simd: true })
  const { buffer } = module.toBinary({})
  module.destroy()
  const base64 = Buffer.from(buffer).toString('base64')
  return `/** dot-products.wat, assembled by scripts/assemble-kernel.ts: WebAssembly in base64. */
export const dotProductsModule =
  '${base64}'
`
}

if (import.meta.main) writeFileSync(new URL('dot-products-module.ts', folder), await assembledKernel())
