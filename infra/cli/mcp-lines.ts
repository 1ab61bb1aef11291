import { Readable, type Writable } from 'node:stream'
import { type Line, LineSplitter } from '../http/ndjson/line-splitter.ts'
import { type MessageRefusal, messageRefusal, parseRefusal } from '../mcp/message-refusal.ts'
import { withoutTasks } from '../mcp/without-tasks.ts'

/** The library gives up its input at a line of ten times that. */
const MAX_LINE_BYTES = 1 << 20

/**
 * The messages among the lines of `input`, for the library, which says nothing of a line that is none. Those are answered on
 * `output`, as over HTTP.
 */
export const messagesAmong = (input: Readable, output: Writable): Readable =>
  Readable.from(messages(input, output), { objectMode: false })

async function* messages(input: Readable, output: Writable): AsyncGenerator<string> {
  for await (const line of linesOf(input)) {
    const message = line.ok ? messageOf(line.bytes.toString()) : tooLong(line.length)
    if (message === null) continue
    if (typeof message === 'string') yield `${message}\n`
    // To a notification there is no answer (JSON-RPC 2.0, 4.1).
    else if (!message.isNotification) output.write(`${message.refusal.text}\n`)
  }
}

async function* linesOf(input: Readable): AsyncGenerator<Line> {
  const splitter = new LineSplitter(MAX_LINE_BYTES)
  for await (const chunk of input) yield* splitter.push(chunk as Buffer)
  yield* splitter.end()
}

interface Refused {
  readonly refusal: MessageRefusal
  readonly isNotification: boolean
}

/** As the library reads it; `null`: an empty line. */
function messageOf(line: string): string | Refused | null {
  if (line.trim() === '') return null
  let message: unknown
  try {
    message = JSON.parse(line)
  } catch (error) {
    const detail = `The line is not JSON: ${(error as Error).message}`
    return { refusal: parseRefusal(detail, 'a JSON-RPC message in one line'), isNotification: false }
  }
  const refusal = messageRefusal(message, null)
  if (refusal === null) return JSON.stringify(withoutTasks(message))
  return { refusal, isNotification: isNotification(message) }
}

const tooLong = (length: number): Refused => ({
  refusal: parseRefusal(`The line has ${length} bytes`, `at most ${MAX_LINE_BYTES}`),
  isNotification: false,
})

const isNotification = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'method' in message && !('id' in message)
