import type { JsonObject, JsonValue } from '../../domain/json.ts'
import { ServerProblemError, UnreachableError } from './server-error.ts'

/** A SomaBrain server over HTTP. Every method throws a {@link ServerProblemError} or an {@link UnreachableError}. */
export interface ServerClient {
  readonly url: string
  get(path: string): Promise<JsonObject>
  post(path: string, body: JsonValue): Promise<JsonObject>
  /** Posts and gives back whatever is answered, refusals too. Throws an {@link UnreachableError} only. */
  exchange(
    path: string,
    body: JsonObject,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: JsonObject }>
  /** `/health` answers with its report when it is degraded too (503), so it is read whatever the status. */
  health(): Promise<JsonObject>
}

export interface ClientOptions {
  /** `http://host:port`, without a path. */
  readonly url: string
  readonly token: string | null
  readonly timeoutMs: number
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Retry-After in seconds (RFC 9110 allows a date as well, which this server never sends). */
function retryAfter(response: Response): number | null {
  const header = response.headers.get('retry-after')
  return header !== null && /^\d+$/.test(header) ? Number(header) : null
}

function problemOf(response: Response, body: JsonObject | null): ServerProblemError {
  const code = textOf(body?.code) ?? 'unknown'
  const words = [textOf(body?.detail) ?? textOf(body?.title) ?? `the server answered ${response.status}`]
  const field = textOf(body?.field)
  const expected = textOf(body?.expected)
  if (field !== null) words.push(`field ${field}`)
  if (expected !== null) words.push(`expected: ${expected}`)
  return new ServerProblemError(response.status, code, `${words.join('; ')} (${code})`, retryAfter(response))
}

export function createServerClient(options: ClientOptions): ServerClient {
  const url = options.url.replace(/\/+$/, '')

  async function request(
    method: 'GET' | 'POST',
    path: string,
    body: JsonValue | null,
    more: Readonly<Record<string, string>>,
  ): Promise<{ readonly response: Response; readonly answer: JsonObject | null }> {
    const headers: Record<string, string> = { accept: 'application/json', ...more }
    if (options.token !== null) headers.authorization = `Bearer ${options.token}`
    if (body !== null) headers['content-type'] = 'application/json'
    const { response, text } = await fetch(url + path, {
      method,
      headers,
      body: body === null ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(options.timeoutMs),
    })
      .then(async (answer) => ({ response: answer, text: await answer.text() }))
      .catch((cause: unknown) => {
        throw new UnreachableError(url, cause)
      })
    return { response, answer: parseObject(text) }
  }

  async function call(method: 'GET' | 'POST', path: string, body: JsonValue | null, anyStatus: boolean) {
    const { response, answer } = await request(method, path, body, {})
    if (answer === null || !(response.ok || anyStatus)) throw problemOf(response, answer)
    return answer
  }

  return {
    url,
    get: (path) => call('GET', path, null, false),
    post: (path, body) => call('POST', path, body, false),
    async exchange(path, body, headers) {
      const { response, answer } = await request('POST', path, body, headers)
      return {
        status: response.status,
        body: answer ?? { code: 'unknown', detail: `the server answered ${response.status}` },
      }
    },
    health: () => call('GET', '/health', null, true),
  }
}
