import Type, { type TObject, type TProperties } from 'typebox'
import type { JsonObject, JsonValue } from '../../domain/json.ts'
import { forgetBody } from '../http/schemas/command-schemas.ts'
import { closed, optional } from '../http/schemas/fields.ts'
import { contextBody, recallBody } from '../http/schemas/query-schemas.ts'
import { rememberBody } from '../http/schemas/remember-schema.ts'

/** A route of the HTTP API as an agent's tool. */
export interface MemoryTool {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Fields of the route, without aliases and without what is none of an agent's business. */
  readonly input: TObject
  /** Hints of the protocol to whoever asks the user for leave. */
  readonly hints: {
    readonly readOnlyHint: boolean
    readonly destructiveHint: boolean
    readonly idempotentHint: boolean
  }
  readonly side: 'commands' | 'query'
  readonly path: string
  request(input: JsonObject): { readonly body: JsonObject; readonly headers: Readonly<Record<string, string>> }
  /** What stands in front of the model. */
  text(answer: JsonObject): string
}

function fieldsOf<T extends TProperties>(schema: TObject<T>, names: ReadonlyArray<keyof T & string>): TProperties {
  return Object.fromEntries(names.map((name) => [name, schema.properties[name]])) as unknown as TProperties
}

const asJson = (answer: JsonObject): string => JSON.stringify(answer)

/** What a model needs of a hit; `memory_id` and `score` are always there. */
const LEAN_HIT: readonly JsonValue[] = ['content', 'author', 'occurred_at', 'run_id', 'tags']

/** The answer tells what became of it, and what follows finds it, also where reads do not wait for writes. */
const WAIT_FOR_THE_FOLD = { prefer: 'wait=2' }

const keyOf = (description: string) => optional(Type.String({ minLength: 1, maxLength: 255, description }))

function write({ idempotency_key: key, ...body }: JsonObject): ReturnType<MemoryTool['request']> {
  const headers = typeof key === 'string' ? { ...WAIT_FOR_THE_FOLD, 'idempotency-key': key } : WAIT_FOR_THE_FOLD
  return { body, headers }
}

const scoped = ['namespace', 'user_id', 'agent_id', 'run_id'] as const
const asked = ['query', ...scoped, 'filters', 'as_of', 'after', 'min_score', 'k'] as const
const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true }

export const memoryTools: readonly MemoryTool[] = [
  {
    name: 'remember',
    title: 'Remember something',
    description:
      'Stores one fact, event, decision or preference so that it can be recalled in later conversations. ' +
      'One statement at a time, in full words, with names instead of pronouns. What recall already gave need not be stored again.',
    input: closed({
      ...fieldsOf(rememberBody, [
        'content',
        ...scoped,
        'author',
        'kind',
        'occurred_at',
        'importance',
        'tags',
        'metadata',
        'supersedes',
        'ttl_seconds',
      ]),
      idempotency_key: keyOf('A retry with the same key stores nothing twice.'),
    }),
    hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
    side: 'commands',
    path: '/remember',
    request: write,
    text: asJson,
  },
  {
    name: 'recall',
    title: 'Recall what bears on a question',
    description:
      'Searches memory by meaning of the words, names and dates of a question; the best matches first, each with its id and a score from 0 to 1.',
    input: closed(fieldsOf(recallBody, [...asked, 'include'])),
    hints: reads,
    side: 'query',
    path: '/recall',
    request: (body) => ({ body: { include: [...LEAN_HIT], ...body }, headers: {} }),
    text: asJson,
  },
  {
    name: 'context',
    title: 'A ready context within a token budget',
    description:
      'Recalls and writes what fits into a budget of tokens as one text in the order of time, without repetitions, with citations.',
    input: closed(fieldsOf(contextBody, [...asked, 'token_budget'])),
    hints: reads,
    side: 'query',
    path: '/context',
    request: (body) => ({ body, headers: {} }),
    text: ({ text }) => (text === '' ? 'Nothing in memory bears on it.' : String(text)),
  },
  {
    name: 'forget',
    title: 'Retire memories',
    description:
      'Retires one memory by its id, or all that filters name: they are recalled no more. Nothing is erased, an administrator can restore it.',
    input: closed({
      ...fieldsOf(forgetBody, ['memory_id', 'filters', ...scoped, 'dry_run']),
      idempotency_key: keyOf('A retry with the same key retires only what the first call did.'),
    }),
    hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
    side: 'commands',
    path: '/forget',
    request: write,
    text: asJson,
  },
]
