import { MAX_DIMENSION } from '../../../domain/vector/embedding.ts'
import { EmbedderError, type EmbedderFault } from '../embedder-error.ts'

export interface EmbeddingsService {
  /** Of the API, without `/embeddings`. */
  readonly url: string
  readonly model: string
  readonly apiKey: string | null
}

/** The service answered with a status that may pass: too many requests, or a fault of its own. */
export class PassingFaultError extends EmbedderError {
  /** What it asked to wait; `null` when it did not say. */
  readonly retryAfterMs: number | null

  constructor(message: string, fault: EmbedderFault, retryAfterMs: number | null) {
    super(message, fault)
    this.retryAfterMs = retryAfterMs
  }
}

/** Far more than any answer: 128 vectors of 4,096 dimensions as text are 12 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** One call of `POST /embeddings`. Throws an `EmbedderError`; one that may pass is a {@link PassingFaultError}. */
export async function requestEmbeddings(
  { url, model, apiKey }: EmbeddingsService,
  texts: readonly string[],
  timeoutMs: number,
): Promise<readonly Float32Array[]> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(`${url}/embeddings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, input: texts.map(cut), encoding_format: 'float' }),
      redirect: 'error',
      signal,
    })
    if (!response.ok) throw await refusal(response)
    return vectorsOf(parsed(await boundedText(response)), texts.length)
  } catch (error) {
    if (error instanceof EmbedderError) throw error
    if (signal.aborted) throw new PassingFaultError(`${url}: did not answer within ${timeoutMs} ms`, 'timeout', null)
    throw new PassingFaultError(`${url}: ${(error as Error).message}`, 'unavailable', null)
  }
}

/**
 * Services refuse what has more than about 8,000 tokens, with the whole call; this many characters have fewer in any script.
 * A pair of surrogates is not cut in two.
 */
const MAX_CHARACTERS = 8000
const cut = (text: string): string =>
  text.length <= MAX_CHARACTERS ? text : text.slice(0, MAX_CHARACTERS).replace(/[\ud800-\udbff]$/, '')

async function refusal(response: Response): Promise<EmbedderError> {
  // Its words are not repeated: they may hold what was sent.
  await response.body?.cancel()
  const message = `${new URL(response.url).origin} answered ${response.status}`
  if (response.status !== 429 && response.status < 500) return new EmbedderError(message, 'refused')
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const fault = response.status === 429 ? 'rate_limited' : 'unavailable'
  return new PassingFaultError(message, fault, Number.isFinite(seconds) ? seconds * 1000 : null)
}

/** The answer is not quoted, as a parser would: it may hold what was sent. */
function parsed(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer | null
  } catch {
    throw new EmbedderError('The answer is no JSON', 'invalid_answer')
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES)
      throw new EmbedderError(`The answer is larger than ${MAX_ANSWER_BYTES} bytes`, 'invalid_answer')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

interface Answer {
  readonly data?: ReadonlyArray<{ readonly index?: unknown; readonly embedding?: unknown } | null>
}

function vectorsOf(answer: Answer | null, count: number): readonly Float32Array[] {
  const { data } = answer ?? {}
  if (!Array.isArray(data) || data.length !== count)
    throw new EmbedderError(`The answer has not ${count} embeddings`, 'invalid_answer')
  const vectors: Array<Float32Array | undefined> = Array.from({ length: count })
  for (const [place, item] of data.entries()) {
    const index = item?.index ?? place
    if (typeof index !== 'number' || !(index in vectors))
      throw new EmbedderError('The answer has an unknown index', 'invalid_answer')
    vectors[index] = vectorOf(item?.embedding)
  }
  return vectors.map((vector) => {
    if (vector === undefined) throw new EmbedderError('The answer has one index twice', 'invalid_answer')
    return vector
  })
}

function vectorOf(embedding: unknown): Float32Array {
  const sound =
    Array.isArray(embedding) &&
    embedding.length > 0 &&
    embedding.length <= MAX_DIMENSION &&
    embedding.every((value) => typeof value === 'number' && Number.isFinite(value))
  if (!sound) throw new EmbedderError(`An embedding is not a list of 1 to ${MAX_DIMENSION} numbers`, 'invalid_answer')
  return Float32Array.from(embedding as readonly number[])
}
