import type { TSchema } from 'typebox'
import { METADATA_MAX_DEPTH } from '../../commands/requests/check-metadata.ts'
import { defaultFilterLimits } from '../../domain/filter/parse-filter.ts'
import { contractBounds } from '../../domain/limits/request-bounds.ts'
import { defaultHttpOptions } from '../http/http-options.ts'
import { contextBody, listQuery, planBody, recallBody } from '../http/schemas/query-schemas.ts'
import { batchBody, rememberBody } from '../http/schemas/remember-schema.ts'

/** What one request may hold at most, whoever asks: a row of docs/reference/limits.md. */
export interface RequestLimit {
  readonly what: string
  readonly limit: number
  readonly unit: string
}

interface Bounds {
  readonly maxItems?: number
  readonly maxLength?: number
  readonly maximum?: number
}

/** The bound that a schema holds, so that the page cannot say another. Throws when it has none. */
function boundOf(schema: TSchema, bound: keyof Bounds): number {
  const value = (schema as Bounds)[bound]
  if (value === undefined) throw new Error(`a schema without ${bound}`)
  return value
}

const MIB = 1024 * 1024

export const requestLimits: readonly RequestLimit[] = [
  { what: 'Content', limit: boundOf(rememberBody.properties.content, 'maxLength'), unit: 'characters' },
  { what: 'Metadata of a memory, as JSON', limit: contractBounds.metadataBytes, unit: 'bytes' },
  { what: 'Depth of metadata', limit: METADATA_MAX_DEPTH, unit: 'levels' },
  { what: 'Tags of a memory', limit: boundOf(rememberBody.properties.tags, 'maxItems'), unit: 'tags' },
  { what: 'Links that a memory states', limit: boundOf(rememberBody.properties.links, 'maxItems'), unit: 'links' },
  { what: 'Depth of a filter', limit: defaultFilterLimits.depth, unit: 'levels' },
  { what: 'Conditions of a filter', limit: defaultFilterLimits.clauses, unit: 'conditions' },
  { what: 'Values of a filter', limit: defaultFilterLimits.values, unit: 'values' },
  { what: 'Batch', limit: boundOf(batchBody.properties.items, 'maxItems'), unit: 'items or messages' },
  { what: 'Line of a stream', limit: defaultHttpOptions.importLineLimitBytes / MIB, unit: 'MiB' },
  { what: 'Query, goal', limit: boundOf(recallBody.properties.query, 'maxLength'), unit: 'characters' },
  { what: '`k` of a recall', limit: boundOf(recallBody.properties.k, 'maximum'), unit: 'memories' },
  { what: 'Steps of a plan', limit: boundOf(planBody.properties.max_steps, 'maximum'), unit: 'steps' },
  { what: 'Context', limit: boundOf(contextBody.properties.token_budget, 'maximum'), unit: 'estimated tokens' },
  { what: 'Page of a list', limit: boundOf(listQuery.properties.limit, 'maximum'), unit: 'memories' },
  { what: 'Body of a request', limit: defaultHttpOptions.bodyLimitBytes / MIB, unit: 'MiB' },
  { what: 'Body of a batch', limit: defaultHttpOptions.batchBodyLimitBytes / MIB, unit: 'MiB' },
  { what: 'Headers', limit: defaultHttpOptions.maxHeaderBytes, unit: 'bytes' },
  { what: '`Prefer: wait`', limit: defaultHttpOptions.maxWaitMs / 1000, unit: 's' },
]
