import type { FastifyRequest } from 'fastify'
import { type Action, refuseUnlessAllowed } from './access.ts'
import { authenticateRequest } from './authenticate-request.ts'
import type { HttpServerDeps } from './http-server-deps.ts'

/** What was permitted goes on unasked for so long: with the 25 s that a look-up of a token is believed, less than 30 s. */
export const PERMIT_STANDS_MS = 3_000

/**
 * The leave of a request that goes on for long. A credential that ends, or a policy that changes, ends what goes on as it ends
 * what is new.
 */
export class StandingPermit {
  readonly #deps: HttpServerDeps
  readonly #request: FastifyRequest
  readonly #action: Action
  readonly #namespace: string | null
  #asOf: number

  /** `request` was permitted just now. */
  constructor(deps: HttpServerDeps, request: FastifyRequest, action: Action, namespace: string | null) {
    this.#deps = deps
    this.#request = request
    this.#action = action
    this.#namespace = namespace
    this.#asOf = deps.now()
  }

  /** Authenticates and permits again when that is some seconds ago. Throws the refusal. */
  async renew(): Promise<void> {
    const { now, authorise } = this.#deps
    const at = now()
    // A clock that was set back says nothing about how long ago it was.
    if (at >= this.#asOf && at - this.#asOf < PERMIT_STANDS_MS) return
    await authenticateRequest(this.#deps, this.#request)
    const { identity } = this.#request
    refuseUnlessAllowed(identity, this.#action, this.#namespace)
    await authorise?.(identity, this.#action, this.#namespace)
    this.#asOf = at
  }

  /** `items` for as long as it may: then the refusal is thrown in the place of the next one. */
  async *over<T>(items: AsyncIterable<T>): AsyncIterable<T> {
    for await (const item of items) {
      await this.renew()
      yield item
    }
  }
}
