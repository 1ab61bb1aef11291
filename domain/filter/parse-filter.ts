import { KINDS } from '../command.ts'
import { INSTANT_EXPECTED, parseInstant } from '../instant.ts'
import type { JsonPrimitive } from '../json.ts'
import { contractBounds } from '../limits/request-bounds.ts'
import type { Filter } from './filter.ts'

export interface FilterLimits {
  /** How deep `$and`, `$or` and `$not` may nest. */
  readonly depth: number
  /** Conditions in all. */
  readonly clauses: number
  /** Values of one `$in` or `$nin`. */
  readonly values: number
}

export const defaultFilterLimits: FilterLimits = Object.freeze({
  depth: contractBounds.filterDepth,
  clauses: 100,
  values: 1000,
})

export type ParsedFilter =
  | { readonly ok: true; readonly filter: Filter }
  | {
      readonly ok: false
      /** Path from `filters` on: `filters.$and[0].tags`. */
      readonly field: string
      readonly detail: string
      readonly expected: string
    }

type Refused = Extract<ParsedFilter, { ok: false }>
type Comparison = Extract<Filter, { op: 'compare' }>['than']

const OPERATORS = '$eq, $ne, $in, $nin, $gt, $gte, $lt, $lte, $exists, $not'
const FIELDS =
  'metadata.<path>, tags, author, user_id, agent_id, run_id, kind, occurred_at, importance, $and, $or, $not'
const texts = new Set(['tags', 'author', 'user_id', 'agent_id', 'run_id', 'kind'])
const comparisons: ReadonlySet<string> = new Set(['$gt', '$gte', '$lt', '$lte'])

/** Reads a filter as it stands in a request. `{}` matches everything. Several conditions in one object must all hold. */
export function parseFilter(json: unknown, limits: FilterLimits = defaultFilterLimits): ParsedFilter {
  try {
    return { ok: true, filter: new FilterParser(limits).object(json, 'filters', 1) }
  } catch (error) {
    if (error instanceof Refusal) return error.refused
    throw error
  }
}

/** Ends the descent at the first fault; never leaves this module. */
class Refusal extends Error {
  readonly refused: Refused

  constructor(field: string, detail: string, expected: string) {
    super(detail)
    this.refused = { ok: false, field, detail, expected }
  }
}

class FilterParser {
  readonly #limits: FilterLimits
  #clauses = 0

  constructor(limits: FilterLimits) {
    this.#limits = limits
  }

  object(json: unknown, path: string, depth: number): Filter {
    if (depth > this.#limits.depth) {
      throw new Refusal(path, 'The filter nests too deep.', `at most ${this.#limits.depth} levels`)
    }
    if (!isObject(json)) throw new Refusal(path, 'A filter is an object.', 'an object such as {"tags": "travel"}')
    const parts = Object.entries(json).map(([key, value]) => this.#member(key, value, `${path}.${key}`, depth))
    if (parts.length === 0 && depth > 1) throw new Refusal(path, 'The filter is empty.', 'at least one condition')
    return parts.length === 1 ? parts[0]! : { op: 'and', of: parts }
  }

  #member(key: string, value: unknown, path: string, depth: number): Filter {
    switch (key) {
      case '$and':
        return { op: 'and', of: this.#list(value, path, depth) }
      case '$or':
        return { op: 'or', of: this.#list(value, path, depth) }
      case '$not':
        return { op: 'not', of: this.object(value, path, depth + 1) }
      default:
        if (!isField(key)) throw new Refusal(path, 'This is no field or operator of filters.', FIELDS)
        return this.#condition(key, value, path, depth)
    }
  }

  #list(json: unknown, path: string, depth: number): Filter[] {
    if (!Array.isArray(json) || json.length === 0) {
      throw new Refusal(path, 'It takes a list of filters.', 'an array of at least one filter')
    }
    return json.map((item, i) => this.object(item, `${path}[${i}]`, depth + 1))
  }

