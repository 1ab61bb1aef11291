import type { JsonObject, JsonValue } from '../../domain/json.ts'
import { invalidField } from '../../domain/problem.ts'
import { checkText } from '../../domain/request/check-text.ts'
import { elementPath, memberPath } from '../../domain/request/field-path.ts'

export const METADATA_MAX_BYTES = 16_384
export const METADATA_MAX_DEPTH = 16

/** Refuses metadata that is too large, too deep, or holds text or numbers that cannot be given back as they came. */
export function checkMetadata(field: string, metadata: JsonObject): JsonObject {
  checkValue(field, metadata, 1)
  const bytes = Buffer.byteLength(JSON.stringify(metadata))
  if (bytes > METADATA_MAX_BYTES) {
    throw invalidField(
      field,
      `\`${field}\` takes ${bytes} bytes as JSON`,
      `at most ${METADATA_MAX_BYTES} bytes as JSON in UTF-8`,
    )
  }
  return metadata
}

function checkValue(path: string, value: JsonValue, depth: number): void {
  if (typeof value === 'string') {
    checkText(path, value)
  } else if (typeof value === 'number') {
    checkNumber(path, value)
  } else if (typeof value === 'object' && value !== null) {
    if (depth > METADATA_MAX_DEPTH) {
      throw invalidField(path, `\`${path}\` is nested too deep`, `at most ${METADATA_MAX_DEPTH} levels of nesting`)
    }
    checkMembers(path, value, depth)
  }
}

function checkMembers(path: string, value: JsonObject | readonly JsonValue[], depth: number): void {
  if (isArray(value)) {
    for (const [i, element] of value.entries()) checkValue(elementPath(path, i), element, depth + 1)
    return
  }
  for (const [key, member] of Object.entries(value)) {
    const memberAt = memberPath(path, key)
    checkText(memberAt, key)
    checkValue(memberAt, member, depth + 1)
  }
}

/** `1e999` parses to Infinity, which JSON cannot give back. */
function checkNumber(path: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw invalidField(path, `\`${path}\` is beyond the range of a double`, 'a finite number (IEEE 754 double)')
  }
}

const isArray = (value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] => Array.isArray(value)
