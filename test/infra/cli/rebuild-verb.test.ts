import test from 'ava'
import type { RebuildReport, VerbContext } from '../../../infra/cli/verb-context.ts'
import { rebuildVerb } from '../../../infra/cli/verbs/rebuild-verb.ts'
import type { Terminal } from '../../../infra/cli/view/terminal.ts'

function contextWith(told: Partial<RebuildReport>, hasData = true) {
  const report = { before: null, incomparable: null, auditSetAside: null, after: 'bb', records: 3, ...told }
  const printed: string[] = []
  const write = (text: string) => void printed.push(text)
  const terminal: Terminal = { columns: 80, isTty: false, hasColour: false, write }
  const context: VerbContext = {
    out: terminal,
    err: terminal,
    dataDir: 'data',
    hasData: () => hasData,
    isCluster: () => false,
    startEmbedded: () => Promise.reject(new Error('not needed')),
    rebuild: async (onProgress) => {
      onProgress(report.records, report.records)
      return report
    },
    sleep: async () => {},
    elapsedMs: () => 0,
  }
  return { context, printed: () => printed.join('') }
}

test('equal hashes end with 0 and both are shown', async (t) => {
  const { context, printed } = contextWith({ before: 'aa', after: 'aa', records: 1_200 })
  t.is(await rebuildVerb({ kind: 'everything' }, context), 0)
  t.regex(printed(), /before {2}aa\nafter {3}aa\nequal: 1,200 records folded/)
})

test('different hashes end with 1', async (t) => {
  const { context, printed } = contextWith({ before: 'aa', after: 'bb', records: 3 })
  t.is(await rebuildVerb({ kind: 'everything' }, context), 1)
  t.regex(printed(), /DIFFERENT/)
})

test('where there was no state the rebuild makes it and says so', async (t) => {
  const { context, printed } = contextWith({
    before: null,
    incomparable: 'no state of this version',
    after: 'bb',
    records: 3,
  })
  t.is(await rebuildVerb({ kind: 'everything' }, context), 0)
  t.regex(printed(), /before {2}no state of this version\n/)
  t.regex(printed(), /nothing to compare with/)
})

test('a state of another log is named, and where the audit of that log is kept', async (t) => {
  const told = { incomparable: 'the state was folded from another log', auditSetAside: 'data/audit-before.db' }
  const { context, printed } = contextWith(told)
  t.is(await rebuildVerb({ kind: 'everything' }, context), 0)
  t.regex(printed(), /before {2}the state was folded from another log\nafter {3}bb\n/)
  t.regex(printed(), /kept in data\/audit-before\.db/)
})

test('where nothing is stored nothing is made', async (t) => {
  const { context, printed } = contextWith(
    { before: null, incomparable: 'no state of this version', after: 'bb', records: 3 },
    false,
  )
  t.is(await rebuildVerb({ kind: 'everything' }, context), 1)
  t.regex(printed(), /Nothing is stored in data yet/)
})

test('embedded there are no builds to choose from', async (t) => {
  const { context, printed } = contextWith({ before: 'aa', after: 'aa', records: 3 })
  t.is(await rebuildVerb({ kind: 'list' }, context), 2)
  t.regex(printed(), /Builds are of a cluster/)
})
