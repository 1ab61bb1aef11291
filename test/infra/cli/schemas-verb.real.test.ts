import test from 'ava'
import type { SchemasAction } from '../../../infra/cli/verbs/schemas-actions.ts'
import { schemasVerb } from '../../../infra/cli/verbs/schemas-verb.ts'
import type { CatalogueFiles } from '../../../schemas/released.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { askDirectly, newPrefix, removeSubjects } from '../registry/registry.ts'
import { filesOf, mood, moodWithDefault, noteOf, recordingTerminal, text } from './schemas-files.ts'

const missing = await missingParts('registry')
const prefixes: string[] = []

/** Runs actions for a system of its own, whose subjects no other test sees. */
function system() {
  const topicPrefix = newPrefix()
  prefixes.push(topicPrefix)
  const run = async (action: SchemasAction, files?: CatalogueFiles) => {
    const { terminal, printed } = recordingTerminal()
    const context = { out: terminal, err: terminal, registryUrl: realParts.registry, topicPrefix }
    const code = await schemasVerb(action, files === undefined ? context : { ...context, files })
    return { code, printed: printed() }
  }
  return { run, subject: `${topicPrefix}notes-test.Note` }
}

if (missing !== null) {
  test.skip(`schemas with a registry: ${missing}`, () => {})
} else {
  test.after.always(async () => {
    for (const prefix of prefixes) await removeSubjects(prefix)
  })

  test('the schemas of this build are registered once, then all there, listed with their numbers and without a difference', async (t) => {
    const { run } = system()
    t.is((await run('check')).code, 0)
    const before = await run('diff')
    t.is(before.code, 1)
    t.regex(
      before.printed,
      /somabrain\.commands\.Remember: memory\.commands\/remember\.v1\.avsc \(number 2\) is not registered/,
    )
    const first = await run('register')
    t.is(first.code, 0)
    t.regex(first.printed, /^(registered {2}.*\n)+$/)
    const second = await run('register')
    t.is(second.printed, first.printed.replaceAll(/^registered/gm, 'there already'))
    const listed = await run('list')
    t.regex(
      listed.printed,
      /memory\.keys-somabrain\.keys\.DataKey {2}version 1 {2}id \d+ {2}number 21 {2}FULL_TRANSITIVE\n/,
    )
    t.deepEqual(await run('diff'), { code: 0, printed: 'The registry has exactly the schemas of this build.\n' })
    t.is((await run('check')).code, 0)
  })

  test('what is compatible with the files and not with the registry is refused, and nothing of it is registered', async (t) => {
    const { run, subject } = system()
    await run('register', filesOf([noteOf(text)]))
    // A version that another branch registered, and that these files have not.
    await run('register', filesOf([noteOf(text), noteOf(text, moodWithDefault)]))
    const files = filesOf([noteOf(text), noteOf(text, { name: 'mood', type: 'int', default: 0 })])
    for (const action of ['check', 'register'] as const) {
      const { code, printed } = await run(action, files)
      t.is(code, 1, action)
      t.regex(printed, /refused notes\/note\.v2\.avsc \[type-changed\] .*Note\.mood: type-changed/)
    }
    t.deepEqual(await askDirectly('GET', `/subjects/${subject}/versions`), [1, 2])
    const listed = await run('list', files)
    t.regex(listed.printed, /version 2 {2}id \d+ {2}not of this build/)
    const differing = await run('diff', files)
    t.is(differing.code, 1)
    t.regex(differing.printed, /version 2 \(id \d+\) is in no file; beside notes\/note\.v2\.avsc: field mood is /)
  })

  test('an incompatible new version is refused before the registry hears of it', async (t) => {
    const { run, subject } = system()
    await run('register', filesOf([noteOf(text)]))
    const { code, printed } = await run('register', filesOf([noteOf(text), noteOf(text, mood)], 1))
    t.is(code, 1)
    t.regex(printed, /\[field-added-without-default\] Note\.mood/)
    t.deepEqual(await askDirectly('GET', `/subjects/${subject}/versions`), [1])
  })

  test('a subject held to less than FULL_TRANSITIVE is a difference, and registering mends it', async (t) => {
    const { run, subject } = system()
    const files = filesOf([noteOf(text)])
    await run('register', files)
    await askDirectly('PUT', `/config/${subject}`, { compatibility: 'NONE' })
    const differing = await run('diff', files)
    t.is(differing.code, 1)
    t.regex(differing.printed, /held to NONE, not to FULL_TRANSITIVE/)
    await run('register', files)
    t.is((await run('diff', files)).code, 0)
  })
}
