import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { wholeServer } from '../../support/whole-server.ts'
import { emittedIn } from './exposition.ts'
import { metricsOfServer, metricsOfTheRest } from './metrics-of.ts'
import { root } from './rule-files.ts'
import { unknownNames } from './unknown-names.ts'

test('every metric, label and value that a rule names is one that the code emits, as is every metric of the page', async (t) => {
  const emitted = emittedIn(await metricsOfServer(await wholeServer(t)), await metricsOfTheRest())
  t.deepEqual(unknownNames(emitted), [])
  const page = readFileSync(join(root, 'docs/how-to/alerts.md'), 'utf8')
  const named = page.match(/\b(?:somabrain|nodejs|process)_\w+/g) ?? []
  t.true(named.length > 10)
  t.deepEqual(
    named.filter((name) => !emitted.has(name)),
    [],
  )
})

test('a name that nobody emits is found', (t) => {
  const unknown = unknownNames(emittedIn('# TYPE somabrain_audit_breaks_total counter'))
  t.true(unknown.includes('SomabrainDataKeyMissing: somabrain_data_key_missing_total'))
  t.true(unknown.includes('SomabrainAuditEntriesLost: somabrain_audit_entries_total outcome'))
  t.true(unknown.includes('SomabrainDeadLetters: by projection'))
  t.false(unknown.some((one) => one.startsWith('SomabrainAuditBroken')))
})
