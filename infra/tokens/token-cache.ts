import { BoundedMap } from '../crypto/bounded-map.ts'
import type { StoredToken, TokenReader } from './token-store.ts'

export interface TokenCacheOptions {
  /** Any clock of milliseconds that only goes forward. */
  readonly elapsedMs: () => number
  /** A lookup failed. What is cached goes on. */
  readonly onFailure: (error: Error) => void
  readonly timing?: Partial<TokenCacheTiming>
}

/**
 * How long a lookup is believed. A revocation is seen within `believeMs` of its commit, the time of one lookup added: below the
 * 30 seconds that are promised.
 */
export interface TokenCacheTiming {
  /** From this age on a token is looked up again behind the requests that go on with it. Default 10 s. */
  readonly refreshMs: number
  /** From this age on a request waits for the lookup. Default 25 s. */
  readonly believeMs: number
  /** That there is no such token is believed this long. Default 5 s. */
  readonly absenceMs: number
  /** With a store that does not answer, a token is believed this long after it was last seen good. Default 5 minutes. */
  readonly withoutStoreMs: number
}

const defaultTiming: TokenCacheTiming = {
  refreshMs: 10_000,
  believeMs: 25_000,
  absenceMs: 5_000,
  withoutStoreMs: 5 * 60_000,
}

const TOKENS = 20_000
/** Apart from the others, so that a flood of tokens that do not exist pushes none out that does. */
const ABSENT_TOKENS = 10_000

interface Seen {
  readonly token: StoredToken
  readonly at: number
}

/** Tokens as they were lately seen in the store. `digest` is the hash as text. */
export class TokenCache {
  readonly #reader: TokenReader
  readonly #options: TokenCacheOptions
  readonly #timing: TokenCacheTiming
  readonly #seen = new BoundedMap<string, Seen>(TOKENS)
  readonly #absent = new BoundedMap<string, number>(ABSENT_TOKENS)
  readonly #lookups = new Map<string, Promise<StoredToken | null>>()

  constructor(reader: TokenReader, options: TokenCacheOptions) {
    this.#reader = reader
    this.#options = options
    this.#timing = { ...defaultTiming, ...options.timing }
  }

  /** `null`: there is no such token. Rejects with the store's error when nobody can tell. */
  find(digest: string): StoredToken | null | Promise<StoredToken | null> {
    const { refreshMs, believeMs, absenceMs } = this.#timing
    const now = this.#options.elapsedMs()
    const seen = this.#seen.get(digest)
    if (seen !== undefined) {
      const age = now - seen.at
      if (age >= believeMs) return this.#confirmed(digest, seen)
      if (age >= refreshMs) this.#lookUpBehind(digest)
      return seen.token
    }
    const absentAt = this.#absent.get(digest)
    if (absentAt !== undefined && now - absentAt < absenceMs) return null
    return this.#lookUp(digest)
  }

  /** A store that is dead cannot be told of a revocation either: what was good lately stays good for a while. */
  async #confirmed(digest: string, seen: Seen): Promise<StoredToken | null> {
    try {
      return await this.#lookUp(digest)
    } catch (error) {
      if (this.#options.elapsedMs() - seen.at < this.#timing.withoutStoreMs) return seen.token
      throw error
    }
  }

  #lookUpBehind(digest: string): void {
    // Reported where it fails; the request goes on with what is cached.
    this.#lookUp(digest).catch(() => {})
  }

  /** One lookup of a token at a time, however many requests wait for it. */
  #lookUp(digest: string): Promise<StoredToken | null> {
    let lookup = this.#lookups.get(digest)
    if (lookup === undefined) {
      lookup = this.#ask(digest).finally(() => this.#lookups.delete(digest))
      this.#lookups.set(digest, lookup)
    }
    return lookup
  }

  async #ask(digest: string): Promise<StoredToken | null> {
    // The age counts from before the question: a revocation that comes while it is answered is not missed for longer.
    const at = this.#options.elapsedMs()
    try {
      const token = await this.#reader.find(Buffer.from(digest, 'base64url'))
      if (token === null) {
        this.#seen.delete(digest)
        this.#absent.set(digest, at)
      } else {
        this.#absent.delete(digest)
        this.#seen.set(digest, { token, at })
      }
      return token
    } catch (error) {
      this.#options.onFailure(error as Error)
      throw error
    }
  }
}
