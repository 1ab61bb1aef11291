import test from 'ava'
import { type CompatibilityRule, incompatibilities } from '../../schemas/compatibility.ts'

const record = (fields: readonly object[], name = 'Note') => ({ type: 'record', name, namespace: 'test', fields })
const text = { name: 'text', type: 'string' }
const kind = (symbols: readonly string[], rest: object = {}) => ({
  name: 'kind',
  type: { type: 'enum', name: 'Kind', symbols, ...rest },
})
const hash = (size: number) => ({ name: 'hash', type: { type: 'fixed', name: 'Hash', size } })
const links = (...fields: object[]) => ({
  name: 'links',
  type: { type: 'array', items: { type: 'record', name: 'Edge', fields } },
})

interface Case {
  readonly title: string
  readonly released: unknown
  readonly candidate: unknown
  readonly rule: CompatibilityRule
  readonly direction: 'backward' | 'forward'
  readonly path: string
}

const cases: readonly Case[] = [
  {
    title: 'a field added without a default',
    released: record([text]),
    candidate: record([text, { name: 'size', type: 'int' }]),
    rule: 'field-added-without-default',
    direction: 'backward',
    path: 'Note.size',
  },
  {
    title: 'a field removed that had no default',
    released: record([text, { name: 'size', type: 'int' }]),
    candidate: record([text]),
    rule: 'field-removed-without-default',
    direction: 'forward',
    path: 'Note.size',
  },
  {
    title: 'a type changed deep inside',
    released: record([links({ name: 'rel', type: 'string' })]),
    candidate: record([links({ name: 'rel', type: 'int' })]),
    rule: 'type-changed',
    direction: 'backward',
    path: 'Note.links[].rel',
  },
  {
    title: 'a type widened, which older versions cannot read',
    released: record([{ name: 'size', type: 'int' }]),
    candidate: record([{ name: 'size', type: 'long' }]),
    rule: 'type-changed',
    direction: 'forward',
    path: 'Note.size',
  },
  {
    title: 'an enum symbol removed without a default',
    released: record([kind(['A', 'B'])]),
    candidate: record([kind(['A'])]),
    rule: 'enum-symbol-removed-without-default',
    direction: 'backward',
    path: 'Note.kind',
  },
  {
    title: 'an enum symbol added that a released version has no default for',
    released: record([kind(['A'])]),
    candidate: record([kind(['A', 'B'], { default: 'A' })]),
    rule: 'enum-symbol-added-without-default',
    direction: 'forward',
    path: 'Note.kind',
  },
  {
    title: 'a fixed of another size',
    released: record([hash(16)]),
    candidate: record([hash(32)]),
    rule: 'fixed-size-changed',
    direction: 'backward',
    path: 'Note.hash',
  },
  {
    title: 'a branch taken from a union',
    released: record([{ name: 'text', type: ['null', 'string'] }]),
    candidate: record([{ name: 'text', type: ['null', 'int'] }]),
    rule: 'union-branch-removed',
    direction: 'backward',
    path: 'Note.text',
  },
  {
    title: 'a branch added to a union',
    released: record([{ name: 'text', type: ['null', 'string'] }]),
    candidate: record([{ name: 'text', type: ['null', 'string', 'int'] }]),
    rule: 'union-branch-added',
    direction: 'forward',
    path: 'Note.text',
  },
  {
    title: 'a change inside a branch of a union',
    released: record([{ name: 'edge', type: ['null', { type: 'record', name: 'Edge', fields: [text] }] }]),
    candidate: record([{ name: 'edge', type: ['null', { type: 'record', name: 'Edge', fields: [] }] }]),
    rule: 'field-removed-without-default',
    direction: 'forward',
    path: 'Note.edge.text',
  },
  {
    title: 'a logical type changed, which Avro itself would read silently',
    released: record([{ name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }]),
    candidate: record([{ name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } }]),
    rule: 'logical-type-changed',
    direction: 'backward',
    path: 'Note.at',
  },
  {
    title: 'a record of another namespace',
    released: record([text]),
    candidate: { ...record([text]), namespace: 'other' },
    rule: 'name-changed',
    direction: 'backward',
    path: 'Note',
  },
  {
    title: 'an enum of another name',
    released: record([{ name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A'] } }]),
    candidate: record([{ name: 'kind', type: { type: 'enum', name: 'Sort', symbols: ['A'] } }]),
    rule: 'name-changed',
    direction: 'forward',
    path: 'Note.kind',
  },
]

for (const { title, released, candidate, rule, direction, path } of cases) {
  test(`${title} is refused, naming the rule and the field`, (t) => {
    const found = incompatibilities(candidate, [{ version: 1, schema: released }])
    const match = found.find((one) => one.rule === rule && one.direction === direction)
    t.is(match?.path, path, JSON.stringify(found))
    t.is(match?.version, 1)
    t.true(match!.message.startsWith(`${path}: ${rule}: `))
  })
}

test('fields with defaults may come and go, and an enum with a default may grow', (t) => {
  const one = record([text, kind(['A'], { default: 'A' })])
  const two = record([
    text,
    kind(['A', 'B'], { default: 'A' }),
    { name: 'run', type: ['null', 'string'], default: null },
    { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
  ])
  const three = record([text, kind(['A', 'B', 'C'], { default: 'A' })])
  t.deepEqual(incompatibilities(two, [{ version: 1, schema: one }]), [])
  const released = [one, two].map((schema, i) => ({ version: i + 1, schema }))
  t.deepEqual(incompatibilities(three, released), [])
})

test('a version that gets on with the last one and not with the first is refused, naming the first', (t) => {
  const size = { name: 'size', type: 'int' }
  const one = record([text])
  const two = record([text, { ...size, default: 0 }])
  const three = record([text, size])
  t.deepEqual(incompatibilities(three, [{ version: 2, schema: two }]), [])
  const found = incompatibilities(
    three,
    [one, two].map((schema, i) => ({ version: i + 1, schema })),
  )
  t.deepEqual(
    found.map(({ version, direction, rule, path }) => ({ version, direction, rule, path })),
    [{ version: 1, direction: 'backward', rule: 'field-added-without-default', path: 'Note.size' }],
  )
})

test('a field renamed with an alias is read backward only, and the field at fault is the old one', (t) => {
  const candidate = record([{ name: 'content', type: 'string', aliases: ['text'] }])
  const found = incompatibilities(candidate, [{ version: 1, schema: record([text]) }])
  t.deepEqual(
    found.map(({ direction, rule, path }) => ({ direction, rule, path })),
    [{ direction: 'forward', rule: 'field-removed-without-default', path: 'Note.text' }],
  )
})
