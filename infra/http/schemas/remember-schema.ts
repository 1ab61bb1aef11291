import Type from 'typebox'
import { contractBounds } from '../../../domain/limits/request-bounds.ts'
import {
  closed,
  ID_EXAMPLE,
  INSTANT_EXAMPLE,
  instant,
  jsonObject,
  kind,
  label,
  memoryId,
  namespace,
  nullableMemoryId,
  nullableNumber,
  optional,
} from './fields.ts'

const content = Type.String({
  minLength: 1,
  maxLength: 50_000,
  description: 'The text to remember: 1 to 50,000 characters of any Unicode text.',
  examples: ['Ana moved to Lisbon in March.'],
})

const link = closed({
  rel: Type.String({
    pattern: '^[A-Za-z][A-Za-z0-9_.:-]{0,63}$',
    'x-expected': '1 to 64 of A–Z a–z 0–9 _ . : -, beginning with a letter',
    description: 'How this memory relates to the target.',
    examples: ['depends_on'],
  }),
  target: memoryId('The memory that it leads to.'),
})

export const rel = link.properties.rel

const idempotencyKey = Type.String({
  minLength: 1,
  maxLength: 255,
  description: 'A retry with the same key stores nothing twice.',
})

const sharedFields = {
  namespace: optional(namespace),
  user_id: optional(label('The end user whom it is about; also the data subject.')),
  agent_id: optional(label('The agent that remembers.')),
  run_id: optional(label('The conversation or session it belongs to.')),
  episode: optional(label('Alias of `run_id`.')),
  author: optional(label('Who said or wrote it.')),
  kind: optional(kind),
  occurred_at: optional(instant('When it was so. Default: when it is recorded.')),
  importance: optional(Type.Number({ minimum: 0, maximum: 1, description: '0 to 1. Default: 0.5.' })),
  subject: optional(label('The data subject. Default: `user_id`, else the namespace itself.')),
  ttl_seconds: optional(
    nullableNumber({
      type: ['integer', 'null'],
      minimum: 1,
      maximum: 3_153_600_000,
      description: 'Seconds after which it is no longer valid.',
    }),
  ),
}

const sharedLists = {
  metadata: optional(
    jsonObject({ description: 'Any JSON object of up to 16 KB, 16 levels deep.', examples: [{ source: 'chat' }] }),
  ),
  tags: optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
      maxItems: contractBounds.tags,
      description: 'Up to 64 words.',
    }),
  ),
  links: optional(
    Type.Array(link, { maxItems: contractBounds.links, description: 'Up to 64 typed links to other memories.' }),
  ),
}

const ownFields = {
  content,
  ...sharedFields,
  ...sharedLists,
  supersedes: optional(nullableMemoryId('The memory that this one corrects; its validity ends where this one begins.')),
}

const example = {
  content: 'Ana moved to Lisbon in March.',
  user_id: 'ana',
  run_id: 'chat-17',
  occurred_at: INSTANT_EXAMPLE,
  tags: ['home'],
}

export const rememberBody = closed(ownFields, { examples: [example] })

export const batchItem = closed({ ...ownFields, idempotency_key: optional(idempotencyKey) })

export const batchMessage = closed({
  role: Type.String({ minLength: 1, maxLength: 128, description: 'Kept in `metadata.role`.', examples: ['user'] }),
  name: optional(label('Who speaks, when the role does not say it: becomes the author.')),
  content,
  occurred_at: optional(instant('When it was said.')),
  idempotency_key: optional(idempotencyKey),
})

/** One line of a streamed import. */
export const batchImportLine = Type.Union([batchItem, batchMessage])

const batchFields = { ...sharedFields, ...sharedLists }

/** As the documentation shows it: items with all their fields. */
export const batchBody = closed(
  {
    ...batchFields,
    items: optional(Type.Array(batchItem, { minItems: 1, maxItems: contractBounds.batchItems })),
    messages: optional(Type.Array(batchMessage, { minItems: 1, maxItems: contractBounds.batchItems })),
  },
  {
    description: 'Either `items` or `messages`. Fields at the top hold for each of them; its own fields win.',
    examples: [{ run_id: 'chat-17', messages: [{ role: 'user', content: 'I moved to Lisbon.' }] }],
  },
)

/** As it is checked before its items are: what is wrong with one item is that item's result. */
export const batchShell = closed({
  ...batchFields,
  items: optional(Type.Array(Type.Unknown(), { minItems: 1, maxItems: contractBounds.batchItems })),
  messages: optional(Type.Array(Type.Unknown(), { minItems: 1, maxItems: contractBounds.batchItems })),
})

/** Shared fields of a batch, wherever they come from. */
export const batchShared = closed(batchFields)

/** Shared fields of a streamed import, in the query string: what is neither text nor number is JSON there. */
export const batchQuery = closed({
  ...sharedFields,
  tags: optional(
    Type.Unsafe<string | string[]>({
      type: ['string', 'array'],
      items: { type: 'string' },
      description: 'Up to 64 words, each as a parameter of its own: `tags=home&tags=family`.',
    }),
  ),
  metadata: optional(Type.String({ description: 'JSON of an object.', examples: ['{"source":"chat"}'] })),
  links: optional(Type.String({ description: 'JSON of an array of `{rel, target}`.' })),
})

export const linkBody = closed(
  {
    memory_id: memoryId('Where the link starts.'),
    rel,
    target: link.properties.target,
    namespace: optional(namespace),
  },
  { examples: [{ memory_id: ID_EXAMPLE, rel: 'depends_on', target: '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e50' }] },
)
