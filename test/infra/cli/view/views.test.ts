import test from 'ava'
import { bar } from '../../../../infra/cli/view/bar.ts'
import { planView } from '../../../../infra/cli/view/plan-view.ts'
import { duration, paceOf } from '../../../../infra/cli/view/progress-view.ts'
import { recallView } from '../../../../infra/cli/view/recall-view.ts'
import { statusView } from '../../../../infra/cli/view/status-view.ts'
import type { Terminal } from '../../../../infra/cli/view/terminal.ts'
import { textWidth } from '../../../../infra/cli/view/text-width.ts'

const plain: Terminal = { columns: 80, isTty: false, hasColour: false, write: () => {} }

test('a bar is as long as its share, to an eighth of a column', (t) => {
  t.is(bar(0, 4), '')
  t.is(bar(1, 4), '████')
  t.is(bar(0.5, 4), '██')
  t.is(bar(0.03125, 4), '▏')
  t.is(bar(7, 4), '████')
})

const hit = {
  memory_id: 'm1',
  content: `We open on the 22nd of May. ${'And so on. '.repeat(60)}`,
  author: 'Mara',
  occurred_at: '2026-04-08T18:30:00Z',
  run_id: 'april',
  metadata: {},
  score: 0.83,
  signals: {
    coverage: { value: 0.5, weight: 3.7, contribution: 1.85 },
    short: { value: 1, weight: -0.4, contribution: -0.4 },
    episode: { value: 0, weight: 1.7, contribution: 0 },
    later_signal: { value: 1, weight: 1, contribution: 1 },
  },
}

test('a result shows its score, whence it comes, its words and what the signals gave, strongest first', (t) => {
  const shown = recallView(plain, { results: [hit], query_time_ms: 1.25, degraded: ['lag'] }, { signals: 5 })
  const lines = shown.split('\n')
  t.regex(lines[0] ?? '', /^ {2}1 {2}█+\S* +0\.83 {2}Mara · 8 Apr 2026 · april$/)
  t.true(lines[1]?.startsWith('     We open on the 22nd of May.'))
  t.regex(
    shown,
    /share of the question's words +█{16} \+1\.85\n +later_signal +█+\S* +\+1\.00\n +says very little +\S+ +−0\.40/,
  )
  t.notRegex(shown, /words of its conversation/)
  t.regex(shown, /1 memories · 1\.3 ms · degraded: lag|1 memory · 1\.3 ms · degraded: lag/)
  for (const line of lines) t.true(textWidth(line) <= 80, line)
  t.false(shown.includes('\u001b'))
})

test('a long path is cut to the width', (t) => {
  const deep = { ...hit, run_id: 'folder/'.repeat(20) }
  for (const line of recallView(plain, { results: [deep] }, { signals: 0 }).split('\n'))
    t.true(textWidth(line) <= 80, line)
})

test('an answer without results says so', (t) => {
  t.regex(recallView(plain, { results: [] }, { signals: 3 }), /Nothing in memory answers that/)
})

test('a memory cannot paint the terminal', (t) => {
  const shown = recallView(
    plain,
    { results: [{ ...hit, author: '\u001b[31mEve', content: '\u001b[2Jgone' }] },
    { signals: 0 },
  )
  t.false(shown.includes('\u001b'))
})

test('a plan shows its steps in order with the steps that they wait for, what is missing, and circles', (t) => {
  const step = (id: string, content: string, needs: readonly string[]) => ({
    memory: { memory_id: id, content, metadata: {} },
    depends_on: needs.map((memory_id) => ({ memory_id, rel: 'depends_on' })),
    confidence: 0.5,
  })
  const shown = planView(plain, {
    steps: [step('a', 'Sign the lease', []), step('b', 'Paint the walls', ['a'])],
    missing: [{ memory_id: 'z', needed_by: 'b', rel: 'depends_on' }],
    cycles: [['a', 'b']],
    unexplored: [{ memory_id: 'y', needed_by: 'b', rel: 'depends_on' }],
    omitted: 2,
  })
  t.regex(shown, /1 {2}confidence 0\.50\n {5}Sign the lease\n\n {2}2 .*\n {5}Paint the walls\n {5}↳ depends_on step 1/)
  t.regex(shown, /missing: z, which step 2 depends_on/)
  t.regex(shown, /a circle: step 1 → step 2/)
  t.regex(shown, /1 more that it depends on were not looked at/)
  t.regex(shown, /2 more that bear on it do not fit/)
})

test('status shows the parts, the namespaces and their sum', (t) => {
  const health = {
    status: 'degraded',
    version: 'v0.1.0',
    components: { kafka: { status: 'healthy', backend: 'embedded', latency_ms: 1.2 }, opa: { status: 'disabled' } },
  }
  const item = {
    namespace: 'notes',
    memories: 1200,
    retired: 3,
    language: 'en',
    last_recorded_at: '2026-01-02T00:00:00Z',
  }
  const shown = statusView(plain, 'http://x', health, [item, { ...item, namespace: 'chat' }])
  t.regex(shown, /http:\/\/x {2}degraded {2}v0\.1\.0/)
  t.regex(shown, /kafka +healthy {2}embedded, 1\.2 ms/)
  t.regex(shown, /notes +1,200 +3 +en +2 Jan 2026/)
  t.regex(shown, /2,400 memories in 2 namespaces/)
  t.regex(statusView(plain, 'x', health, []), /No memories yet/)
})

test('the pace is by time gone and bytes done', (t) => {
  const progress = {
    files: 1,
    memories: 500,
    added: 500,
    alreadyThere: 0,
    failed: 0,
    bytesDone: 250,
    bytesTotal: 1_000,
    path: 'a',
  }
  t.deepEqual(paceOf(progress, 2_000), { rate: '250/s', left: '6 s', percent: '25 %' })
  t.is(paceOf({ ...progress, bytesDone: 0 }, 2_000).left, '…')
  t.deepEqual([duration(59.2), duration(61), duration(3_660)], ['1 min 0 s', '1 min 1 s', '1 h 1 min'])
})
