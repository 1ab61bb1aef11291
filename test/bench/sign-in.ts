// npm run bench -- sign-in     (or: node test/bench/sign-in.ts [memories] [recalls])
// What it costs to know who asks: recall over HTTP with each kind of credential beside a server that asks for none, in turns, and
// what the verification of a token costs that is not remembered. JSON on standard output.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialDigest } from '../../infra/http/auth/credential-digest.ts'
import { type JwtKeys, secretKeys } from '../../infra/http/auth/jwt/jwt-keys.ts'
import { createJwtVerifier, type JwtVerifier } from '../../infra/http/auth/jwt/jwt-verifier.ts'
import { fixedKeys, parsePublicKeys } from '../../infra/http/auth/jwt/public-keys.ts'
import { runVerb } from '../infra/cli/run-verb.ts'
import { issuerKey, SECRET, signedBy, withSecret } from '../infra/http/auth/support/signed-tokens.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { exchange } from './http-load.ts'
import { percentile, round } from './http-measure.ts'
import { sentences } from './http-texts.ts'

const MEMORIES = Number(process.argv[2] ?? 5_000)
const RECALLS = Number(process.argv[3] ?? 1_500)
const BATCH = 1000
const VERIFICATIONS = 2_000
const REPETITIONS = 200_000
const exp = Math.floor(Date.now() / 1000) + 3600
const claims = { exp, tenant_id: 'default', namespaces: undefined, roles: ['reader', 'writer'] }

type Headers = Readonly<Record<string, string>>
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` })

async function fill(agent: Agent, { url }: ServerProcess, headers: Headers): Promise<string[]> {
  const texts = [...sentences(MEMORIES)].map(({ content }) => content)
  for (let at = 0; at < texts.length; at += BATCH) {
    const items = texts.slice(at, at + BATCH).map((content) => ({ content }))
    await exchange(agent, `${url}/remember/batch`, JSON.stringify({ items }), { headers })
  }
  return texts
}

interface Way {
  readonly name: string
  readonly url: string
  readonly headers: Headers
  readonly latencies: number[]
}

/** One recall of every way in turn, so that whatever else the machine does falls on all of them alike. */
async function recalls(agent: Agent, ways: readonly Way[], texts: readonly string[]): Promise<void> {
  for (let i = 0; i < RECALLS; i++) {
    const body = JSON.stringify({ query: texts[(i * 7919) % texts.length]!.slice(0, 60), k: 10 })
    // Rotated: who comes after the other server's turn pays for its cold caches.
    for (let turn = 0; turn < ways.length; turn++) {
      const { url, headers, latencies } = ways[(i + turn) % ways.length]!
      const started = performance.now()
      const { status, text } = await exchange(agent, `${url}/recall`, body, { headers })
      if (status !== 200) throw new Error(`recall was answered with ${status}: ${text}`)
      latencies.push(performance.now() - started)
    }
  }
}

const verifierOf = (keys: JwtKeys): JwtVerifier =>
  createJwtVerifier({
    keys: [keys],
    issuer: null,
    audience: null,
    clockSkewSeconds: 0,
    claims: { tenant: 'tenant_id', roles: 'roles', namespaces: 'namespaces' },
    now: Date.now,
  })

/** Of tokens that are new. */
async function verificationUs(keys: JwtKeys, makeToken: (serial: number) => Promise<string>): Promise<number> {
  const verifier = verifierOf(keys)
  const tokens = await Promise.all(Array.from({ length: VERIFICATIONS }, (_, serial) => makeToken(serial)))
  const started = performance.now()
  for (const token of tokens) await verifier.verify(token, credentialDigest(token))
  return round(((performance.now() - started) * 1000) / VERIFICATIONS)
}

/** Of one token that comes again and again: its digest and the look-up. */
async function rememberedUs(keys: JwtKeys, token: string): Promise<number> {
  const verifier = verifierOf(keys)
  await verifier.verify(token, credentialDigest(token))
  const started = performance.now()
  for (let i = 0; i < REPETITIONS; i++) verifier.verify(token, credentialDigest(token))
  return round(((performance.now() - started) * 1000) / REPETITIONS)
}

const folder = mkdtempSync(join(tmpdir(), 'bench-sign-in-'))
const rsa = await issuerKey('RS256', 'k')
const keyFile = join(folder, 'key.pem')
writeFileSync(keyFile, rsa.pem)
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const open = await startServerProcess(join(folder, 'open'))
const guarded = await startServerProcess(join(folder, 'guarded'), {
  SOMABRAIN_API_TOKEN: 'the-token-of-the-bench',
  SOMABRAIN_JWT_SECRET: SECRET,
  SOMABRAIN_JWT_PUBLIC_KEY_FILE: keyFile,
})
try {
  const environment = { SOMABRAIN_DATA_DIR: join(folder, 'guarded') }
  const made = await runVerb(environment, 'tokens', 'create', '--role', 'reader')
  const way = (name: string, { url }: ServerProcess, headers: Headers): Way => ({ name, url, headers, latencies: [] })
  const ways = [
    way('no credential', open, {}),
    way('SOMABRAIN_API_TOKEN', guarded, bearer('the-token-of-the-bench')),
    way('API token', guarded, bearer(/smb_\w+/.exec(made.printed)![0])),
    way('JWT HS256', guarded, bearer(await withSecret(claims))),
    way('JWT RS256', guarded, bearer(await signedBy(rsa, claims))),
  ]
  const texts = await fill(agent, open, {})
  await fill(agent, guarded, ways[1]!.headers)
  await recalls(agent, ways, texts.slice(0, 200))
  for (const { latencies } of ways) latencies.length = 0
  await recalls(agent, ways, texts)
  const figures = ways.map(({ name, latencies }) => {
    latencies.sort((a, b) => a - b)
    return { name, p50Ms: round(percentile(latencies, 0.5), 3), p99Ms: round(percentile(latencies, 0.99), 3) }
  })
  const verifiedUs = {
    HS256: await verificationUs(secretKeys(SECRET), (serial) => withSecret({ ...claims, jti: String(serial) })),
    RS256: await verificationUs(fixedKeys(parsePublicKeys(rsa.pem)), (serial) =>
      signedBy(rsa, { ...claims, jti: String(serial) }),
    ),
  }
  const remembered = {
    HS256: await rememberedUs(secretKeys(SECRET), await withSecret(claims)),
    RS256: await rememberedUs(fixedKeys(parsePublicKeys(rsa.pem)), await signedBy(rsa, claims)),
  }
  const base = figures[0]!.p50Ms
  const recall = figures.map((one) => ({ ...one, toNone: round(one.p50Ms / base) }))
  const result = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memories: MEMORIES,
    recalls: RECALLS,
    recall,
    verifiedUs,
    rememberedUs: remembered,
  }
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
} finally {
  agent.destroy()
  await Promise.all([open.stop(), guarded.stop()])
  rmSync(folder, { recursive: true })
}
