import test from 'ava'
import { archivedSchemaIds, parseSchemas, schemasText } from '../../../infra/archive/archived-schemas.ts'
import type { RegisteredVersion, RegistryClient } from '../../../infra/registry/registry-client.ts'
import { catalogue } from '../../../schemas/catalogue.ts'
import { readSchema } from '../../../schemas/schema-content.ts'

const PREFIX = 'p.'
const SUBJECT = `${PREFIX}memory.commands-somabrain.commands.Forget`
const own = (subject: string, id: number, schema: unknown): RegisteredVersion => ({ subject, version: 1, id, schema })
const note = (name: string) => ({ type: 'record', name, fields: [] })

/** A registry that has these. */
function registryOf(versions: readonly RegisteredVersion[]): RegistryClient {
  const unasked = () => Promise.reject(new Error('nobody asks this here'))
  return {
    url: 'http://registry',
    subjects: async () => versions.map(({ subject }) => subject),
    versions: async (subject) => versions.filter((one) => one.subject === subject),
    ...{ schemaOf: unasked, compatibilityOf: unasked, isCompatible: unasked, idOf: unasked, register: unasked },
    ...{ remove: unasked, close: () => undefined },
  }
}

test('what stands in an archived topic is archived with its ids, and nothing else', async (t) => {
  const others = [own('other-value', 1, note('A')), own(`${PREFIX}metrics.streams-value`, 2, note('B'))]
  const registry = registryOf([...others, own(SUBJECT, 7, note('C'))])
  t.deepEqual(parseSchemas(await schemasText(registry, PREFIX, [])), [own(SUBJECT, 7, note('C'))])
  await t.throwsAsync(schemasText(registryOf(others), PREFIX, []), { name: 'ArchiveError' })
})

test('ids that a registry has no more stay archived, since records name them', async (t) => {
  const before = parseSchemas(await schemasText(registryOf([own(SUBJECT, 7, note('C'))]), PREFIX, []))
  const after = registryOf([own(SUBJECT, 107, note('C'))])
  t.deepEqual(
    parseSchemas(await schemasText(after, PREFIX, before)).map(({ id }) => id),
    [7, 107],
  )
})

test('a registry that names another schema by an archived id takes nothing away', async (t) => {
  const before = [own(SUBJECT, 7, note('C'))]
  const message = /another schema under id 7/
  await t.throwsAsync(schemasText(registryOf([own(SUBJECT, 7, note('D'))]), PREFIX, before), { message })
})

test('an archived id is that of a schema of this build, of none that it has, or of nothing', (t) => {
  const entry = catalogue.find(({ subject }) => subject !== null)!
  const ids = archivedSchemaIds([own(SUBJECT, 70, readSchema(entry)), own(SUBJECT, 71, note('Newer'))])
  t.is(ids.numberOf(70), entry.number)
  t.is(ids.numberOf(71), undefined)
  t.deepEqual([70, 71, 72].map(ids.has), [true, true, false])
})
