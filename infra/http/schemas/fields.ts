import Type from 'typebox'
import { KINDS, type Kind } from '../../../domain/command.ts'
import { INSTANT_EXPECTED } from '../../../domain/instant.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { NAME_PATTERN } from '../../../domain/names.ts'

/** Field schemas that several routes share. `x-expected` is what a refusal says is valid. */

const UUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
export const UUID_EXPECTED = 'a UUID such as 0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f'
export const NAME_EXPECTED = '1 to 128 of A–Z a–z 0–9 . _ -, beginning with a letter or digit'
export const INSTANT_EXAMPLE = '2025-10-15T12:00:00Z'
export const ID_EXAMPLE = '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f'
export const POSITION_EXAMPLE = 'AQ8RWt0e9HjDAAUAAAAAAAAAKg'

type Annotations = Readonly<Record<string, unknown>>

/** Text or null: clients that write absent values as null are understood. */
export const nullableText = (annotations: Annotations): Type.TUnsafe<string | null> =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], ...annotations })

export const nullableNumber = (annotations: Annotations): Type.TUnsafe<number | null> =>
  Type.Unsafe<number | null>({ ...annotations })

export const optional = Type.Optional

export const memoryId = (description: string): Type.TString =>
  Type.String({ pattern: UUID, 'x-expected': UUID_EXPECTED, description, examples: [ID_EXAMPLE] })

export const nullableMemoryId = (description: string): Type.TUnsafe<string | null> =>
  nullableText({ pattern: UUID, 'x-expected': UUID_EXPECTED, description })

export const namespace = Type.String({
  pattern: NAME_PATTERN,
  'x-expected': NAME_EXPECTED,
  description: 'An application, or whatever keeps its memories apart. Default: `default`.',
  examples: ['default'],
})

export const label = (description: string): Type.TUnsafe<string | null> =>
  nullableText({ minLength: 1, maxLength: 256, description })

export const instant = (description: string): Type.TUnsafe<string | null> =>
  nullableText({ maxLength: 64, 'x-expected': INSTANT_EXPECTED, description, examples: [INSTANT_EXAMPLE] })

export const kind = Type.Unsafe<Kind>({
  type: 'string',
  enum: KINDS,
  description: 'What sort of memory it is. Default: `episodic`.',
})

export const jsonObject = (annotations: Annotations): Type.TUnsafe<JsonObject> =>
  Type.Unsafe<JsonObject>({ type: 'object', ...annotations })

export const filters = Type.Unsafe<JsonObject | null>({
  type: ['object', 'null'],
  description:
    'Conditions on `metadata.<path>`, `tags`, `author`, `user_id`, `agent_id`, `run_id`, `kind`, `occurred_at`, ' +
    '`importance`: `{field: value}`, or with `$ne $in $nin $gt $gte $lt $lte $exists`, joined by `$and $or $not`.',
  examples: [{ 'metadata.source': 'mail', occurred_at: { $gte: '2025-01-01T00:00:00Z' } }],
})

export const scopes = {
  user_id: optional(label('Only memories of this end user.')),
  agent_id: optional(label('Only memories of this agent.')),
  run_id: optional(label('Only memories of this conversation.')),
  episode: optional(label('Alias of `run_id`.')),
}

export const after = nullableText({
  minLength: 1,
  maxLength: 64,
  description:
    'Read your writes: `latest`, or a `position` of an earlier answer. Waits until it is visible, else 503 `not_yet_visible`.',
  examples: ['latest'],
})

export const position = Type.String({
  description: 'Opaque: how far the log is included. Give it as `after` to read what was written.',
  examples: [POSITION_EXAMPLE],
})

/** An object that refuses what it does not know. */
export const closed = <T extends Type.TProperties>(properties: T, annotations: Annotations = {}): Type.TObject<T> =>
  Type.Object(properties, { additionalProperties: false, ...annotations })
