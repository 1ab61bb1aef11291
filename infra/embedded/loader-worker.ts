import { parentPort, workerData } from 'node:worker_threads'
import type { MemoryRow } from '../../domain/memory.ts'
import type { AnalysedMemory } from '../../domain/recall/indexed-memory.ts'
import { analyseText } from '../../domain/text/analyse-text.ts'
import { Calendar } from '../../domain/text/calendar.ts'
import { Lexicon } from '../../domain/text/lexicon.ts'
import type { AnalysedPage } from '../../query-api/ports/view-loader.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { loadMasterKey } from '../crypto/master-key.ts'
import { createRowOpener } from '../crypto/row-opener.ts'
import { openReadOnlyKeyStore } from '../sqlite/keys/read-only-key-store.ts'
import { openSqliteLongTermReader } from '../sqlite/long-term/sqlite-long-term-reader.ts'
import type { LoaderFiles, LoaderReply, LoaderRequest } from './loader-protocol.ts'
import { type PackedPage, PagePacker } from './packed-page.ts'

/** The loader's thread: reads, opens and analyses the rows of cold views, while the HTTP thread puts them into columns. */
const port = parentPort
if (port === null) throw new Error('loader-worker.ts runs as a worker thread')

const { dataDir, keys, state, masterKey, vectorModel } = workerData as LoaderFiles
const keyStore = openReadOnlyKeyStore(keys)
const keyring = createKeyring(keyStore, loadMasterKey(dataDir, masterKey))
const opener = createRowOpener(keyring, vectorModel)
const reader = openSqliteLongTermReader(state)

const packer = new PagePacker()

let lexicon = new Lexicon()
let calendar = new Calendar(lexicon)
let language = 'en'

function speak(wanted: string): void {
  if (wanted === language) return
  language = wanted
  lexicon = new Lexicon(wanted)
  calendar = new Calendar(lexicon)
}

async function pageOf(request: LoaderRequest): Promise<AnalysedPage> {
  speak(request.language)
  // Nobody tells this thread of a destroyed key; a new user's key costs the others a look-up.
  if (keyStore.changed()) keyring.forgetAll()
  const { since, upTo } = request.range
  const changes = await reader.changes(request.scope, since, request.limit)
  const rows = changes.rows.filter((row) => row.changed <= upTo)
  await opener.prepare(rows.filter((row) => row.sealed !== null))
  const memories: AnalysedMemory[] = []
  const tombstones: string[] = []
  let keyMissing = false
  for (const row of rows) {
    const opened = opener.openNow(row)
    if (opened.ok) memories.push(analysed(row, opened.secret))
    else if (opened.reason === 'destroyed') tombstones.push(row.memoryId)
    else keyMissing = true
  }
  const last = rows.at(-1)
  const more = changes.more && rows.length === changes.rows.length
  const next = more && last !== undefined ? { changed: last.changed, memoryId: last.memoryId } : null
  return { checkpoint: changes.checkpoint, memories, tombstones, keyMissing, next }
}

function analysed(row: MemoryRow, secret: Parameters<typeof withoutContent>[0]): AnalysedMemory {
  const { memoryId, offset, kind, occurredAt, importance, intervals } = row
  const text = analyseText(secret.content, occurredAt, lexicon, calendar)
  const vector = secret.vector === undefined ? {} : { vector: secret.vector }
  return { ...withoutContent(secret), ...vector, memoryId, offset, kind, occurredAt, importance, intervals, text }
}

type Secret = Pick<AnalysedMemory, 'metadata' | 'tags' | 'author' | 'runId' | 'userId' | 'agentId' | 'vector'> & {
  content: string
}

const withoutContent = ({ metadata, tags, author, runId, userId, agentId }: Secret) => ({
  metadata,
  tags,
  author,
  runId,
  userId,
  agentId,
})

port.on('message', (request: LoaderRequest) => {
  pageOf(request).then(
    (page) => send(request.id, packer.pack(page)),
    (error: Error) => port.postMessage({ id: request.id, error: error.message } satisfies LoaderReply),
  )
})

function send(id: number, page: PackedPage): void {
  port?.postMessage({ id, page } satisfies LoaderReply, [page.stems.buffer, page.vectors.buffer])
}
