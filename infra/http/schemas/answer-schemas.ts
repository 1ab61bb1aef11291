import Type, { type TSchema } from 'typebox'
import { ID_EXAMPLE, INSTANT_EXAMPLE, POSITION_EXAMPLE } from './fields.ts'

/** Answers as /openapi.json shows them. They may gain fields, so they are not closed. */

const text = Type.String()
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] })
const id = Type.String({ format: 'uuid', examples: [ID_EXAMPLE] })
const instant = Type.String({ format: 'date-time', examples: [INSTANT_EXAMPLE] })
const instantOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' })
const position = Type.String({ examples: [POSITION_EXAMPLE] })
const degraded = Type.Optional(Type.Array(text, { description: 'Parts that were missing for this answer.' }))

export const receiptAnswer = Type.Object({
  memory_id: textOrNull,
  command_id: id,
  position,
  status: Type.Unsafe<string>({ type: 'string', enum: ['accepted', 'stored', 'duplicate', 'repeated'] }),
  accepted_at: instant,
})

export const forgetAnswer = Type.Object({
  count: Type.Integer({ description: 'Memories that the request names.' }),
  dry_run: Type.Boolean(),
  receipts: Type.Array(receiptAnswer),
  position: textOrNull,
})

const itemError = Type.Object({ code: text, detail: text, field: Type.Optional(text), expected: Type.Optional(text) })

export const batchLine = Type.Object({
  index: Type.Integer({ description: 'Place in the request, from 0.' }),
  status: Type.Optional(text),
  memory_id: Type.Optional(textOrNull),
  command_id: Type.Optional(id),
  position: Type.Optional(position),
  error: Type.Optional(itemError),
})

const batchCounts = { accepted: Type.Integer(), failed: Type.Integer(), position: textOrNull }

export const batchAnswer = Type.Object({ results: Type.Array(batchLine), ...batchCounts })

const memoryFields = {
  memory_id: id,
  namespace: text,
  content: text,
  metadata: Type.Unsafe<object>({ type: 'object' }),
  kind: text,
  author: textOrNull,
  run_id: textOrNull,
  user_id: textOrNull,
  agent_id: textOrNull,
  tags: Type.Array(text),
  importance: Type.Number(),
  occurred_at: instant,
  recorded_at: instant,
  valid_until: instantOrNull,
  supersedes: textOrNull,
  superseded_by: textOrNull,
  retired_at: instantOrNull,
  rehearsals: Type.Integer(),
  position,
}

export const memoryAnswer = Type.Object(memoryFields)

const signal = Type.Object({ value: Type.Number(), weight: Type.Number(), contribution: Type.Number() })

export const recallAnswer = Type.Object({
  results: Type.Array(
    Type.Object({
      ...Type.Partial(memoryAnswer).properties,
      memory_id: id,
      score: Type.Number({ description: '0 to 1, the same for every query.' }),
      signals: Type.Optional(Type.Record(text, signal)),
    }),
  ),
  total_results: Type.Integer(),
  query_time_ms: Type.Number(),
  as_of: instant,
  position,
  stale: Type.Optional(
    Type.Literal(true, { description: 'Long-term memory did not answer: what was known before, as it was written.' }),
  ),
  degraded,
  explanation: Type.Optional(Type.Unsafe<object>({ type: 'object' })),
})

export const contextAnswer = Type.Object({
  text: Type.String({ description: 'To stand in front of a model. Empty when nothing was recalled.' }),
  estimated_tokens: Type.Integer(),
  token_budget: Type.Integer(),
  citations: Type.Array(
    Type.Object({
      number: Type.Integer({ description: 'Of its line in the text.' }),
      memory_id: id,
      author: textOrNull,
      run_id: textOrNull,
      occurred_at: instant,
      score: Type.Number(),
      cut: Type.Boolean({ description: 'Only the beginning of its content is in the text.' }),
    }),
  ),
  left_out: Type.Array(
    Type.Object({
      memory_id: id,
      reason: Type.Unsafe<string>({ type: 'string', enum: ['budget', 'repeats', 'superseded'] }),
      of: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        format: 'uuid',
        description: 'The memory that says the same, or corrects it.',
      }),
    }),
  ),
  total_results: Type.Integer({ description: 'Memories that were looked at.' }),
  query_time_ms: Type.Number(),
  as_of: instant,
  position,
  degraded,
})

export const pageAnswer = Type.Object({ items: Type.Array(memoryAnswer), next_cursor: textOrNull, position, degraded })

export const episodesAnswer = Type.Object({
  items: Type.Array(
    Type.Object({
      run_id: text,
      memories: Type.Integer({ description: 'Of the episode, that stand now and match.' }),
      first_occurred_at: instant,
      last_occurred_at: instant,
    }),
  ),
  next_cursor: textOrNull,
  position,
  degraded,
})

export const namespacesAnswer = Type.Object({
  items: Type.Array(
    Type.Object({
      namespace: text,
      memories: Type.Integer(),
      retired: Type.Integer(),
      language: text,
      profile: text,
      first_recorded_at: instant,
      last_recorded_at: instant,
    }),
  ),
  next_cursor: textOrNull,
})

export const commandAnswer = Type.Object({
  command_id: id,
  type: text,
  memory_id: textOrNull,
  status: text,
  reason: textOrNull,
  position,
  known_at: instant,
})

export const workingMemoryAnswer = Type.Object({
  items: Type.Array(Type.Object({ ...memoryFields, priority: Type.Number() })),
  density: Type.Object({
    exposures: Type.Integer(),
    trace: Type.Number(),
    purity: Type.Number(),
    dimension: Type.Integer(),
  }),
  position,
  degraded,
})

const link = Type.Object({ rel: text, target: id })

const needed = Type.Object({ memory_id: id, needed_by: id, rel: text })

export const planAnswer = Type.Object({
  goal: text,
  steps: Type.Array(
    Type.Object({
      step: Type.Integer(),
      memory: memoryAnswer,
      links: Type.Array(link),
      depends_on: Type.Array(Type.Object({ memory_id: id, rel: text })),
      cost: Type.Number(),
      confidence: Type.Number(),
    }),
  ),
  missing: Type.Array(needed, { description: 'Link targets that are not stored here.' }),
  unexplored: Type.Array(needed, { description: 'Link targets that were not looked at.' }),
  cycles: Type.Array(Type.Array(id)),
  omitted: Type.Integer({ description: 'Recalled memories that did not fit with all that comes before them.' }),
  position,
  degraded,
})

export const objectAnswer = Type.Unsafe<object>({ type: 'object' })

export const problemSchema = Type.Object(
  {
    type: text,
    title: text,
    status: Type.Integer(),
    detail: text,
    code: Type.String({ description: 'Stable; see /docs/errors.' }),
    field: Type.Optional(Type.String({ description: 'The field at fault, as it was spelt.' })),
    expected: Type.Optional(Type.String({ description: 'What would be valid.' })),
    retryable: Type.Boolean({ description: 'Whether the same request may succeed later.' }),
    instance: text,
  },
  { $id: 'Problem', description: 'Problem details (RFC 9457).' },
)

/** Response schemas of a route: its own answers, and problem details for all else. */
export const answers = (own: Readonly<Record<number, TSchema>>): Record<string, unknown> => ({
  ...own,
  default: {
    description: 'A refusal or failure: problem details (RFC 9457).',
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  },
})
