import { KINDS } from '../../command.ts'
import { type FilterableMemory, metadataValues } from '../../filter/field-values.ts'
import type { Filter } from '../../filter/filter.ts'
import { compares } from '../../filter/matches-filter.ts'
import type { JsonPrimitive } from '../../json.ts'
import type { LeafFilter } from './code-test.ts'
import { growableF64, growableU8, growableU16 } from './growable.ts'
import type { IndexArchive } from './index-archive.ts'
import { type ColumnValues, SparseColumn } from './sparse-column.ts'
import { TextColumn } from './text-column.ts'
import { ValueDictionary } from './value-dictionary.ts'

/** The fields that filters look at, by column, and the mask of the rows that a filter lets through. */
export class FilterColumns {
  readonly occurredAt = growableF64()
  readonly author = new TextColumn()
  readonly run = new TextColumn()
  readonly #importance = growableU16()
  readonly #kind = growableU8()
  readonly #values: ColumnValues = {
    scalars: new ValueDictionary<JsonPrimitive>(),
    lists: new ValueDictionary<string>(),
  }
  readonly #columns = new Map<string, SparseColumn>()

  /** Rows come in ascending order. */
  add(row: number, memory: FilterableMemory): void {
    this.occurredAt.set(row, memory.occurredAt)
    this.#importance.set(row, memory.importance)
    this.#kind.set(row, KINDS.indexOf(memory.kind))
    this.author.set(row, memory.author)
    this.run.set(row, memory.runId)
    if (memory.tags.length > 0) this.#column('tags').push(row, memory.tags)
    this.#addText(row, 'user_id', memory.userId)
    this.#addText(row, 'agent_id', memory.agentId)
    for (const [field, elements] of metadataValues(memory.metadata)) this.#column(field).push(row, elements)
  }

  /** Removes what was sealed of a row, names of fields that only it had too; kind, importance and time stay, as they do in the envelope. */
  wipe(row: number): void {
    this.author.wipe(row)
    this.run.wipe(row)
    for (const [field, column] of this.#columns) {
      column.wipe(row)
      if (column.isEmpty) this.#columns.delete(field)
    }
  }

  /** 1 for each row below `rows` that matches, as `matchesFilter` means it. */
  mask(filter: Filter, rows: number): Uint8Array {
    switch (filter.op) {
      case 'and':
        return this.#all(filter.of, rows)
      case 'or':
        return this.#any(filter.of, rows)
      case 'not':
        return invert(this.mask(filter.of, rows))
      default:
        return this.#leaf(filter, rows)
    }
  }

  archive(archive: IndexArchive, end: number): void {
    archive.column('occurredAt', this.occurredAt, end)
    archive.column('importance', this.#importance, end)
    archive.column('kind', this.#kind, end)
    this.author.archive(archive.within('author'), end)
    this.run.archive(archive.within('run'), end)
    this.#values.scalars.archive(archive.within('scalars'))
    this.#values.lists.archive(archive.within('lists'))
    const fields = archive.values('fields', this.fields)
    for (const field of fields) this.#column(field).archive(archive.within(`field ${field}`))
  }

  get bytes(): number {
    let bytes = this.author.bytes + this.run.bytes + this.occurredAt.bytes + this.#importance.bytes + this.#kind.bytes
    for (const [field, column] of this.#columns) bytes += column.bytes + field.length * 2 + 200
    return bytes + this.#values.scalars.bytes + this.#values.lists.bytes
  }

  /** `tags`, `user_id`, `agent_id` and `metadata.<path>`, as far as a row has them. */
  get fields(): string[] {
    return [...this.#columns.keys()]
  }

  #column(field: string): SparseColumn {
    let column = this.#columns.get(field)
    if (column === undefined) {
      column = new SparseColumn(this.#values)
      this.#columns.set(field, column)
    }
    return column
  }

  #addText(row: number, field: string, value: string | null): void {
    if (value !== null) this.#column(field).push(row, [value])
  }

  #all(parts: readonly Filter[], rows: number): Uint8Array {
    const mask = new Uint8Array(rows).fill(1)
    for (const part of parts) {
      const other = this.mask(part, rows)
      for (let row = 0; row < rows; row++) mask[row]! &= other[row]!
    }
    return mask
  }

  #any(parts: readonly Filter[], rows: number): Uint8Array {
    const mask = new Uint8Array(rows)
    for (const part of parts) either(mask, this.mask(part, rows))
    return mask
  }

  #leaf(filter: LeafFilter, rows: number): Uint8Array {
    switch (filter.field) {
      case 'kind':
        return dense(filter, rows, (row) => KINDS[this.#kind.data[row]!]!)
      case 'occurred_at':
        return dense(filter, rows, (row) => this.occurredAt.data[row]!)
      case 'importance':
        return dense(filter, rows, (row) => this.#importance.data[row]! / 1000)
      default:
        return this.#marked(filter, rows)
    }
  }

  #marked(filter: LeafFilter, rows: number): Uint8Array {
    const mask = new Uint8Array(rows)
    this.#columnOf(filter.field)?.mark(mask, filter)
    if (filter.op === 'exists') return filter.wanted ? mask : invert(mask)
    if (filter.op === 'compare' || !filter.values.includes(null)) return mask
    const absent = this.#marked({ op: 'exists', field: filter.field, wanted: false }, rows)
    return either(mask, absent)
  }

  #columnOf(field: string): TextColumn | SparseColumn | undefined {
    if (field === 'author') return this.author
    return field === 'run_id' ? this.run : this.#columns.get(field)
  }
}

function dense(filter: LeafFilter, rows: number, value: (row: number) => JsonPrimitive): Uint8Array {
  const mask = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) mask[row] = passes(filter, value(row)) ? 1 : 0
  return mask
}

function passes(filter: LeafFilter, value: JsonPrimitive): boolean {
  switch (filter.op) {
    case 'exists':
      return filter.wanted
    case 'in':
      return filter.values.includes(value)
    case 'compare':
      return compares(value, filter)
  }
}

function either(mask: Uint8Array, other: Uint8Array): Uint8Array {
  for (let row = 0; row < mask.length; row++) mask[row]! |= other[row]!
  return mask
}

function invert(mask: Uint8Array): Uint8Array {
  for (let row = 0; row < mask.length; row++) mask[row]! ^= 1
  return mask
}
