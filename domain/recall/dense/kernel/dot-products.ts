import { dotProductsModule } from './dot-products-module.ts'

/** One instance of dot-products.wat. */
export interface DotProducts {
  /** See dot-products.wat. */
  dots(row: number, count: number, stride: number, query: number, mask: number, out: number): void
  dotsOf(rows: number, list: number, count: number, stride: number, query: number, out: number): void
  pairsOf(rows: number, list: number, count: number, stride: number, out: number): void
}

let compiled: WebAssembly.Module | null = null

export function instantiateDotProducts(memory: WebAssembly.Memory): DotProducts {
  compiled ??= new WebAssembly.Module(Buffer.from(dotProductsModule, 'base64'))
  return new WebAssembly.Instance(compiled, { scan: { memory } }).exports as unknown as DotProducts
}
