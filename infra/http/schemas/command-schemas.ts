import Type from 'typebox'
import type { RankingProfile } from '../../../domain/command.ts'
import { closed, filters, ID_EXAMPLE, memoryId, namespace, optional } from './fields.ts'

const scope = (description: string): Type.TOptional<Type.TString> =>
  optional(Type.String({ minLength: 1, maxLength: 256, description }))

export const forgetBody = closed(
  {
    memory_id: optional(memoryId('The one memory to retire.')),
    filters: optional(filters),
    user_id: scope('Only memories of this end user; with `mode: "erase"` the data subject.'),
    subject: scope('With `mode: "erase"`: the data subject, when it is no `user_id`.'),
    agent_id: scope('Only memories of this agent.'),
    run_id: scope('Only memories of this conversation.'),
    episode: scope('Alias of `run_id`.'),
    namespace: optional(namespace),
    dry_run: optional(Type.Boolean({ description: 'Only count what would be retired.' })),
    mode: optional(
      Type.Unsafe<'retire' | 'erase'>({
        type: 'string',
        enum: ['retire', 'erase'],
        description:
          '`retire` (the default): no longer recalled, still there as of an earlier time. `erase`: everything of a data ' +
          'subject is gone for good, here or, without `namespace`, in all namespaces.',
      }),
    ),
  },
  {
    description: 'Either `memory_id`, or `filters` and scopes that are not empty.',
    examples: [{ filters: { tags: 'draft' }, dry_run: true }],
  },
)

export const restoreBody = closed(
  { memory_id: memoryId('The retired memory.'), namespace: optional(namespace) },
  { examples: [{ memory_id: ID_EXAMPLE }] },
)

export const feedbackBody = closed(
  {
    memory_id: memoryId('The memory that was recalled.'),
    useful: optional(Type.Boolean({ description: 'Default: true.' })),
    namespace: optional(namespace),
  },
  { examples: [{ memory_id: ID_EXAMPLE, useful: true }] },
)

export const configureBody = closed(
  {
    language: optional(
      Type.String({
        pattern: '^[a-z]{2,3}$',
        'x-expected': 'a primary language of two or three letters (BCP 47), such as en',
        description: 'The language of the texts.',
        examples: ['en'],
      }),
    ),
    profile: optional(
      Type.Unsafe<RankingProfile>({
        type: 'string',
        enum: ['auto', 'dialogue', 'notes'],
        description: 'How recall ranks.',
      }),
    ),
  },
  { examples: [{ language: 'en', profile: 'dialogue' }] },
)
