import test from 'ava'
import { readCommandLine } from '../../../infra/cli/command-line.ts'
import { schemasVerb } from '../../../infra/cli/verbs/schemas-verb.ts'
import type { CatalogueFiles } from '../../../schemas/released.ts'
import { filesOf, mood, moodWithDefault, noteOf, recordingTerminal, text } from './schemas-files.ts'

async function checkOffline(files?: CatalogueFiles) {
  const { terminal, printed } = recordingTerminal()
  const context = { out: terminal, err: terminal, registryUrl: null, topicPrefix: '' }
  return { code: await schemasVerb('check', files === undefined ? context : { ...context, files }), printed: printed() }
}

test('the schemas of this build pass the check without a registry', async (t) => {
  const { code, printed } = await checkOffline()
  t.is(code, 0)
  t.regex(printed, /^compatible: \d+ schemas with every released version\n$/)
})

test('a new version that breaks with a released one ends with 1, naming file, rule and field', async (t) => {
  const { code, printed } = await checkOffline(filesOf([noteOf(text), noteOf(text, mood)], 1))
  t.is(code, 1)
  t.regex(printed, /refused notes\/note\.v2\.avsc \[field-added-without-default\] Note\.mood: /)
})

test('a new version that may be released is told what to write down', async (t) => {
  const { code, printed } = await checkOffline(filesOf([noteOf(text), noteOf(text, moodWithDefault)], 1))
  t.is(code, 0)
  t.regex(
    printed,
    /not released yet; schemas\/released\.json gets: \{"number":2,"file":"notes\/note\.v2\.avsc","sha256":"/,
  )
})

test('a released file that was edited ends with 1', async (t) => {
  const files = filesOf([noteOf(text)])
  const { code, printed } = await checkOffline({ ...files, read: () => noteOf(text, moodWithDefault) })
  t.is(code, 1)
  t.regex(printed, /released-schema-edited/)
})

test('what asks a registry says so when none is configured', async (t) => {
  for (const action of ['register', 'list', 'diff'] as const) {
    const { terminal, printed } = recordingTerminal()
    const context = { out: terminal, err: terminal, registryUrl: null, topicPrefix: '' }
    t.is(await schemasVerb(action, context), 2)
    t.regex(printed(), /SOMABRAIN_SCHEMA_REGISTRY_URL/)
  }
})

test('schemas and topics take exactly one action that there is', (t) => {
  t.deepEqual(readCommandLine(['schemas', 'diff'], {}), { verb: 'schemas', action: 'diff' })
  t.deepEqual(readCommandLine(['topics', 'create'], {}), { verb: 'topics', action: 'create' })
  for (const argv of [['schemas'], ['schemas', 'create'], ['topics', 'check', 'create'], ['topics']]) {
    t.is(readCommandLine(argv, {}).verb, 'wrong', argv.join(' '))
  }
})
