import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../../domain/problem.ts'

const SWEEP_MS = 1000

/**
 * Ends requests whose body does not come in time. Node's own `requestTimeout` would also end streamed imports, which may
 * take hours; here one timer looks at the oldest bodies once a second.
 */
export class BodyDeadlines {
  readonly #timeoutMs: number
  readonly #waiting = new Map<FastifyRequest, { readonly reply: FastifyReply; readonly until: number }>()
  readonly #timer: NodeJS.Timeout

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
    this.#timer = setInterval(() => this.#sweep(), Math.min(SWEEP_MS, timeoutMs))
    this.#timer.unref()
  }

  watch(request: FastifyRequest, reply: FastifyReply): void {
    this.#waiting.set(request, { reply, until: performance.now() + this.#timeoutMs })
  }

  forget(request: FastifyRequest): void {
    this.#waiting.delete(request)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** A map keeps its order, so the first one that is not due ends the sweep. */
  #sweep(): void {
    const now = performance.now()
    for (const [request, { reply, until }] of this.#waiting) {
      if (until > now) return
      this.#waiting.delete(request)
      if (!request.raw.complete && !reply.sent) endRequest(request, reply)
    }
  }
}

function endRequest(request: FastifyRequest, reply: FastifyReply): void {
  // The reader of the body would answer a second time when the connection ends.
  for (const event of ['data', 'end', 'error']) request.raw.removeAllListeners(event)
  request.raw.on('error', () => undefined)
  reply.header('connection', 'close')
  reply.send(
    new ProblemError({
      code: 'request_timeout',
      detail: 'The body did not arrive in time',
      expected: 'the whole body without long pauses',
    }),
  )
}
