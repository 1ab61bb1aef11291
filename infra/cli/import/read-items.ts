import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { markdownItems, plainTextItems } from './document-items.ts'
import type { ImportFile } from './import-files.ts'
import { type Imported, keyedRequests, runIdOf } from './import-item.ts'
import { jsonLineRequests } from './json-line-requests.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

async function* readDocument(file: ImportFile): AsyncGenerator<Imported> {
  const text = decode(await readFile(file.location))
  if (text === null || text.includes('\0')) {
    yield { trouble: { from: file.path, reason: 'is not text in UTF-8', bytes: file.bytes } }
    return
  }
  const document = { path: file.path, text, bytes: file.bytes }
  const items = file.format === 'markdown' ? markdownItems(document) : plainTextItems(document)
  for (const item of items) yield { item }
}

async function* readJsonLines(file: ImportFile): AsyncGenerator<Imported> {
  const keyed = keyedRequests(file.path)
  const lines = createInterface({ input: createReadStream(file.location), crlfDelay: Number.POSITIVE_INFINITY })
  let lineNumber = 0
  for await (const line of lines) {
    lineNumber++
    if (line.trim() === '') continue
    const from = `${file.path}:${lineNumber}`
    const bytes = Buffer.byteLength(line) + 1
    const read = jsonLineRequests(line, runIdOf(file.path), lineNumber)
    if ('reason' in read) {
      yield { trouble: { from, reason: read.reason, bytes } }
    } else {
      for (const request of read.requests) {
        yield { item: { from, request: keyed(request), bytes: bytes / read.requests.length } }
      }
    }
  }
}

/** The memories of a file, and the lines that are none. JSON Lines are streamed; documents are read whole. */
export const readItems = (file: ImportFile): AsyncGenerator<Imported> =>
  file.format === 'json-lines' ? readJsonLines(file) : readDocument(file)
