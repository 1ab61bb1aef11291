import type { FastifyReply, FastifyRequest } from 'fastify'
import { RefusalList } from '../../domain/audit/refused-items.ts'
import type { Problem } from '../../domain/problem.ts'
import { auditRefusedSoFar } from './audit-request.ts'
import type { Edge } from './edge.ts'

/** A stream of bad lines costs its sender one request: it must not write the audit an entry a line. */
const AN_ENTRY_EVERY_MS = 1_000

/**
 * Brings the lines of a stream that were refused into the audit while it goes on: at once, and while more are refused once a
 * second. What is left when the request is over is audited with it.
 */
export class RefusedLines {
  readonly #edge: Edge
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  #timer: NodeJS.Timeout | null = null
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(edge: Edge, request: FastifyRequest, reply: FastifyReply) {
    this.#edge = edge
    this.#request = request
    this.#reply = reply
  }

  add(index: number, { code }: Problem): void {
    this.#request.refusals ??= new RefusalList()
    this.#request.refusals.add(index, code)
    // Not before the turn ends: a window's lines are refused in one, and make one entry.
    const ms = Math.max(0, this.#lastAt + AN_ENTRY_EVERY_MS - performance.now())
    this.#timer ??= setTimeout(() => this.#audit(), ms).unref()
  }

  #audit(): void {
    this.#timer = null
    this.#lastAt = performance.now()
    auditRefusedSoFar(this.#edge, this.#request, this.#reply)
  }
}
