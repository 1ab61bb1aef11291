import type { Embedding } from '../../vector/embedding.ts'
import type { IndexArchive } from '../index-archive.ts'
import { denseQuery } from './dense-query.ts'
import type { DenseSearch } from './dense-signals.ts'
import { VectorColumn } from './vector-column.ts'

/**
 * The vectors of an index's rows, in a column that is made with the first of them, since only that one tells how many
 * dimensions the model has. A vector of another dimension is none: it cannot be compared.
 */
export class RowEmbeddings {
  #column: VectorColumn | null = null

  get isEmpty(): boolean {
    return this.#column === null || this.#column.count === 0
  }

  set(row: number, { values, scale }: Embedding): void {
    this.#column ??= new VectorColumn(values.length)
    if (values.length === this.#column.dimensions) this.#column.set(row, values, scale)
  }

  wipe(row: number): void {
    this.#column?.wipe(row)
  }

  /** `null` when there is nothing to compare the query with. */
  search(vector: Float32Array | undefined): DenseSearch | null {
    if (vector === undefined || this.#column === null || this.isEmpty) return null
    if (vector.length !== this.#column.dimensions) return null
    return { query: denseQuery(vector), vectors: this.#column }
  }

  archive(archive: IndexArchive): void {
    const dimensions = archive.number('dimensions', this.#column?.dimensions ?? 0)
    if (dimensions === 0) return
    this.#column ??= new VectorColumn(dimensions)
    this.#column.archive(archive.within('vectors'))
  }

  get bytes(): number {
    return this.#column?.bytes ?? 0
  }
}
