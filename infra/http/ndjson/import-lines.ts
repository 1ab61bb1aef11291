import type { Readable } from 'node:stream'
import type { ItemResult } from '../../../commands/command-api.ts'
import type { ParsedItem } from '../../../commands/requests/batch-body.ts'
import { type Problem, ProblemError } from '../../../domain/problem.ts'
import { itemError } from '../problem-details.ts'
import { itemJson } from '../wire/receipt-json.ts'
import { BoundedWindow } from './bounded-window.ts'
import { IdleWatch } from './idle-watch.ts'
import { type Line, LineSplitter } from './line-splitter.ts'

export interface ImportDeps {
  readonly source: Readable
  readonly lineLimitBytes: number
  readonly windowLines: number
  readonly windowBytes: number
  readonly idleTimeoutMs: number
  /** Ends the import after what is being written. */
  readonly closing: AbortSignal
  parse(bytes: Buffer, index: number): ParsedItem
  /** In order, one result per item. Throws when nothing of it was acknowledged. */
  remember(items: readonly ParsedItem[]): Promise<readonly ItemResult[]>
  /** Told of each line that was refused. */
  refused(index: number, problem: Problem): void
  /** The client reads no answers any more. */
  abandon(): void
}

/**
 * Answers a stream of lines with a stream of lines: reads ahead by one window while the one before is written, hands
 * windows over one after the other (so order holds), and reads on only as fast as answers are taken. The last line is
 * the summary `{accepted, failed, position}`, with `error` when the import ended before its input did.
 */
export async function* importLines(deps: ImportDeps): AsyncGenerator<string> {
  const window = new BoundedWindow<ParsedItem>(deps.windowLines, deps.windowBytes)
  const watch = new IdleWatch(deps.idleTimeoutMs, {
    input: () => window.end(new ProblemError({ code: 'request_timeout', detail: 'No line arrived for too long' })),
    client: () => {
      window.end()
      deps.abandon()
    },
  })
  const onClosing = (): void =>
    window.end(new ProblemError({ code: 'shutting_down', detail: 'This server is shutting down' }))
  deps.closing.addEventListener('abort', onClosing)
  // Not awaited at the end: it goes on to discard what still comes, until the connection closes.
  void readLines(deps, window, watch)
  const summary = new Summary(deps.refused)
  try {
    yield* answerWindows(deps, window, watch, summary)
    yield summary.line(null)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    yield summary.line(error.problem)
  } finally {
    deps.closing.removeEventListener('abort', onClosing)
    watch.stop()
    window.end()
  }
}

async function* answerWindows(
  deps: ImportDeps,
  window: BoundedWindow<ParsedItem>,
  watch: IdleWatch,
  summary: Summary,
): AsyncGenerator<string> {
  for (;;) {
    watch.waitFor('input')
    const items = await window.take()
    if (items === null) return
    watch.waitFor('nobody')
    const results = await remembered(deps, items)
    watch.waitFor('client')
    yield results.problem === null ? summary.lines(results.of) : summary.failures(items.length, results.problem)
    if (results.problem !== null) throw new ProblemError(results.problem)
  }
}

type Remembered = { readonly problem: null; readonly of: readonly ItemResult[] } | { readonly problem: Problem }

/** When nothing of a window was acknowledged, the ones after it would fare no better: the import ends with it. */
async function remembered(deps: ImportDeps, items: readonly ParsedItem[]): Promise<Remembered> {
  try {
    return { problem: null, of: await deps.remember(items) }
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem }
    throw error
  }
}

async function readLines(deps: ImportDeps, window: BoundedWindow<ParsedItem>, watch: IdleWatch): Promise<void> {
  const splitter = new LineSplitter(deps.lineLimitBytes)
  let index = 0
  const pushAll = async (lines: Iterable<Line>): Promise<void> => {
    for (const line of lines) {
      if (window.ended) return
      if (line.ok && isBlank(line.bytes)) continue
      const full = window.push(parsed(deps, line, index), line.ok ? line.bytes.length : 0)
      index += 1
      if (full !== null) await full
    }
  }
  try {
    // Destroying the request would take the connection away under the answer.
    for await (const chunk of deps.source.iterator({ destroyOnReturn: false })) {
      if (window.ended) continue
      watch.moved()
      await pushAll(splitter.push(chunk))
    }
    await pushAll(splitter.end())
    window.end()
  } catch {
    window.end(new ProblemError({ code: 'malformed_request', detail: 'The client ended the request before its end' }))
  }
}

function parsed(deps: ImportDeps, line: Line, index: number): ParsedItem {
  if (line.ok) return deps.parse(line.bytes, index)
  return {
    ok: false,
    problem: {
      code: 'body_too_large',
      detail: `The line has ${line.length} bytes`,
      field: 'line',
      expected: `at most ${deps.lineLimitBytes} bytes a line`,
    },
  }
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)

class Summary {
  #accepted = 0
  #failed = 0
  #position: string | null = null
  readonly #refused: ImportDeps['refused']

  constructor(refused: ImportDeps['refused']) {
    this.#refused = refused
  }

  lines(results: readonly ItemResult[]): string {
    let text = ''
    for (const result of results) {
      const index = this.#accepted + this.#failed
      text += `${JSON.stringify(itemJson(index, result))}\n`
      if ('problem' in result) {
        this.#refused(index, result.problem)
        this.#failed += 1
      } else {
        this.#accepted += 1
        this.#position = result.receipt.position
      }
    }
    return text
  }

  failures(count: number, problem: Problem): string {
    return this.lines(Array.from({ length: count }, () => ({ problem })))
  }

  line(problem: Problem | null): string {
    const error = problem === null ? {} : { error: itemError(problem) }
    return `${JSON.stringify({ accepted: this.#accepted, failed: this.#failed, position: this.#position, ...error })}\n`
  }
}
