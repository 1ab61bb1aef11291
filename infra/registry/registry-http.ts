import { RegistryRefusedError, RegistryUnansweredError, RegistryUnavailableError } from './registry-errors.ts'

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json'
const FIRST_SERVER_ERROR = 500
const NOT_FOUND = 404

/** Where a registry is, its credentials apart. */
export interface RegistryAddress {
  /** Without credentials and without a slash at its end. */
  readonly url: string
  readonly auth: { readonly username: string; readonly password: string } | null
}

export function registryAddress(text: string): RegistryAddress {
  const url = new URL(text)
  const auth =
    url.username === ''
      ? null
      : { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
  url.username = ''
  url.password = ''
  return { url: url.href.replace(/\/+$/, ''), auth }
}

export interface RegistryRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

/**
 * One request. `null` when there is no such thing (404). Throws a `RegistryUnansweredError` when there is no answer within
 * `timeoutMs` (with its Kafka down, Apicurio keeps a write for more than 40 s), a `RegistryUnavailableError` when it says that
 * it cannot, and a `RegistryRefusedError` for any other no.
 */
export async function askRegistry(
  { url, auth }: RegistryAddress,
  { method, path, body }: RegistryRequest,
  timeoutMs: number,
): Promise<unknown> {
  const headers: Record<string, string> = { accept: CONTENT_TYPE, 'content-type': CONTENT_TYPE }
  if (auth !== null) {
    headers.authorization = `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`
  }
  const signal = AbortSignal.timeout(timeoutMs)
  const answer = await fetch(`${url}${path}`, {
    method,
    headers,
    signal,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch((error: Error) => {
      const reason = signal.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error)
      throw new RegistryUnansweredError(`The schema registry at ${url} cannot be reached: ${reason}`, { cause: error })
    })
  if (answer.status === NOT_FOUND) return null
  if (answer.status >= FIRST_SERVER_ERROR) {
    throw new RegistryUnavailableError(`The schema registry at ${url} answered ${answer.status}: ${answer.text}`)
  }
  if (answer.status >= 400) throw new RegistryRefusedError(answer.status, messageOf(answer.text))
  return JSON.parse(answer.text)
}

/** fetch says "fetch failed" and keeps what happened in the cause. */
const reasonOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message)

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text
  } catch {
    // A proxy's page instead of the registry's JSON.
    return text
  }
}
