import type { Refusal } from './refusal.ts'

const remember = (over: object): object => ({ content: 'x', ...over })

export const refusedBodies: readonly Refusal[] = [
  {
    what: 'malformed JSON',
    path: '/remember',
    raw: '{"content": }',
    code: 'malformed_body',
    says: 'line 1, column 13',
  },
  {
    what: 'an unfinished body',
    path: '/remember',
    raw: '{"content":\n"x"',
    code: 'malformed_body',
    says: 'it ends at line 2',
  },
  { what: 'no body', path: '/remember', method: 'POST', code: 'malformed_body', field: 'body' },
  { what: 'an empty body', path: '/remember', raw: '', method: 'POST', code: 'malformed_body', field: 'body' },
  {
    what: 'bytes that are no UTF-8',
    path: '/remember',
    raw: Buffer.from('{"content":"\xff"}', 'latin1'),
    code: 'malformed_body',
    says: 'UTF-8',
  },
  { what: 'a body that is a list', path: '/remember', body: [], field: 'body', says: 'a list' },
  { what: 'a body that is null', path: '/remember', body: null, code: 'malformed_body', field: 'body' },
  {
    what: '__proto__ in the body',
    path: '/remember',
    raw: '{"content":"x","__proto__":{"a":1}}',
    code: 'malformed_body',
    field: '__proto__',
  },
  {
    what: '__proto__ deep in metadata',
    path: '/remember',
    raw: '{"content":"x","metadata":{"a":{"__proto__":1}}}',
    code: 'malformed_body',
    field: '__proto__',
  },
  {
    what: 'nesting a million deep',
    path: '/remember',
    raw: `{"content":"x","metadata":${'['.repeat(5e5)}${']'.repeat(5e5)}}`,
    field: 'metadata',
  },
  {
    what: 'another content type',
    path: '/remember',
    raw: 'content=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 'unsupported_media_type',
    field: 'Content-Type',
  },
  {
    what: 'NDJSON where it is not read',
    path: '/recall',
    raw: '{}',
    headers: { 'content-type': 'application/x-ndjson' },
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    what: 'a body over 1 MiB',
    path: '/remember',
    body: remember({ content: 'x'.repeat(1024 * 1024) }),
    status: 413,
    code: 'body_too_large',
    says: '1048576',
  },
  {
    what: 'a batch over 16 MiB',
    path: '/remember/batch',
    raw: Buffer.alloc(16 * 1024 * 1024 + 1, 0x20),
    status: 413,
    code: 'body_too_large',
    says: '16777216',
  },
]

export const refusedBatches: readonly Refusal[] = [
  { what: 'a batch without items', path: '/remember/batch', body: {}, field: 'items' },
  {
    what: 'a batch with both kinds of items',
    path: '/remember/batch',
    body: { items: [{ content: 'x' }], messages: [{ role: 'user', content: 'x' }] },
    field: 'items',
  },
  { what: 'an empty batch', path: '/remember/batch', body: { items: [] }, field: 'items', says: 'is empty' },
  {
    what: 'a batch of 1,001 items',
    path: '/remember/batch',
    body: { items: Array(1001).fill({ content: 'x' }) },
    field: 'items',
    says: '1,000',
  },
  {
    what: 'a batch whose shared date is not one',
    path: '/remember/batch',
    body: { occurred_at: 'May', items: [{ content: 'x' }] },
    field: 'occurred_at',
  },
  {
    what: 'an unknown shared field',
    path: '/remember/batch',
    body: { itmes: [] },
    code: 'unknown_field',
    field: 'itmes',
    says: 'did you mean `items`',
  },
  {
    what: 'a bad shared field of a stream',
    path: '/remember/batch?kind=no',
    raw: '{"content":"x"}\n',
    headers: { 'content-type': 'application/x-ndjson' },
    field: 'kind',
  },
]
