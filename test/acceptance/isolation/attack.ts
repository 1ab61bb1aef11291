import { type Random, seededRandom } from '../../chaos/cluster/random.ts'
import { eventually } from '../../support/eventually.ts'
import {
  aboutNothing,
  type GeneratedCall,
  generateCall,
  type HttpCall,
  rememberBody,
  type Tokens,
  withoutNamespace,
} from './generate-call.ts'
import { KnownIds } from './known-ids.ts'
import { foreignMarks, type Holder, markOf, NAMESPACES, owners } from './tenants.ts'

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

/** Sends a call with a token; in process or over a socket. */
export type Send = (token: string, call: HttpCall) => Promise<HttpAnswer>

/** How many calls came to what. */
export interface AttackReport {
  readonly calls: number
  readonly ofStatus: Readonly<Record<string, number>>
  /** Calls about something foreign whose answer was compared with that about nothing. */
  readonly compared: number
  /** Answers that held something of the caller's own. */
  readonly withOwnData: number
  /** How many of these were of a tool. */
  readonly ofTools: number
}

export interface AttackOptions {
  readonly calls: number
  readonly inParallel: number
  readonly seed: number
  /** Memories of each namespace of each tenant before it begins. */
  readonly memories?: number
}

/** Throws, with the call, at the first answer that tells somebody something of somebody else. */
export async function attack(send: Send, options: AttackOptions): Promise<AttackReport> {
  const run = new Attack(send, seededRandom(options.seed))
  await run.store(options.memories ?? 20)
  let left = options.calls
  const worker = async (random: Random): Promise<void> => {
    while (left > 0) {
      left -= 1
      await run.call(random)
    }
  }
  const randoms = Array.from({ length: options.inParallel }, () => run.random.fork())
  await Promise.all(randoms.map(worker))
  return run.report()
}

class Attack {
  readonly random: Random
  readonly #send: Send
  readonly #ids = new KnownIds()
  readonly #tokens: Tokens = { cursors: [], positions: [] }
  readonly #ofStatus: Record<string, number> = {}
  #calls = 0
  #compared = 0
  #withOwnData = 0
  #ofTools = 0

  constructor(send: Send, random: Random) {
    this.#send = send
    this.random = random
  }

  report(): AttackReport {
    return {
      calls: this.#calls,
      ofStatus: this.#ofStatus,
      compared: this.#compared,
      withOwnData: this.#withOwnData,
      ofTools: this.#ofTools,
    }
  }

