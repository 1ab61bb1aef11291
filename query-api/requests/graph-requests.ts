import type { Direction, Steps } from '../../domain/graph/hop.ts'
import { boundedNumber, type RequestBounds } from '../../domain/limits/request-bounds.ts'
import { afterField } from './after-field.ts'

interface GraphBody {
  readonly namespace?: string
  readonly direction?: Direction
  readonly rel?: readonly string[] | null
  readonly after?: string | null
}

export interface NeighboursBody extends GraphBody {
  readonly memory_id: string
  readonly depth?: number
  readonly limit?: number
}

export interface PathBody extends GraphBody {
  readonly from: string
  readonly to: string
  readonly max_length?: number
}

interface GraphRequest {
  /** `null`: that of the memory that the walk begins at. */
  readonly namespace: string | null
  readonly steps: Steps
  /** `latest`, a position as the caller gave it, or `null` for the default of the way of running. */
  readonly after: string | null
}

export interface NeighboursRequest extends GraphRequest {
  readonly memoryId: string
  /** Links from the memory at most, 1–4. */
  readonly depth: number
  /** 1–500. */
  readonly limit: number
}

export interface PathRequest extends GraphRequest {
  readonly from: string
  readonly to: string
  /** Links of the path at most, 1–8. */
  readonly maxLength: number
}

const NEIGHBOURS = 50
const PATH_LENGTH = 4

export const toNeighboursRequest = (body: NeighboursBody, bounds: RequestBounds): NeighboursRequest => ({
  ...graphRequest(body),
  memoryId: body.memory_id.toLowerCase(),
  depth: body.depth ?? 1,
  limit: boundedNumber({ limit: body.limit }, { most: bounds.page, otherwise: NEIGHBOURS, unit: 'memories' }),
})

export const toPathRequest = (body: PathBody): PathRequest => ({
  ...graphRequest(body),
  from: body.from.toLowerCase(),
  to: body.to.toLowerCase(),
  maxLength: body.max_length ?? PATH_LENGTH,
})

const graphRequest = ({ namespace, direction, rel, after }: GraphBody): GraphRequest => ({
  namespace: namespace ?? null,
  steps: { direction: direction ?? 'both', rels: rel == null ? null : new Set(rel) },
  after: afterField(after),
})
