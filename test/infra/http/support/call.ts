export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON, `{}` when it is empty. */
  readonly json: Record<string, unknown>
}

export interface CallOptions {
  readonly method?: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it stands, in place of `body`. */
  readonly raw?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** One request; a body makes it a POST with a JSON content type unless said otherwise. */
export async function call(url: string, options: CallOptions = {}): Promise<Answer> {
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
  const response = await fetch(url, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  const isJson = text !== '' && /json\b/.test(response.headers.get('content-type') ?? '') && !text.includes('}\n')
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
}