  /** What a field must be: a plain value, or an object of operators that must all hold. */
  #condition(field: string, json: unknown, path: string, depth: number): Filter {
    if (!isObject(json)) return this.#clause({ op: 'in', field, values: [plainValue(field, json, path)] }, path)
    const parts = Object.entries(json).map(([operator, operand]) =>
      this.#operator(field, operator, operand, `${path}.${operator}`, depth),
    )
    if (parts.length === 0) throw new Refusal(path, 'The condition is empty.', `a value, or one of ${OPERATORS}`)
    return parts.length === 1 ? parts[0]! : { op: 'and', of: parts }
  }

  #operator(field: string, operator: string, operand: unknown, path: string, depth: number): Filter {
    if (comparisons.has(operator)) return this.#comparison(field, operator as Comparison, operand, path)
    switch (operator) {
      case '$eq':
        return this.#clause({ op: 'in', field, values: [plainValue(field, operand, path)] }, path)
      case '$ne':
        return { op: 'not', of: this.#clause({ op: 'in', field, values: [plainValue(field, operand, path)] }, path) }
      case '$in':
        return this.#clause({ op: 'in', field, values: this.#values(field, operand, path) }, path)
      case '$nin':
        return { op: 'not', of: this.#clause({ op: 'in', field, values: this.#values(field, operand, path) }, path) }
      case '$exists':
        if (typeof operand !== 'boolean') throw new Refusal(path, 'It takes true or false.', 'a boolean')
        return this.#clause({ op: 'exists', field, wanted: operand }, path)
      case '$not':
        if (depth >= this.#limits.depth)
          throw new Refusal(path, 'The filter nests too deep.', `at most ${this.#limits.depth} levels`)
        if (!isObject(operand)) throw new Refusal(path, 'It takes an object of operators.', OPERATORS)
        return { op: 'not', of: this.#condition(field, operand, path, depth + 1) }
      default:
        throw new Refusal(path, 'This is no operator of filters.', OPERATORS)
    }
  }

  #comparison(field: string, than: Comparison, operand: unknown, path: string): Filter {
    if (texts.has(field)) throw new Refusal(path, `\`${field}\` has no order.`, '$eq, $ne, $in, $nin, $exists or $not')
    const value = plainValue(field, operand, path)
    if (typeof value !== 'number' && typeof value !== 'string') {
      throw new Refusal(path, 'It compares with a number or a string.', 'a number or a string')
    }
    return this.#clause({ op: 'compare', field, than, value }, path)
  }

  #values(field: string, json: unknown, path: string): JsonPrimitive[] {
    if (!Array.isArray(json)) throw new Refusal(path, 'It takes a list of values.', 'an array')
    if (json.length > this.#limits.values) {
      throw new Refusal(path, 'The list is too long.', `at most ${this.#limits.values} values`)
    }
    return json.map((item, i) => plainValue(field, item, `${path}[${i}]`))
  }

  #clause(filter: Filter, path: string): Filter {
    if (++this.#clauses > this.#limits.clauses) {
      throw new Refusal(path, 'The filter has too many conditions.', `at most ${this.#limits.clauses}`)
    }
    return filter
  }
}

/** A value as the field's column has it: instants in milliseconds, the rest as it stands. */
function plainValue(field: string, json: unknown, path: string): JsonPrimitive {
  if (field === 'kind') {
    if (KINDS.some((kind) => kind === json)) return json as string
    throw new Refusal(path, 'There is no such kind.', KINDS.join(', '))
  }
  if (field === 'occurred_at') {
    const instant = typeof json === 'string' ? parseInstant(json) : null
    if (instant === null) throw new Refusal(path, 'It is not an instant.', INSTANT_EXPECTED)
    return instant
  }
  if (field === 'importance') {
    if (typeof json === 'number') return json
    throw new Refusal(path, 'It is not a number.', 'a number from 0 to 1')
  }
  if (texts.has(field)) {
    if (typeof json === 'string' || json === null) return json
    throw new Refusal(path, `\`${field}\` holds text.`, 'a string, or null for "none"')
  }
  if (json === null || typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return json
  throw new Refusal(path, 'It takes a single value.', 'a string, number, boolean or null')
}

const isField = (key: string): boolean =>
  texts.has(key) || key === 'occurred_at' || key === 'importance' || /^metadata\.[^.]/.test(key)

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
