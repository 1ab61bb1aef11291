// npm run bench -- trust        (or: node test/bench/trust-over-http.ts [turns])
// What trust costs a caller: remember and recall over HTTP with everything on (JWT, roles, limits, audit) beside everything off, and
// with the policy engine besides where one answers (npm run stack -- up opa), in turns, against one embedded store. Writes are
// chained for the audit behind every door alike. A minute at 2,000 turns; JSON on standard output.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withSecret } from '../infra/http/auth/support/signed-tokens.ts'
import { missingParts, realParts } from '../support/real-parts.ts'
import { exchange } from './http-load.ts'
import { percentile, round } from './http-measure.ts'
import { sentences } from './http-texts.ts'

const TURNS = Number(process.argv[2] ?? 2_000)
const WARM_UP = 200
const MEMORIES = 1_000
const SECRET = 'a secret for the bench, of thirty-two bytes and more'

interface Door {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly recallMs: number[]
  readonly rememberMs: number[]
}

const texts = [...sentences(MEMORIES)].map(({ content }) => content)
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

async function timed({ url, headers }: Door, path: string, body: object): Promise<number> {
  const text = JSON.stringify(body)
  const started = performance.now()
  const answer = await exchange(agent, `${url}${path}`, text, { headers })
  const taken = performance.now() - started
  if (answer.status >= 300) throw new Error(`${path} was answered with ${answer.status}: ${answer.text}`)
  return taken
}

/** One of each, at every door. Whose turn is first changes: who comes later finds warmer caches. Recall reads a namespace that rests. */
async function turn(doors: readonly Door[], i: number): Promise<void> {
  const query = texts[(i * 7919) % texts.length]!.slice(0, 60)
  for (let at = 0; at < doors.length; at++) {
    const door = doors[(i + at) % doors.length]!
    door.recallMs.push(await timed(door, '/recall', { query, k: 10, namespace: 'read' }))
  }
  for (let at = 0; at < doors.length; at++) {
    const door = doors[(i + at) % doors.length]!
    door.rememberMs.push(await timed(door, '/remember', { content: `${i}.${at} ${query}`, namespace: 'written' }))
  }
}

function figures(doors: readonly Door[], of: 'recallMs' | 'rememberMs') {
  const rows = doors.map((door) => {
    const sorted = door[of].slice(WARM_UP).sort((a, b) => a - b)
    return { door: door.name, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }
  })
  const off = rows[0]!
  return rows.map(({ door, p50Ms, p99Ms }) => ({
    door,
    p50Ms: round(p50Ms, 3),
    p99Ms: round(p99Ms, 3),
    p50ToOff: round(p50Ms / off.p50Ms, 3),
    p99ToOff: round(p99Ms / off.p99Ms, 3),
    p50MoreMs: round(p50Ms - off.p50Ms, 3),
  }))
}

const opa = await missingParts('opa')
const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-trust-'))
const server = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL('trust-server.ts', import.meta.url)),
    join(folder, 'data'),
    SECRET,
    ...(opa === null ? [realParts.opa] : []),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
try {
  const [line] = await once(server.stdout, 'data')
  const urls = JSON.parse(String(line)) as Readonly<Record<string, string>>
  const exp = Math.floor(Date.now() / 1000) + 3600
  // As the loopback identity: the doors share one tenant, and so one view.
  const token = await withSecret(
    { exp, tenant_id: 'default', namespaces: undefined, roles: ['reader', 'writer'] },
    SECRET,
  )
  const signedIn = { authorization: `Bearer ${token}` }
  const doors = Object.entries(urls).map(
    ([name, url]): Door => ({ name, url, headers: name === 'off' ? {} : signedIn, recallMs: [], rememberMs: [] }),
  )
  const items = texts.map((content) => ({ content }))
  await timed(doors[0]!, '/remember/batch', { items, namespace: 'read' })
  const loadBefore = round(loadavg()[0]!)
  for (let i = 0; i < WARM_UP + TURNS; i++) await turn(doors, i)
  const result = {
    machine: { cpus: cpus().length, model: cpus()[0]?.model, node: process.version },
    load: { before: loadBefore, after: round(loadavg()[0]!) },
    turns: TURNS,
    ...(opa === null ? {} : { withoutPolicyEngine: opa }),
    recall: figures(doors, 'recallMs'),
    remember: figures(doors, 'rememberMs'),
  }
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
} finally {
  agent.destroy()
  server.kill()
  rmSync(folder, { recursive: true, force: true })
}
