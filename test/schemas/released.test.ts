import test from 'ava'
import { catalogue } from '../../schemas/catalogue.ts'
import { catalogueFaults, releasedSchemas, unreleased } from '../../schemas/released.ts'
import { fingerprintOf, readSchema, schemaIdentity } from '../../schemas/schema-content.ts'

const files = { catalogue, released: releasedSchemas, read: readSchema }
const remember = catalogue.findLast(({ type }) => type === 'Remember')!
const secret = catalogue.find(({ type }) => type === 'RememberSecret')!

interface RecordJson {
  readonly fields: readonly object[]
}

/** The catalogue with another version of `entry`, whose schema is `schema`. */
function withVersion(entry: typeof remember, schema: unknown) {
  const added = { ...entry, number: 900, version: entry.version + 1, file: 'added.avsc' }
  return {
    ...files,
    catalogue: [...catalogue, added],
    read: (one: { readonly file: string }) => (one.file === added.file ? schema : readSchema(one)),
  }
}

test('every schema of this build is as it was released, and compatible with every other version', (t) => {
  t.deepEqual(catalogueFaults(files), [])
  t.deepEqual(unreleased(files), [])
})

test('a released file that was edited is named, be it only its documentation', (t) => {
  const edited = { ...(readSchema(remember) as object), doc: 'something else' }
  const read = (one: { readonly file: string }) => (one.file === remember.file ? edited : readSchema(one))
  const faults = catalogueFaults({ ...files, read })
  t.deepEqual(
    faults.map(({ file, rule }) => ({ file, rule })),
    [{ file: remember.file, rule: 'released-schema-edited' }],
  )
})

test('a released number that went away, and one that two schemas have, are named', (t) => {
  const without = catalogueFaults({ ...files, catalogue: catalogue.filter(({ number }) => number !== remember.number) })
  t.deepEqual(
    without.map(({ rule }) => rule),
    ['released-schema-removed'],
  )
  const twice = catalogue.map((entry) => (entry === secret ? { ...entry, number: remember.number } : entry))
  t.true(catalogueFaults({ ...files, catalogue: twice }).some(({ rule }) => rule === 'number-repeated'))
})

test('an incompatible new version is refused, sealed ones too, and a compatible one is listed as unreleased', (t) => {
  for (const entry of [remember, secret]) {
    const { fields, ...rest } = readSchema(entry) as RecordJson
    const bad = withVersion(entry, { ...rest, fields: [...fields, { name: 'mood', type: 'string' }] })
    const [fault, ...others] = catalogueFaults(bad)
    t.is(fault?.rule, 'field-added-without-default')
    t.regex(fault?.message ?? '', /\.mood: field-added-without-default/)
    t.true(others.every(({ rule }) => rule === 'field-added-without-default'))
    const schema = { ...rest, fields: [...fields, { name: 'mood', type: ['null', 'string'], default: null }] }
    const good = withVersion(entry, schema)
    t.deepEqual(catalogueFaults(good), [])
    t.deepEqual(unreleased(good), [{ number: 900, file: 'added.avsc', sha256: fingerprintOf(schema) }])
  }
})

test('an identity ignores documentation and how names are written, and knows defaults', (t) => {
  const fields = [{ name: 'text', type: ['null', 'string'], default: null }]
  const short = { type: 'record', name: 'Note', namespace: 'test', fields }
  const long = { fields, name: 'test.Note', type: 'record', doc: 'a note' }
  t.is(schemaIdentity(short), schemaIdentity(long))
  t.not(schemaIdentity(short), schemaIdentity({ ...short, fields: [{ name: 'text', type: ['null', 'string'] }] }))
})
