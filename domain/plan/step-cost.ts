import type { JsonObject } from '../json.ts'

/** What a step costs in the unit of whoever stored it: `metadata.cost` when that is a number of at least 0, else 1. */
export function stepCost(metadata: JsonObject): number {
  const cost = Object.hasOwn(metadata, 'cost') ? metadata.cost : undefined
  return typeof cost === 'number' && Number.isFinite(cost) && cost >= 0 ? cost : 1
}
