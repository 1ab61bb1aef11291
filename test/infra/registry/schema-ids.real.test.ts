import test from 'ava'
import { SchemaNotRegisteredError } from '../../../infra/registry/registry-errors.ts'
import { resolveSchemaIds, subjectOf } from '../../../infra/registry/schema-ids.ts'
import { catalogue } from '../../../schemas/catalogue.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { readSchema } from '../../../schemas/schema-content.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts } from '../../support/real-parts.ts'
import { newPrefix, openRegistry, removeSubjects } from './registry.ts'

const missing = await missingParts('registry')
const topicPrefix = newPrefix()
const framed = catalogue.filter(({ subject }) => subject !== null)
const genesis = {
  type: 'Genesis',
  commandId: '0190a000-0000-8000-8000-000000000001',
  recordedAt: 1,
  generation: '0'.repeat(16),
} as const

if (missing !== null) {
  test.skip(`Schema ids: ${missing}`, () => {})
} else {
  const registry = openRegistry()
  test.before(async () => {
    for (const entry of framed) await registry.register(subjectOf(entry, topicPrefix)!, readSchema(entry))
  })
  test.after.always(async () => {
    await removeSubjects(topicPrefix)
    registry.close()
  })

  test('every schema of a topic has its registry id, both ways, and the codec frames with it', async (t) => {
    const ids = await resolveSchemaIds({ registry, topicPrefix })
    for (const { number } of framed) t.is(ids.numberOf(ids.idOf(number)), number)
    const codec = createCommandCodec(ids)
    const bytes = codec.encode(genesis)
    t.is(bytes.readInt32BE(1), ids.idOf(1))
    const decoded = codec.decode(bytes)
    t.true(decoded.ok && decoded.value.type === 'Genesis')
  })

  test('what lies inside a seal has no registry id', async (t) => {
    const ids = await resolveSchemaIds({ registry, topicPrefix })
    t.throws(() => ids.idOf(101), { message: /stands in no topic/ })
  })

  test('a subject that is not registered is named together with the command that registers it', async (t) => {
    const other = newPrefix()
    const error = await t.throwsAsync(resolveSchemaIds({ registry, topicPrefix: other }), {
      instanceOf: SchemaNotRegisteredError,
    })
    t.true(error.message.includes(`${other}memory.commands-somabrain.commands.Remember version 1 (number 2)`))
    t.regex(error.message, /npm run somabrain -- schemas register/)
  })

  test('the same schema under an id that a rebuilt registry gave is recognised by its content', async (t) => {
    const ids = await resolveSchemaIds({ registry, topicPrefix })
    const [entry] = framed
    // Other bytes, hence another id; the same schema.
    const again = { ...(readSchema(entry!) as object), doc: 'written otherwise' }
    const id = await registry.register(`${topicPrefix}rebuilt`, again)
    t.not(id, ids.idOf(entry!.number))
    t.is(ids.numberOf(id), undefined)
    const learnt = await eventually(() => ids.numberOf(id) ?? Promise.reject(new Error('not yet known')))
    t.is(learnt, entry!.number)
    t.is(ids.numberOf(ids.idOf(entry!.number)), entry!.number)
  })

  test('an id of a schema that this build does not have stays unknown, and so does one that the registry does not have', async (t) => {
    const ids = await resolveSchemaIds({ registry, topicPrefix })
    const foreign = { type: 'record', name: 'Foreign', namespace: 'test', fields: [{ name: 'a', type: 'int' }] }
    t.is(await ids.refresh(await registry.register(`${topicPrefix}foreign`, foreign)), undefined)
    t.is(await ids.refresh(2_000_000_000), undefined)
  })
}
