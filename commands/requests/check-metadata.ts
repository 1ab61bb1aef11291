import type { JsonObject } from '../../domain/json.ts'
import { invalidField } from '../../domain/problem.ts'
import { checkJson } from '../../domain/request/check-json.ts'

export const METADATA_MAX_DEPTH = 16

/** Refuses metadata that is too large for the tenant, too deep, or holds text or numbers that cannot be given back as they came. */
export function checkMetadata(field: string, metadata: JsonObject, maxBytes: number): JsonObject {
  checkJson(field, metadata, METADATA_MAX_DEPTH)
  const bytes = Buffer.byteLength(JSON.stringify(metadata))
  if (bytes > maxBytes) {
    throw invalidField(
      field,
      `\`${field}\` takes ${bytes} bytes as JSON, and this tenant may have ${maxBytes}`,
      `at most ${maxBytes} bytes as JSON in UTF-8`,
    )
  }
  return metadata
}
