import { isUtf8 } from 'node:buffer'
import type { Caller, CommandApi, ItemResult } from '../../../commands/command-api.ts'
import {
  type BatchItem,
  type BatchMessage,
  type BatchPlace,
  messageToItem,
  type ParsedItem,
  toBatchItem,
} from '../../../commands/requests/batch-body.ts'
import type { SharedRememberFields } from '../../../commands/requests/remember-body.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { parseJson } from '../json-body.ts'
import { batchItem, batchMessage } from '../schemas/remember-schema.ts'
import { compileBodySchema } from '../validation/compile-schema.ts'

const checkItem = compileBodySchema(batchItem, 'line')
const checkMessage = compileBodySchema(batchMessage, 'line')

export function parseItem(shared: SharedRememberFields, value: unknown, place: BatchPlace): ParsedItem {
  const path = `items[${place.index}]`
  const problem = checkItem(value, path)
  if (problem !== null) return { ok: false, problem }
  return toBatchItem(shared, value as BatchItem, { ...place, prefix: `${path}.` })
}

export function parseMessage(shared: SharedRememberFields, value: unknown, place: BatchPlace): ParsedItem {
  const path = `messages[${place.index}]`
  const problem = checkMessage(value, path)
  if (problem !== null) return { ok: false, problem }
  const item = messageToItem(shared, value as BatchMessage)
  return toBatchItem(shared, item, { ...place, prefix: `${path}.` })
}

/** One line of a streamed import: a message when it has a role, else an item. */
export function parseLine(shared: SharedRememberFields, bytes: Buffer, place: BatchPlace): ParsedItem {
  try {
    const value = parseJson(textOf(bytes), 'line')
    const isMessage = typeof value === 'object' && value !== null && Object.hasOwn(value, 'role')
    const problem = isMessage ? checkMessage(value) : checkItem(value)
    if (problem !== null) return { ok: false, problem }
    const item = isMessage ? messageToItem(shared, value as BatchMessage) : (value as BatchItem)
    return toBatchItem(shared, item, { ...place, prefix: '' })
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, problem: error.problem }
    throw error
  }
}

function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const [detail, expected] = ['The line is not UTF-8', 'JSON in UTF-8']
  throw new ProblemError({ code: 'malformed_body', detail, field: 'line', expected })
}

/** Remembers what could be read, and puts each result in its place. Throws when the log acknowledged nothing of it. */
export async function rememberParsed(
  commands: CommandApi,
  caller: Caller,
  parsed: readonly ParsedItem[],
): Promise<readonly ItemResult[]> {
  const items = parsed.flatMap((one) => (one.ok ? [one.item] : []))
  const remembered = items.length === 0 ? [] : await commands.rememberMany(caller, items)
  let next = 0
  return parsed.map((one) => (one.ok ? remembered[next++]! : { problem: one.problem }))
}
