import { join } from 'node:path'
import { edgeSchema } from '../sqlite/edge/edge-schema.ts'
import { prepareEdge } from '../sqlite/edge/prepare-edge.ts'
import { openSqliteTokenReader } from '../sqlite/edge/sqlite-token-store.ts'
import type { TokenReader } from '../tokens/token-store.ts'

/** The API tokens of a data directory that this process has open. Throws a `DamagedFileError`. */
export function openEmbeddedTokens(dataDir: string): TokenReader & { close(): void } {
  const file = join(dataDir, edgeSchema.file)
  prepareEdge(file)
  return openSqliteTokenReader(file)
}
