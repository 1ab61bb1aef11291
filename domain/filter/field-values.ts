import type { Kind } from '../command.ts'
import type { JsonObject, JsonPrimitive, JsonValue } from '../json.ts'

/** What filters look at. */
export interface FilterableMemory {
  readonly metadata: JsonObject
  readonly tags: readonly string[]
  readonly author: string | null
  readonly userId: string | null
  readonly agentId: string | null
  readonly runId: string | null
  readonly kind: Kind
  /** Milliseconds. */
  readonly occurredAt: number
  /** Thousandths, 0–1000; filters see 0–1. */
  readonly importance: number
}

/** The elements of a field: one for a plain value, any number for an array; `null` when the field is absent. */
export function fieldValues(memory: FilterableMemory, field: string): readonly JsonPrimitive[] | null {
  switch (field) {
    case 'tags':
      return memory.tags.length === 0 ? null : memory.tags
    case 'author':
      return present(memory.author)
    case 'user_id':
      return present(memory.userId)
    case 'agent_id':
      return present(memory.agentId)
    case 'run_id':
      return present(memory.runId)
    case 'kind':
      return [memory.kind]
    case 'occurred_at':
      return [memory.occurredAt]
    case 'importance':
      return [memory.importance / 1000]
    default:
      return metadataValues(memory.metadata).get(field) ?? null
  }
}

const present = (value: string | null): readonly string[] | null => (value === null ? null : [value])

/**
 * Every field `metadata.<path>` with its elements. Objects are walked by their keys; arrays are walked through, at any
 * depth, so that `metadata.a.b` of `{a: [{b: 1}, {b: 2}]}` has the elements 1 and 2. An object itself has none.
 */
export function metadataValues(metadata: JsonObject): Map<string, JsonPrimitive[]> {
  const fields = new Map<string, JsonPrimitive[]>()
  for (const [key, value] of Object.entries(metadata)) collect(`metadata.${key}`, value, fields)
  return fields
}

function collect(field: string, value: JsonValue, fields: Map<string, JsonPrimitive[]>): void {
  let elements = fields.get(field)
  if (elements === undefined) {
    elements = []
    fields.set(field, elements)
  }
  if (value === null || typeof value !== 'object') elements.push(value)
  else if (isArray(value)) for (const item of value) collect(field, item, fields)
  else for (const [key, inner] of Object.entries(value)) collect(`${field}.${key}`, inner, fields)
}

const isArray = (value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] => Array.isArray(value)
