import type { Embedding } from '../../vector/embedding.ts'
import type { IndexArchive } from '../columns/index-archive.ts'
import { type DenseQuery, denseQuery } from './dense-query.ts'
import { VectorColumn } from './vector-column.ts'

/**
 * The vectors of an index's rows, in a column that is made with the first of them, since only that one tells how many
 * dimensions the model has. A vector of another dimension is none: it cannot be compared.
 */
export class RowEmbeddings {
  #column: VectorColumn | null = null
  /** One object for a query's vector, by which what was found for it is found again. */
  readonly #queries = new WeakMap<Float32Array, DenseQuery>()

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

  /** The vectors, or `null` while there was none. */
  get column(): VectorColumn | null {
    return this.#column
  }

  /** A query's vector as it is compared; `null` when there is nothing to compare it with. */
  comparable(vector: Float32Array | undefined): DenseQuery | null {
    if (vector === undefined || this.#column === null || this.isEmpty) return null
    if (vector.length !== this.#column.dimensions) return null
    const query = this.#queries.get(vector) ?? denseQuery(vector)
    this.#queries.set(vector, query)
    return query
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
