import Type from 'typebox'
import type { Direction } from '../../../domain/graph/hop.ts'
import { contractBounds } from '../../../domain/limits/request-bounds.ts'
import { memoryAnswer } from './answer-schemas.ts'
import { after, closed, ID_EXAMPLE, memoryId, namespace, optional, POSITION_EXAMPLE } from './fields.ts'
import { rel } from './remember-schema.ts'

const OTHER_ID_EXAMPLE = '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e50'
const MOST_RELATIONS = 16

const walk = {
  namespace: optional({ ...namespace, description: 'Of the memory where the walk begins. Default: wherever that is.' }),
  direction: optional(
    Type.Unsafe<Direction>({
      type: 'string',
      enum: ['out', 'in', 'both'],
      description: 'Follow links to their targets (`out`), back from them (`in`), or `both`. Default: `both`.',
    }),
  ),
  rel: optional(
    Type.Unsafe<string[] | null>({
      type: ['array', 'null'],
      items: rel,
      minItems: 1,
      maxItems: MOST_RELATIONS,
      description: 'Only links of these relations. Default: all.',
    }),
  ),
  after: optional(after),
}

export const neighboursBody = closed(
  {
    memory_id: memoryId('Where the walk begins.'),
    depth: optional(Type.Integer({ minimum: 1, maximum: 4, description: 'Links away at most. Default: 1.' })),
    limit: optional(
      Type.Integer({ minimum: 1, maximum: contractBounds.page, description: 'Memories at most. Default: 50.' }),
    ),
    ...walk,
  },
  { examples: [{ memory_id: ID_EXAMPLE, depth: 2 }] },
)

export const pathBody = closed(
  {
    from: memoryId('Where the path begins.'),
    to: memoryId('Where it ends.'),
    max_length: optional(Type.Integer({ minimum: 1, maximum: 8, description: 'Links at most. Default: 4.' })),
    ...walk,
  },
  { examples: [{ from: ID_EXAMPLE, to: OTHER_ID_EXAMPLE }] },
)

const id = Type.String({ format: 'uuid', examples: [ID_EXAMPLE] })
const links = Type.Array(Type.Object({ memory_id: id, rel: Type.String(), target: id }))
const answered = {
  position: Type.String({ examples: [POSITION_EXAMPLE] }),
  degraded: Type.Optional(Type.Array(Type.String(), { description: 'Parts that were missing for this answer.' })),
}

export const neighboursAnswer = Type.Object({
  memory_id: Type.String({ format: 'uuid', description: 'Where the walk began: the memory, or its correction.' }),
  items: Type.Array(Type.Object({ ...memoryAnswer.properties, distance: Type.Integer() })),
  links,
  missing: Type.Array(Type.Object({ memory_id: id, linked_to: id, rel: Type.String() }), {
    description: 'Ends of links that do not stand here: never stored, retired, erased or out of date.',
  }),
  complete: Type.Boolean({ description: 'There are no more within the depth.' }),
  ...answered,
})

export const pathAnswer = Type.Object({
  found: Type.Boolean(),
  length: Type.Unsafe<number | null>({ type: ['integer', 'null'], description: 'Links of the path.' }),
  items: Type.Array(memoryAnswer),
  links,
  explored: Type.Integer({ description: 'Memories that were reached.' }),
  complete: Type.Boolean({
    description: '`false`: the search came to a limit, and there may be a path, or a shorter one.',
  }),
  ...answered,
})
