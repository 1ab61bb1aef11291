import { BreakerOpenError } from '../breaker/create-breaker.ts'

/** Why there is no vector, each with the words for an operator: they name no host and quote no answer. */
export const embedderFaults = {
  timeout: 'no answer in time',
  unavailable: 'cannot be reached, or fails by itself',
  rate_limited: 'asks for fewer requests',
  refused: 'refuses what it is asked',
  invalid_answer: 'answers with something else than vectors',
  overloaded: 'too many texts wait for it',
  left_alone: 'failed lately and is left alone for a while',
} as const

export type EmbedderFault = keyof typeof embedderFaults

/** An embedder did not answer, or not with vectors that can be used. */
export class EmbedderError extends Error {
  override readonly name = 'EmbedderError'
  readonly fault: EmbedderFault

  constructor(message: string, fault: EmbedderFault = 'unavailable', options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}

export function faultOf(error: unknown): EmbedderFault {
  if (error instanceof EmbedderError) return error.fault
  return error instanceof BreakerOpenError ? 'left_alone' : 'unavailable'
}
