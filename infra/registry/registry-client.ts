import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { createRegistryBreaker } from './registry-breaker.ts'
import { RegistryRefusedError, RegistryUnansweredError, RegistryUnavailableError } from './registry-errors.ts'
import { askRegistry, type RegistryAddress, type RegistryRequest, registryAddress } from './registry-http.ts'

const DEFAULT_TIMEOUT_MS = 20_000
/**
 * Of the timeout, what a first try gets. Apicurio takes in about one of 50,000 requests that come together and never
 * answers it; asked again it answers at once. What is slow rather than lost gets the rest.
 */
const FIRST_TRY = 1 / 4
/** What mappersmith, below the library, reports when there was no answer at all. */
const NO_ANSWER = 400
const FIRST_SERVER_ERROR = 500

/** Every version reads what every other one wrote. Apicurio's own default is NONE. */
export const REQUIRED_COMPATIBILITY = COMPATIBILITY.FULL_TRANSITIVE

export interface RegisteredVersion {
  readonly subject: string
  /** The registry's: 1, 2, … */
  readonly version: number
  readonly id: number
  readonly schema: unknown
}

/**
 * A schema registry with Confluent's REST API. Every call rejects with a `RegistryUnavailableError` within the timeout when
 * there is no answer, and with a `RegistryRefusedError` when the answer is no. One breaker around all of it.
 */
export interface RegistryClient {
  /** Without credentials. */
  readonly url: string
  subjects(): Promise<readonly string[]>
  /** Oldest first; empty when there is no such subject. */
  versions(subject: string): Promise<readonly RegisteredVersion[]>
  schemaOf(id: number): Promise<unknown>
  /** The subject's own level, or `null` when it has none. */
  compatibilityOf(subject: string): Promise<string | null>
  /** What the registry itself says of a new version; `null` when there is no such subject. */
  isCompatible(subject: string, schema: unknown): Promise<boolean | null>
  /** The id of exactly this schema under the subject, or `null`. */
  idOf(subject: string, schema: unknown): Promise<number | null>
  /** Holds the subject to FULL_TRANSITIVE first, then registers. Registering again gives the same id. */
  register(subject: string, schema: unknown): Promise<number>
  /** Takes a subject away; does nothing when there is none. Its ids stay taken. */
  remove(subject: string): Promise<void>
  close(): void
}

export interface RegistryOptions {
  /** `http(s)://[user:password@]host…`, with the path of the Confluent API where it has one. */
  readonly url: string
  /** Of each call, which asks at most twice. Default 20 s. */
  readonly timeoutMs?: number
}

/** Asks, for at most so long, with the library made for as long. */
type Try<T> = (timeoutMs: number, library: SchemaRegistry) => Promise<T>

export function createRegistryClient({ url, timeoutMs = DEFAULT_TIMEOUT_MS }: RegistryOptions): RegistryClient {
  const address = registryAddress(url)
  const breaker = createRegistryBreaker(address.url)
  const run = createTries(address, timeoutMs)
  const call = <T>(ask: Try<T>): Promise<T> => breaker.run(() => run(ask))
  const ask = (request: RegistryRequest) => call((within) => askRegistry(address, request, within))
  const get = (path: string) => ask({ method: 'GET', path })
  const config = (subject: string) => `/config/${encodeURIComponent(subject)}`
  return {
    url: address.url,
    subjects: async () => ((await get('/subjects')) ?? []) as string[],
    async versions(subject) {
      const path = `/subjects/${encodeURIComponent(subject)}/versions`
      const numbers = ((await get(path)) ?? []) as number[]
      const found = await Promise.all(numbers.map((version) => get(`${path}/${version}`)))
      return found.filter((one) => one !== null).map(registeredVersion)
    },
    async schemaOf(id) {
      const found = (await get(`/schemas/ids/${id}`)) as { schema: string } | null
      return found === null ? null : JSON.parse(found.schema)
    },
    async compatibilityOf(subject) {
      const found = (await get(config(subject))) as { compatibilityLevel: string } | null
      return found?.compatibilityLevel ?? null
    },
    async isCompatible(subject, schema) {
      const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions`
      const answer = await ask({ method: 'POST', path, body: { schema: JSON.stringify(schema) } })
      return answer === null ? null : (answer as { is_compatible: boolean }).is_compatible
    },
    idOf: (subject, schema) => call((_, library) => idOf(library, subject, schema)),
    async register(subject, schema) {
      await ask({ method: 'PUT', path: config(subject), body: { compatibility: REQUIRED_COMPATIBILITY } })
      const confluent = { type: SchemaType.AVRO as const, schema: JSON.stringify(schema) }
      const options = { subject, compatibility: REQUIRED_COMPATIBILITY }
      const { id } = await call((_, library) => library.register(confluent, options).catch(translated))
      return id
    },
    async remove(subject) {
      await ask({ method: 'DELETE', path: `/subjects/${encodeURIComponent(subject)}` })
    },
    close: () => breaker.close(),
  }
}

/** Every request may be repeated: it reads, or it sets what it sets to the same again. */
function createTries(address: RegistryAddress, timeoutMs: number) {
  const firstMs = timeoutMs * FIRST_TRY
  const secondMs = timeoutMs - firstMs
  const first = createLibrary(address, firstMs)
  const second = createLibrary(address, secondMs)
  return async <T>(ask: Try<T>): Promise<T> => {
    try {
      return await ask(firstMs, first)
    } catch (error) {
      if (!(error instanceof RegistryUnansweredError)) throw error
      return ask(secondMs, second)
    }
  }
}

function createLibrary({ url, auth }: RegistryAddress, timeoutMs: number): SchemaRegistry {
  return new SchemaRegistry({
    host: url,
    ...(auth === null ? {} : { auth }),
    // The library keeps these for the whole module; nothing else here uses it. Who asks decides whether to ask again.
    retry: { retries: 0 },
    middlewares: [
      () => ({
        prepareRequest: async (next) => (await next()).enhance({ signal: AbortSignal.timeout(timeoutMs) }),
      }),
    ],
  })
}

async function idOf(library: SchemaRegistry, subject: string, schema: unknown): Promise<number | null> {
  try {
    return await library.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema: JSON.stringify(schema) })
  } catch (error) {
    // The library turns a 404, and nothing else, into an error without a status.
    if (error instanceof Error && error.constructor.name === 'ConfluentSchemaRegistryError') return null
    return translated(error)
  }
}

function translated(error: unknown): never {
  const { status, message } = error as { status?: number; message: string }
  if (status === undefined) throw error
  if (status === NO_ANSWER)
    throw new RegistryUnansweredError(`The schema registry did not answer: ${message}`, { cause: error })
  if (status < FIRST_SERVER_ERROR) throw new RegistryRefusedError(status, message)
  throw new RegistryUnavailableError(`The schema registry cannot be used: ${message}`, { cause: error })
}

function registeredVersion(answer: unknown): RegisteredVersion {
  const { subject, version, id, schema } = answer as { subject: string; version: number; id: number; schema: string }
  return { subject, version, id, schema: JSON.parse(schema) }
}
