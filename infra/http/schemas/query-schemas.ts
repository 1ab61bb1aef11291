import Type from 'typebox'
import { LEAST_TOKEN_BUDGET } from '../../../domain/context/assemble-context.ts'
import { contractBounds } from '../../../domain/limits/request-bounds.ts'
import {
  after,
  closed,
  filters,
  instant,
  memoryId,
  namespace,
  nullableNumber,
  nullableText,
  optional,
  scopes,
} from './fields.ts'

const k = (description: string): Type.TOptional<Type.TInteger> =>
  optional(Type.Integer({ minimum: 1, maximum: contractBounds.k, description }))

/** Fields of a hit that `include` can name; `memory_id` and `score` are always there. */
export const HIT_FIELDS = [
  'memory_id',
  'namespace',
  'content',
  'metadata',
  'score',
  'kind',
  'author',
  'run_id',
  'user_id',
  'agent_id',
  'tags',
  'importance',
  'occurred_at',
  'recorded_at',
  'valid_until',
  'supersedes',
  'superseded_by',
  'retired_at',
  'rehearsals',
  'position',
  'signals',
] as const

const recallFields = {
  query: Type.String({ minLength: 1, maxLength: 10_000, description: 'What to recall, in plain words.' }),
  top_k: k('Alias of `k`.'),
  limit: k('Alias of `k`.'),
  namespace: optional(namespace),
  ...scopes,
  filters: optional(filters),
  as_of: optional(
    Type.Unsafe<{ valid?: string | null; known?: string | null } | null>({
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        valid: instant('What was true then.'),
        known: instant('What was known here then.'),
      },
      description: 'Ask about an earlier time, on either clock.',
    }),
  ),
  after: optional(after),
  min_score: optional(
    nullableNumber({
      type: ['number', 'null'],
      minimum: 0,
      maximum: 1,
      description: 'Leave out what scores lower; scores mean the same for every query.',
    }),
  ),
  allow_stale: optional(
    Type.Boolean({
      description:
        'While long-term memory does not answer: rank what is in memory, read the hits from the log as they were written, and say `stale`.',
    }),
  ),
}

export const recallBody = closed(
  {
    ...recallFields,
    k: k('How many memories at most. Default: 10.'),
    explain: optional(Type.Boolean({ description: 'Show what each signal gave.' })),
    include: optional(
      Type.Unsafe<string[] | null>({
        type: ['array', 'null'],
        items: { type: 'string', enum: HIT_FIELDS },
        maxItems: HIT_FIELDS.length,
        description: 'Fields of each result. Default: all.',
      }),
    ),
  },
  { examples: [{ query: 'Where does Ana live?', k: 5 }] },
)

export const contextBody = closed(
  {
    ...recallFields,
    k: k('How many memories at most are looked at. Default: 50.'),
    token_budget: optional(
      Type.Integer({
        minimum: LEAST_TOKEN_BUDGET,
        maximum: 100_000,
        description:
          'Tokens that the text may take. They are estimated, on the high side: about three fifths of them in English. Default: 1000.',
      }),
    ),
  },
  { examples: [{ query: 'Where does Ana live?', token_budget: 500 }] },
)

export const planBody = closed(
  {
    goal: Type.String({ minLength: 1, maxLength: 10_000, description: 'What is to be reached.' }),
    namespace: optional(namespace),
    max_steps: optional(Type.Integer({ minimum: 1, maximum: 50, description: 'Default: 10.' })),
    ...scopes,
    filters: optional(filters),
    after: optional(after),
  },
  { examples: [{ goal: 'Move the office to Lisbon', max_steps: 5 }] },
)

/** Which page of a list. */
export const page = {
  limit: optional(Type.Integer({ minimum: 1, maximum: contractBounds.page, description: 'Default: 50.' })),
  cursor: optional(nullableText({ minLength: 1, maxLength: 1024, description: '`next_cursor` of the page before.' })),
}

export const pageQuery = closed(page)

const memoriesPage = { namespace: optional(namespace), ...scopes, ...page, after: optional(after) }

export const listQuery = closed(memoriesPage)

/** A cursor of this list holds a `run_id`, which may be long. */
const cursorOfEpisodes = nullableText({
  minLength: 1,
  maxLength: 2048,
  description: '`next_cursor` of the page before.',
})

export const episodesQuery = closed({
  namespace: optional(namespace),
  user_id: scopes.user_id,
  agent_id: scopes.agent_id,
  limit: page.limit,
  cursor: optional(cursorOfEpisodes),
  after: optional(after),
})

export const searchBody = closed(
  { ...memoriesPage, filters: optional(filters) },
  { examples: [{ filters: { tags: 'home' } }] },
)

export const workingMemoryQuery = closed({ namespace: optional(namespace) })

export const noQuery = closed({})

export const namespaceQuery = closed({ namespace: optional(namespace) })

export const memoryParams = closed({ id: memoryId('Id of a memory.') })

export const commandParams = closed({ id: memoryId('Id of a command.') })

export const namespaceParams = closed({ namespace })
