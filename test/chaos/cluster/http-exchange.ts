import { type Answer, send } from '../../support/http-client.ts'

/**
 * What a client knows after a request. `unsent`: nobody listened, so nothing can have come of it. `unanswered`: it was
 * sent, and the connection broke or stayed silent, so anything can.
 */
export type Exchange =
  | { readonly outcome: 'answer'; readonly answer: Answer }
  | { readonly outcome: 'unsent' }
  | { readonly outcome: 'unanswered'; readonly cause: string }

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

export async function exchange({ method, url, body, headers, timeoutMs }: HttpRequest): Promise<Exchange> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    return { outcome: 'answer', answer: await send(method, url, body, headers, signal) }
  } catch (error) {
    const cause = causeOf(error as Error)
    return cause === 'ECONNREFUSED' ? { outcome: 'unsent' } : { outcome: 'unanswered', cause }
  }
}

/** fetch says only that it failed; what the socket said is its cause. */
function causeOf(error: Error): string {
  const { code, message } = (error.cause ?? error) as { readonly code?: string | number; readonly message: string }
  return typeof code === 'string' ? code : message
}