  async store(each: number): Promise<void> {
    for (const owner of owners) {
      for (const namespace of NAMESPACES) {
        const items = Array.from({ length: each }, () => withoutNamespace(rememberBody(this.random, owner, namespace)))
        const answer = await this.#send(owner.token, {
          method: 'POST',
          path: '/remember/batch',
          body: { namespace, items },
        })
        if (answer.status !== 200) throw new Error(answer.text)
        for (const result of JSON.parse(answer.text).results) this.#learn(owner, result, namespace)
        await this.#storeSubjects(owner, namespace)
      }
    }
  }

  /** One who is exported and one who is erased. Throws when the owner is not told of them: then nothing of them could leak. */
  async #storeSubjects(owner: Holder, namespace: string): Promise<void> {
    const mark = markOf(owner.identity.tenant, namespace)
    for (const subject of [`${mark} user`, `${mark} gone`]) {
      const body = { ...rememberBody(this.random, owner, namespace), user_id: subject }
      await this.#answered(owner, { method: 'POST', path: '/remember', body })
    }
    const body = { mode: 'erase', user_id: `${mark} gone`, namespace }
    const erasure = await this.#answered(owner, { method: 'POST', path: '/forget', body })
    const receiptId = String(JSON.parse(erasure).receipt_id)
    this.#ids.add('receipt', receiptId, owner.identity.tenant, namespace)
    for (const [path, told] of [
      [`/subjects/${encodeURIComponent(`${mark} user`)}/export`, `"${mark} author"`],
      [`/receipts/${receiptId}`, receiptId],
      ['/audit?action=erase', '"erase"'],
    ] as const) {
      await eventually(async () => {
        const text = await this.#answered(owner, { method: 'GET', path })
        if (!text.includes(told)) throw new Error(`${path} does not tell of ${told}: ${text}`)
      })
    }
  }

  async #answered({ token }: Holder, call: HttpCall): Promise<string> {
    const { status, text } = await this.#send(token, call)
    if (status >= 300) throw new Error(`${call.method} ${call.path}: ${status} ${text}`)
    return text
  }

  async call(random: Random): Promise<void> {
    const call = generateCall(random, this.#ids, this.#tokens)
    const { holder, foreignId } = call
    if (foreignId !== null) this.#ids.named(holder.identity.tenant, [foreignId])
    const answer = await this.#send(holder.token, call)
    this.#calls += 1
    this.#ofStatus[answer.status] = (this.#ofStatus[answer.status] ?? 0) + 1
    this.#check(call, answer)
    if (foreignId !== null) await this.#compare(call, foreignId, answer)
    this.#keep(random, call, answer)
  }

  #check(call: GeneratedCall, answer: HttpAnswer): void {
    const { identity } = call.holder
    const said = withoutEchoes(answer.text)
    const marks = foreignMarks(identity, said)
    const ids = this.#ids.leaked(identity, said)
    if (marks.length > 0 || ids.length > 0) throw leak(call, answer, `tells of ${[...marks, ...ids].join(', ')}`)
    if (answer.status >= 500 && !isBusy(answer)) throw leak(call, answer, 'is a failure')
    if (!said.includes(`qz${identity.tenant}qz`)) return
    this.#withOwnData += 1
    if (call.path === '/mcp') this.#ofTools += 1
  }

  /** What exists elsewhere must look like what exists nowhere. */
  async #compare(call: GeneratedCall, foreignId: string, answer: HttpAnswer): Promise<void> {
    const nothing = aboutNothing(call, foreignId)
    const other = await this.#send(call.holder.token, nothing.call)
    this.#calls += 1
    // On a busy machine the fold may be behind for either of the two.
    if (isBusy(answer) || isBusy(other)) return
    const [one, two] = [likeness(answer, foreignId), likeness(other, nothing.id)]
    if (one !== two) throw leak(call, answer, `is told from what does not exist: ${one} ≠ ${two}`)
    this.#compared += 1
  }

  #keep(random: Random, { holder, path, body }: GeneratedCall, { status, text }: HttpAnswer): void {
    // An export is lines.
    if (status >= 300 || !text.startsWith('{') || path.startsWith('/subjects/')) return
    const answer = JSON.parse(text) as Record<string, unknown>
    if (path === '/remember') this.#learn(holder, answer, (body as { namespace: string }).namespace)
    for (const [tokens, token] of [
      [this.#tokens.cursors, answer.next_cursor],
      [this.#tokens.positions, answer.position],
    ] as const) {
      if (typeof token !== 'string') continue
      if (tokens.length < 200) tokens.push(token)
      else tokens[random.int(tokens.length)] = token
    }
  }

  #learn({ identity }: Holder, receipt: Record<string, unknown>, namespace: string): void {
    this.#ids.add('memory', String(receipt.memory_id), identity.tenant, namespace)
    this.#ids.add('command', String(receipt.command_id), identity.tenant, namespace)
  }
}

const ECHOES = /"goal":"[^"]*"|"subject":"[^"]*"|"detail":"There is no route [^"]*"/g

/** Without what answers repeat of the request, and so of what the attacker wrote: goal, subject, path, analysed query. */
function withoutEchoes(text: string): string {
  const said = text.replace(ECHOES, '""')
  if (!text.includes('"explanation"')) return said
  const answer = JSON.parse(text) as { explanation: { query?: unknown } }
  delete answer.explanation.query
  return JSON.stringify(answer).replace(ECHOES, '""')
}

/** An honest refusal of a machine that has too much to do: the log or the fold did not come to it in time. */
const isBusy = ({ status, text }: HttpAnswer): boolean =>
  status === 503 && /"code":"(not_yet_visible|store_unavailable|outcome_unknown|log_unavailable|overloaded)"/.test(text)

/** Status and body without what differs from call to call anyhow. A receipt's ids and position are new each time. */
function likeness({ status, text }: HttpAnswer, id: string): string {
  const body = text
    .replaceAll(id, '<id>')
    .replace(/urn:request:[\w.:-]+/, '<request>')
    .replace(/"(command_id|memory_id|position|accepted_at)":"[^"]*"/g, '"$1":"<new>"')
  return `${status} ${body}`
}

const leak = (call: GeneratedCall, answer: HttpAnswer, what: string): Error =>
  new Error(
    `${call.holder.token}: ${call.method} ${call.path} ${JSON.stringify(call.body)}\n${answer.status} ${answer.text.slice(0, 2000)}\n${what}`,
  )
