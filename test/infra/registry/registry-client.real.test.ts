import test from 'ava'
import { RegistryRefusedError } from '../../../infra/registry/registry-errors.ts'
import { missingParts } from '../../support/real-parts.ts'
import { askDirectly, newPrefix, openRegistry, removeSubjects } from './registry.ts'

const missing = await missingParts('registry')
const prefix = newPrefix()

const record = (...fields: object[]) => ({ type: 'record', name: 'Note', namespace: 'test.notes', fields })
const text = { name: 'text', type: 'string' }
const colour = { name: 'colour', type: 'string', default: 'blue' }

if (missing !== null) {
  test.skip(`Registry client: ${missing}`, () => {})
} else {
  const registry = openRegistry()
  test.after.always(async () => {
    await removeSubjects(prefix)
    registry.close()
  })

  test('a subject that was never registered has no versions, no level, no id and no verdict', async (t) => {
    const subject = `${prefix}none`
    t.deepEqual(await registry.versions(subject), [])
    t.is(await registry.idOf(subject, record(text)), null)
    t.is(await registry.isCompatible(subject, record(text)), null)
    t.is(await registry.schemaOf(2_000_000_000), null)
  })

  test('a schema registered twice is one version with one id, and comes back as it went', async (t) => {
    const subject = `${prefix}twice`
    const id = await registry.register(subject, record(text))
    t.is(await registry.register(subject, record(text)), id)
    t.deepEqual(await registry.versions(subject), [{ subject, version: 1, id, schema: record(text) }])
    t.deepEqual(await registry.schemaOf(id), record(text))
    t.is(await registry.idOf(subject, record(text)), id)
    t.true((await registry.subjects()).includes(subject))
  })

  test('registering holds a subject to FULL_TRANSITIVE that was held to nothing', async (t) => {
    const subject = `${prefix}level`
    await registry.register(subject, record(text))
    await askDirectly('PUT', `/config/${subject}`, { compatibility: 'NONE' })
    await registry.register(subject, record(text, colour))
    t.is(await registry.compatibilityOf(subject), 'FULL_TRANSITIVE')
  })

  test('the registry itself refuses what cannot be read, and accepts a field with a default', async (t) => {
    const subject = `${prefix}verdict`
    await registry.register(subject, record(text))
    const incompatible = record(text, { name: 'size', type: 'int' })
    t.is(await registry.isCompatible(subject, incompatible), false)
    t.is(await registry.isCompatible(subject, record(text, colour)), true)
    const refused = await t.throwsAsync(registry.register(subject, incompatible), { instanceOf: RegistryRefusedError })
    t.is(refused.status, 409)
    t.is((await registry.versions(subject)).length, 1)
  })
}
