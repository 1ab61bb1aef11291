import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { readConfiguration } from '../../infra/config/configuration.ts'
import { createLogger } from '../../infra/telemetry/logger.ts'
import { startSomabrain } from '../../main.ts'

const script = fileURLToPath(new URL('../../scripts/somabrain.ts', import.meta.url))

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface Place {
  readonly folder: string
  readonly dataDir: string
  run(argv: readonly string[], options?: { readonly url?: string; readonly signal?: AbortSignal }): Promise<Ran>
}

/** A folder of its own with a data directory, and the command line on it. */
function place(t: ExecutionContext): Place {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const dataDir = join(folder, 'data')
  const run: Place['run'] = (argv, { url, signal } = {}) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...argv], {
      cwd: folder,
      env: {
        ...process.env,
        SOMABRAIN_DATA_DIR: dataDir,
        // Nobody listens there; at the default port somebody may.
        SOMABRAIN_PORT: '9',
        NO_COLOR: '1',
        ...(url === undefined ? {} : { SOMABRAIN_URL: url }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text
    })
    signal?.addEventListener('abort', () => child.kill('SIGKILL'))
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
  }
  return { folder, dataDir, run }
}

/** A server in this process on the place's data directory. */
async function serverAt(t: ExecutionContext, { dataDir }: Place) {
  const configuration = readConfiguration({ SOMABRAIN_DATA_DIR: dataDir, SOMABRAIN_PORT: '0' })
  const server = await startSomabrain(configuration, { logger: createLogger({ level: 'error' }) })
  let isOpen = true
  const close = async () => {
    if (isOpen) await server.close()
    isOpen = false
  }
  t.teardown(close)
  return { url: server.url, close }
}

function writeNotes(folder: string): string {
  const notes = join(folder, 'notes')
  mkdirSync(notes)
  writeFileSync(
    join(notes, 'boat.md'),
    '# Boat\n\n## Engine\n\nThe engine needs 4.2 litres of oil.\n\n## Sails\n\nThe jib is torn.\n',
  )
  writeFileSync(join(notes, 'chat.jsonl'), '{"role":"user","content":"The harbour master is called Ines."}\n')
  writeFileSync(join(notes, 'list.txt'), 'Buy rope.\n\nBuy varnish.\n')
  return notes
}

test('import, again, recall, status and rebuild work on the data directory when no server answers', async (t) => {
  const here = place(t)
  const notes = writeNotes(here.folder)
  const first = await here.run(['import', notes])
  t.regex(first.out, /3 files: 4 added, 0 already there/, first.err)
  t.is(first.code, 0)
  t.regex((await here.run(['import', notes])).out, /3 files: 0 added, 4 already there/)
  const recall = await here.run(['recall', 'how much oil does the engine need?', '-k', '1'])
  t.regex(recall.out, /4\.2 litres/)
  t.regex(recall.out, /share of the question's words +█/)
  t.regex((await here.run(['status'])).out, /default +4 +0/)
  const rebuilt = await here.run(['rebuild'])
  t.is(rebuilt.code, 0, rebuilt.err)
  const [, before, after] = /before {2}([0-9a-f]{64})\nafter {3}([0-9a-f]{64})\nequal/.exec(rebuilt.out) ?? []
  t.is(before, after)
  t.truthy(before)
})

test('with a server the files go to it, and its answers are drawn', async (t) => {
  const here = place(t)
  const { url } = await serverAt(t, here)
  const imported = await here.run(['import', writeNotes(here.folder), '-n', 'notes', '--tag', 'boat'], { url })
  t.regex(imported.out, /4 added/, imported.err)
  t.regex((await here.run(['recall', '-n', 'notes', 'who is the harbour master?'], { url })).out, /Ines/)
  const status = await here.run(['status', '--json'], { url })
  t.like(JSON.parse(status.out), { namespaces: { items: [{ namespace: 'notes', memories: 4 }] } })
})

const DEADLINE_MS = 20_000

/** How many memories the server has; asked again until there are some. */
async function countOnceThere(url: string): Promise<number> {
  for (const deadline = Date.now() + DEADLINE_MS; Date.now() < deadline; await pause(5)) {
    const { items } = (await (await fetch(`${url}/namespaces`)).json()) as { items: { memories: number }[] }
    if (items[0] !== undefined) return items[0].memories
  }
  throw new Error('nothing was stored in time')
}

test('an import that was killed goes on where it was, and nothing is there twice', async (t) => {
  const here = place(t)
  const file = join(here.folder, 'long.jsonl')
  const total = 8_000
  writeFileSync(file, Array.from({ length: total }, (_, i) => JSON.stringify({ content: `Line ${i}.` })).join('\n'))
  const { url } = await serverAt(t, here)
  const killing = new AbortController()
  const killed = here.run(['import', file], { url, signal: killing.signal })
  const stored = await countOnceThere(url)
  killing.abort()
  t.is((await killed).code, null)
  const again = await here.run(['import', file], { url })
  const [added = 0, there = 0] = [...again.out.matchAll(/([\d,]+) (?:added|already)/g)].map(([, n = '']) =>
    Number(n.replace(',', '')),
  )
  t.is(added + there, total, again.out)
  t.true(there >= stored)
  t.regex((await here.run(['status'], { url })).out, /default +8,000 +0/)
})

test('asking where nothing is stored makes nothing', async (t) => {
  const here = place(t)
  for (const argv of [['recall', 'x'], ['status'], ['rebuild']]) {
    const ran = await here.run(argv)
    t.is(ran.code, 1)
    t.regex(ran.err, /nothing is stored/i)
  }
  t.false(existsSync(here.dataDir))
})

test('a server that was named and does not answer is said, not replaced', async (t) => {
  const here = place(t)
  const ran = await here.run(['recall', 'x', '--url', 'http://127.0.0.1:9'])
  t.is(ran.code, 1)
  t.regex(ran.err, /no server answers at http:\/\/127\.0\.0\.1:9/)
  t.false(existsSync(here.dataDir))
})

test('a data directory that another process has is named with what to do', async (t) => {
  const here = place(t)
  await serverAt(t, here)
  const ran = await here.run(['status'])
  t.is(ran.code, 1)
  t.regex(ran.err, /is in use by process \d+: stop it/)
})

test('wrong usage ends with 2 and says what is right', async (t) => {
  const ran = await place(t).run(['remember'])
  t.is(ran.code, 2)
  t.regex(ran.err, /no verb "remember"[\s\S]*import <paths…>/)
})

test('the demo tells its story, and a second time adds nothing', async (t) => {
  const here = place(t)
  const first = await here.run(['demo'])
  t.is(first.code, 0, first.err)
  t.regex(first.out, /226 turns stored, 0 were already there/)
  t.regex(first.out, /I am allergic/)
  t.regex(first.out, /Nothing in memory answers that/)
  t.regex(
    first.out,
    /asked in February[\s\S]*first of May[\s\S]*asked in March[\s\S]*15th of May[\s\S]*asked today[\s\S]*22nd of May/,
  )
  t.regex(
    first.out,
    /1 {2}Priya[\s\S]*business plan[\s\S]*12 {2}Mara[\s\S]*Open the workshop to the public[\s\S]*depends_on step 8, step 9, step 10, step 11/,
  )
  t.regex((await here.run(['demo'])).out, /0 turns stored, 226 were already there/)
})
