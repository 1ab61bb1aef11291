import type { JsonObject } from '../../domain/json.ts'
import { invalidField } from '../../domain/problem.ts'
import { checkJson } from '../../domain/request/check-json.ts'

export const METADATA_MAX_BYTES = 16_384
export const METADATA_MAX_DEPTH = 16

/** Refuses metadata that is too large, too deep, or holds text or numbers that cannot be given back as they came. */
export function checkMetadata(field: string, metadata: JsonObject): JsonObject {
  checkJson(field, metadata, METADATA_MAX_DEPTH)
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
