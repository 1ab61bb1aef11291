import { createRemoteJWKSet, customFetch, errors, type JWSHeaderParameters, type RemoteJWKSet } from 'jose'
import { unauthenticated, unverifiable } from '../authenticator.ts'
import { fetchJwks } from './fetch-jwks.ts'
import type { JwtHeader, JwtKey, JwtKeys } from './jwt-keys.ts'

export interface PublishedKeysOptions {
  readonly url: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The keys could not be fetched. Those that are known go on. */
  readonly onFetchFailure: (error: Error) => void
  readonly timing?: Partial<PublishedKeysTiming>
}

export interface PublishedKeysTiming {
  /** Keys older than this are asked for again, while they go on. Default 5 minutes. */
  readonly refreshMs: number
  /** Keys that could not be refreshed for this long are not believed any more. Default 24 hours. */
  readonly maxAgeMs: number
  /** A key that is not published is asked for at most this often: else anyone could make us ask. Default 30 s. */
  readonly unknownKeyMs: number
  /** After a failure nothing is asked for this long. Default 5 s. */
  readonly retryMs: number
  readonly timeoutMs: number
}

const defaultTiming: PublishedKeysTiming = {
  refreshMs: 5 * 60_000,
  maxAgeMs: 24 * 60 * 60_000,
  unknownKeyMs: 30_000,
  retryMs: 5_000,
  timeoutMs: 3_000,
}

/** No `HS*`: what is published is no secret. */
const PUBLISHED_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']

/**
 * Keys that an identity provider publishes (RFC 7517). Fetched at first use, refreshed behind the requests, asked for again when
 * a token names one that is not there, which is how keys are rotated. While the provider does not answer, tokens of known
 * keys are verified as ever; a token of an unknown key is then unverifiable (503), not wrong (401).
 */
export function publishedKeys(options: PublishedKeysOptions): JwtKeys {
  const keys = new PublishedKeys(options)
  return { algorithms: new Set(PUBLISHED_ALGORITHMS), find: (header) => keys.find(header) }
}

class PublishedKeys {
  readonly #options: PublishedKeysOptions
  readonly #timing: PublishedKeysTiming
  readonly #set: RemoteJWKSet
  #fetchedAt = Number.NEGATIVE_INFINITY
  #failedAt = Number.NEGATIVE_INFINITY
  #failure: Error | null = null
  #fetching: Promise<void> | null = null

  constructor(options: PublishedKeysOptions) {
    this.#options = options
    this.#timing = { ...defaultTiming, ...options.timing }
    // When to fetch is decided here: with a `cacheMaxAge` jose would forget keys that cannot be refreshed.
    this.#set = createRemoteJWKSet(new URL(options.url), {
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: Number.POSITIVE_INFINITY,
      timeoutDuration: this.#timing.timeoutMs,
      [customFetch]: fetchJwks,
    })
  }

  async find(header: JwtHeader): Promise<readonly JwtKey[]> {
    const age = this.#age()
    if (age > this.#timing.maxAgeMs) await this.#fetch()
    else if (age > this.#timing.refreshMs) this.#fetchBehind()
    try {
      return [await this.#published(header)]
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw rejected(error)
      if (this.#age() < this.#timing.unknownKeyMs) throw rejected(error)
    }
    await this.#fetch()
    return this.#published(header).then(
      (key) => [key],
      (error: unknown) => Promise.reject(rejected(error)),
    )
  }

  #published({ alg, kid }: JwtHeader): Promise<JwtKey> {
    const header: JWSHeaderParameters = kid === undefined ? { alg } : { alg, kid }
    return this.#set(header)
  }

  #age(): number {
    return this.#options.now() - this.#fetchedAt
  }

  #fetchBehind(): void {
    // Reported where it fails; the request goes on with the keys that are known.
    this.#fetch().catch(() => {})
  }

  async #fetch(): Promise<void> {
    if (this.#failure !== null && this.#options.now() - this.#failedAt < this.#timing.retryMs) {
      throw notAnswering(this.#failure)
    }
    this.#fetching ??= this.#reload().finally(() => {
      this.#fetching = null
    })
    await this.#fetching
  }

  async #reload(): Promise<void> {
    try {
      await this.#set.reload()
      this.#fetchedAt = this.#options.now()
      this.#failure = null
    } catch (error) {
      this.#failedAt = this.#options.now()
      this.#failure = error as Error
      this.#options.onFetchFailure(this.#failure)
      throw notAnswering(error)
    }
  }
}

const notAnswering = (cause: unknown) =>
  unverifiable('The keys that tokens are verified with cannot be fetched from their issuer now', cause)

function rejected(error: unknown): unknown {
  if (error instanceof errors.JWKSNoMatchingKey) {
    return unauthenticated('unknown_key', 'The token is signed with a key that its issuer does not publish')
  }
  if (error instanceof errors.JWKSMultipleMatchingKeys) {
    return unauthenticated('unknown_key', 'The token names no key (`kid`), and its issuer publishes several')
  }
  return error
}
