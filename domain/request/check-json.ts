import type { JsonObject, JsonValue } from '../json.ts'
import { invalidField } from '../problem.ts'
import { checkText } from './check-text.ts'
import { elementPath, memberPath } from './field-path.ts'

/**
 * Refuses JSON that is nested deeper than `maxDepth` levels, or holds text or numbers that cannot be given back as they
 * came, by the path of the fault.
 */
export function checkJson(path: string, value: JsonValue, maxDepth: number): void {
  checkValue(path, value, 1, maxDepth)
}

function checkValue(path: string, value: JsonValue, depth: number, maxDepth: number): void {
  if (typeof value === 'string') {
    checkText(path, value)
  } else if (typeof value === 'number') {
    checkNumber(path, value)
  } else if (typeof value === 'object' && value !== null) {
    if (depth > maxDepth) {
      throw invalidField(path, `\`${path}\` is nested too deep`, `at most ${maxDepth} levels of nesting`)
    }
    checkMembers(path, value, depth, maxDepth)
  }
}

function checkMembers(path: string, value: JsonObject | readonly JsonValue[], depth: number, maxDepth: number): void {
  if (isArray(value)) {
    for (const [i, element] of value.entries()) checkValue(elementPath(path, i), element, depth + 1, maxDepth)
    return
  }
  for (const [key, member] of Object.entries(value)) {
    const memberAt = memberPath(path, key)
    checkText(memberAt, key)
    checkValue(memberAt, member, depth + 1, maxDepth)
  }
}

/** `1e999` parses to Infinity, which JSON cannot give back. */
function checkNumber(path: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw invalidField(path, `\`${path}\` is beyond the range of a double`, 'a finite number (IEEE 754 double)')
  }
}

const isArray = (value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] => Array.isArray(value)
