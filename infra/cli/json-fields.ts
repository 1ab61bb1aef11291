import type { JsonObject, JsonValue } from '../../domain/json.ts'

/** Reading the server's answers, to which members may be added: what is not there, or is something else, is `null`. */

export const asObject = (value: JsonValue | undefined): JsonObject | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null

export const textField = (from: JsonObject | null, name: string): string | null => {
  const value = from?.[name]
  return typeof value === 'string' ? value : null
}

export const numberField = (from: JsonObject | null, name: string): number | null => {
  const value = from?.[name]
  return typeof value === 'number' ? value : null
}

export const objectField = (from: JsonObject | null, name: string): JsonObject | null => asObject(from?.[name])

const listField = (from: JsonObject | null, name: string): readonly JsonValue[] => {
  const value = from?.[name]
  return Array.isArray(value) ? value : []
}

export const objectsField = (from: JsonObject | null, name: string): readonly JsonObject[] =>
  listField(from, name)
    .map((entry) => asObject(entry))
    .filter((entry) => entry !== null)

export const textsField = (from: JsonObject | null, name: string): readonly string[] =>
  listField(from, name).filter((entry) => typeof entry === 'string')
