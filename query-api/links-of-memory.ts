import { compareText } from '../domain/compare-text.ts'
import type { Identity } from '../domain/identity.ts'
import { formatInstant } from '../domain/instant.ts'
import type { JsonObject } from '../domain/json.ts'
import { type LinkRow, standing } from '../domain/memory.ts'
import type { Reach } from './ports/reach.ts'
import { positionText } from './position-text.ts'
import type { QueryContext } from './query-context.ts'
import { readableRow } from './read-memory.ts'

/**
 * The links of a memory in both directions, those that were taken back too, in the form of the wire:
 * `{memory_id, namespace, links: [{direction: "out"|"in", rel, memory_id, standing, since, until, position}]}`. `memory_id` of a
 * link is its other end; `since` and `until` bound its last known interval.
 */
export async function linksOfMemory(
  context: QueryContext,
  identity: Identity,
  memoryId: string,
  reach?: Reach,
): Promise<JsonObject> {
  const row = await readableRow(context, identity, memoryId, reach)
  const links = await context.reader.links(row, [memoryId])
  return {
    memory_id: memoryId,
    namespace: row.namespace,
    links: links
      .flatMap((link) => ends(link, memoryId).map((end) => ({ link, ...end })))
      .sort(
        (a, b) =>
          a.link.changed - b.link.changed || compareText(a.other, b.other) || compareText(a.link.rel, b.link.rel),
      )
      .map(({ link, direction, other }) => ({
        direction,
        rel: link.rel,
        memory_id: other,
        ...stateJson(link),
        position: positionText(row.partition, link.changed, context.progress),
      })),
  }
}

/** A memory may state a link to itself: that one leads both ways. */
function ends(link: LinkRow, memoryId: string): ReadonlyArray<{ readonly direction: string; readonly other: string }> {
  return [
    ...(link.from === memoryId ? [{ direction: 'out', other: link.to }] : []),
    ...(link.to === memoryId ? [{ direction: 'in', other: link.from }] : []),
  ]
}

function stateJson({ intervals }: LinkRow): JsonObject {
  const last = intervals.at(-1)
  return {
    standing: standing(intervals) !== null,
    since: last === undefined ? null : formatInstant(last.knownFrom),
    until: last?.knownTo == null ? null : formatInstant(last.knownTo),
  }
}
