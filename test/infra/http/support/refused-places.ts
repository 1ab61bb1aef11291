import { LONG_TERM_FOLD_VERSION } from '../../../../domain/long-term/fold.ts'
import { partitionKey, partitionOf } from '../../../../domain/partition.ts'
import { encodePosition } from '../../../../domain/position.ts'
import { encodeCursor } from '../../../../query-api/cursor.ts'
import { FIRST_GENERATION } from '../../../query-api/support/folded-log.ts'
import type { Refusal } from './refusal.ts'

/** Where whoever asks over the loopback is, unless told otherwise. */
export const SCOPE = { tenant: 'default', namespace: 'default' }
const partition = partitionOf(partitionKey(SCOPE))
const ELSEWHERE = 'f'.repeat(16)

const cursor = (generation: string, of = SCOPE): string =>
  encodeCursor({ foldVersion: LONG_TERM_FOLD_VERSION, generation, offset: 2 }, of, null)

const cursors: ReadonlyArray<readonly [string, string]> = [
  ['text that is no cursor', 'second-page'],
  ['a cursor that was altered', `${cursor(FIRST_GENERATION).slice(0, -2)}AA`],
  ['a cursor of another namespace', cursor(FIRST_GENERATION, { ...SCOPE, namespace: 'other' })],
  ['a cursor of another tenant', cursor(FIRST_GENERATION, { ...SCOPE, tenant: 'other' })],
  ['a cursor of another log', cursor(ELSEWHERE)],
]

const positions: ReadonlyArray<readonly [string, string]> = [
  ['a position of another log', encodePosition({ generation: ELSEWHERE, partition, offset: 1 })],
  ['a position of another log beyond the head', encodePosition({ generation: ELSEWHERE, partition, offset: 99 })],
  [
    'a position of another partition',
    encodePosition({ generation: FIRST_GENERATION, partition: partition + 1, offset: 1 }),
  ],
]

/** Of a place that is well formed, only who has the log can say that it is not one of this log. */
export const refusedPlaces: readonly Refusal[] = [
  ...cursors.flatMap(([what, text]): Refusal[] => [
    { what, path: `/memories?cursor=${text}`, code: 'invalid_cursor', field: 'cursor', says: 'next_cursor' },
    { what, path: '/memories/search', body: { cursor: text }, code: 'invalid_cursor', field: 'cursor' },
    // None of them is of this list, whatever else is wrong with them.
    { what, path: `/episodes?cursor=${text}`, code: 'invalid_cursor', field: 'cursor', says: 'next_cursor' },
  ]),
  ...positions.flatMap(([what, after]): Refusal[] => [
    { what, path: `/episodes?after=${after}`, code: 'invalid_position', field: 'after', says: 'latest' },
    { what, path: `/memories?after=${after}`, code: 'invalid_position', field: 'after', says: 'latest' },
    ...[
      { path: '/memories/search', body: { after } },
      { path: '/recall', body: { query: 'x', after } },
      { path: '/plan', body: { goal: 'x', after } },
      { path: '/context', body: { query: 'x', after } },
    ].map((asked): Refusal => ({ what, ...asked, code: 'invalid_position', field: 'after', says: 'latest' })),
  ]),
]
