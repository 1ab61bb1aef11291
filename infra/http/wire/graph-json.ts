import type { GraphLink } from '../../../domain/graph/link.ts'
import type { NeighboursAnswer, PathAnswer } from '../../../query-api/query-api.ts'
import { degradedJson, memoryJson } from './memory-json.ts'

type Json = Record<string, unknown>

/** As `POST /link` takes it. */
const linkJson = ({ from, rel, to }: GraphLink): Json => ({ memory_id: from, rel, target: to })

export const neighboursJson = (answer: NeighboursAnswer): Json => ({
  memory_id: answer.memoryId,
  items: answer.items.map((item) => ({ ...memoryJson(item), distance: item.distance })),
  links: answer.links.map(linkJson),
  missing: answer.missing.map(({ memoryId, linkedTo, rel }) => ({ memory_id: memoryId, linked_to: linkedTo, rel })),
  complete: answer.complete,
  position: answer.position,
  ...degradedJson(answer.degraded),
})

export const pathJson = (answer: PathAnswer): Json => ({
  found: answer.found,
  length: answer.found ? answer.links.length : null,
  items: answer.items.map(memoryJson),
  links: answer.links.map(linkJson),
  explored: answer.explored,
  complete: answer.complete,
  position: answer.position,
  ...degradedJson(answer.degraded),
})
