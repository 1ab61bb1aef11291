/** Int8 vectors by row, and their inner products with a query. */
export interface Int8Rows {
  /** Rows that there is room for. */
  readonly length: number
  set(row: number, values: Int8Array): void
  /** What stands there, to be read at once: it may move with the next `set`. */
  get(row: number): Int8Array
  /** For each row below `end` whose mask is 1: tells the row and its product with the query, in ascending order. */
  products(query: Int16Array, mask: Uint8Array, end: number, take: (row: number, product: number) => void): void
  /** Products with the query of the rows listed, in their order. */
  productsOf(query: Int16Array, rows: Uint32Array): Float64Array
  /** Products of rows with rows: of each pair of rows listed, in their order. */
  productsOfPairs(pairs: Uint32Array): Float64Array
  /** Bytes from one row to the next in what `all` gives. */
  readonly stride: number
  /** The first `rows` rows, as far as there are so many. */
  all(rows: number): Int8Array
  readonly bytes: number
}

/** Of one row. */
export function product(values: Int8Array, query: Int8Array | Int16Array): number {
  let sum = 0
  for (let d = 0; d < query.length; d++) sum += values[d]! * query[d]!
  return sum
}
