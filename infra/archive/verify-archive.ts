import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import { AUDITED_TOPICS, type AuditedTopic, chainText } from '../../domain/audit/audit-topics.ts'
import { neededKey } from '../../domain/command.ts'
import { type AuditCodec, createAuditCodec } from '../../schemas/audit-codec.ts'
import { type CommandCodec, createCommandCodec } from '../../schemas/command-codec.ts'
import { COMMANDS_TOPIC, EVENTS_TOPIC, KEYS_TOPIC } from '../kafka/topic-catalogue.ts'
import { ArchiveError } from './archive-error.ts'
import { type ArchivedPartition, type ArchiveManifest, partitionFolder, readManifest } from './archive-manifest.ts'
import { readArchivedFile } from './archived-files.ts'
import { archivedSchemaIds, parseSchemas } from './archived-schemas.ts'
import { parseTables } from './archived-tables.ts'
import { type ArchivedTopic, archivedTopics } from './archived-topics.ts'
import { ChainWalk } from './chain-walk.ts'
import { readSegments } from './read-segments.ts'
import { type ArchivedRecord, framedBytes, logRecordOfFrame } from './record-frame.ts'

export interface VerifiedArchive {
  readonly manifest: ArchiveManifest
  readonly records: number
  readonly bytes: number
  /** Signed anchors that the chains of the audit agree with. */
  readonly anchors: number
  /** Records of the audited topics behind the last anchor of their chain. */
  readonly unanchored: number
  /** What is damaged or missing, for the operator: such an archive is not restored. */
  readonly problems: readonly string[]
  /** Where the records are not those that were signed: tampered with, or of a log that an older copy took the place of. */
  readonly differences: readonly string[]
}

export interface VerifyOptions {
  /** Whether a key that is trusted signed an anchor; `null`: nobody said which are, and signatures are not looked at. */
  readonly isSigned: ((anchor: SignedAnchor) => boolean) | null
}

/** Beside rounds that end faster than all of it is read. */
const MOST_LOOKS = 3

/**
 * Reads an archive byte by byte: each record, that none is missing, that the chains of the audit lead to the values in the anchors,
 * and that each data key that a record needs is there or marked destroyed. Throws an {@link ArchiveError} where there is no archive.
 */
export function verifyArchive(folder: string, options: VerifyOptions): VerifiedArchive {
  for (let look = 1; ; look++) {
    const manifest = readManifest(folder)
    if (manifest === null) throw new ArchiveError(`${folder} is no archive: it has no archive.json`)
    const verified = verifyAs(manifest, folder, options)
    // A round that ended meanwhile took away files that were being read.
    if (verified.problems.length === 0 || look === MOST_LOOKS) return verified
    if (isDeepStrictEqual(manifest, readManifest(folder))) return verified
  }
}

function verifyAs(manifest: ArchiveManifest, folder: string, { isSigned }: VerifyOptions): VerifiedArchive {
  const found = new Findings(folder, isSigned)
  if (manifest.archivedAt === null) found.problems.push('the first round has not ended: there is no whole log here yet')
  const codecs = readFiles(folder, manifest, found)
  if (codecs !== null) {
    for (const topic of archivedTopics) {
      const partitions = manifest.topics[topic.name] ?? []
      if (partitions.length !== topic.partitions)
        found.problems.push(`${topic.name} has ${partitions.length} partitions`)
      for (const [partition, archived] of partitions.entries()) found.readPartition(topic, partition, archived, codecs)
    }
    found.compareKeys()
  }
  const { records, bytes, anchors, unanchored, problems, differences } = found
  return { manifest, records, bytes, anchors, unanchored, problems, differences }
}

interface Codecs {
  /** Whether a registry's id is one of an archived schema. */
  readonly knows: (id: number) => boolean
  readonly commands: CommandCodec
  readonly audit: AuditCodec
}

function readFiles(folder: string, { schemas, tables }: ArchiveManifest, { problems }: Findings): Codecs | null {
  const within = <T>(work: () => T): T | null => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error
      problems.push(error.message)
      return null
    }
  }
  within(() => parseTables(readArchivedFile(folder, 'tables', tables)))
  return within(() => {
    const ids = archivedSchemaIds(parseSchemas(readArchivedFile(folder, 'schemas', schemas)))
    return { commands: createCommandCodec(ids), audit: createAuditCodec(ids), knows: ids.has }
  })
}

const hashOf = (record: ArchivedRecord): string => createHash('sha256').update(framedBytes(record)).digest('hex')

/** What one reading of all records gathers. */
class Findings {
  readonly problems: string[] = []
  readonly differences: string[] = []
  records = 0
  bytes = 0
  anchors = 0
  unanchored = 0
  readonly #folder: string
  readonly #isSigned: VerifyOptions['isSigned']
  readonly #anchorsOf = new Map<string, SignedAnchor[]>()
  readonly #neededKeys = new Set<string>()
  readonly #keys = new Set<string>()
  readonly #unknownIds = new Set<number>()

  constructor(folder: string, isSigned: VerifyOptions['isSigned']) {
    this.#folder = folder
    this.#isSigned = isSigned
  }

  readPartition(topic: ArchivedTopic, partition: number, archived: ArchivedPartition, codecs: Codecs): void {
    const place = `${topic.name} partition ${partition}`
    const walk = this.#walkOf(topic, partition, archived.start)
    try {
      let next: number | null = null
      let last: ArchivedRecord | null = null
      if (topic.kind !== 'trimmed' && archived.start !== 0)
        throw new ArchiveError(`${place} begins at ${archived.start}`)
      for (const record of readSegments(partitionFolder(this.#folder, topic.name, partition), archived.segments)) {
        const { offset } = record
        const first = topic.kind === 'whole' ? 0 : null
        const expected: number | null = next ?? first
        if (topic.kind !== 'compacted' && expected !== null && offset !== expected) {
          throw new ArchiveError(`${place} lacks offsets ${expected} to ${offset - 1}`)
        }
        if (next === null && topic.kind === 'trimmed' && offset > archived.start) {
          throw new ArchiveError(`${place} lacks offsets ${archived.start} to ${offset - 1}`)
        }
        next = offset + 1
        last = record
        this.records++
        walk?.record(record)
        this.#look(topic, partition, record, codecs)
      }
      if (last !== null && hashOf(last) !== archived.lastRecord) {
        throw new ArchiveError(`${place} ends with another record than archive.json says`)
      }
      this.#compare(walk)
      this.bytes += archived.segments.reduce((sum, { bytes }) => sum + bytes, 0)
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error
      this.problems.push(error.message)
    }
  }

  /** In the order of the topics: keys were read last. */
  compareKeys(): void {
    const [unknownId] = this.#unknownIds
    if (unknownId !== undefined) {
      const others = this.#unknownIds.size > 1 ? ` and ${this.#unknownIds.size - 1} other ids` : ''
      // No damage: bytes that are no command may look like it, and are restored as they are.
      this.differences.push(`records name schemas that are not archived, by id ${unknownId}${others}`)
    }
    const missing = [...this.#neededKeys].filter((keyId) => !this.#keys.has(keyId))
    if (missing.length === 0) return
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : ''
    this.problems.push(`${KEYS_TOPIC} does not know data key ${missing[0]}${more}, which records need`)
  }

  #walkOf({ name }: ArchivedTopic, partition: number, start: number): ChainWalk | null {
    if (!AUDITED_TOPICS.includes(name as AuditedTopic)) return null
    const chain = { topic: name as AuditedTopic, partition }
    return new ChainWalk(chain, this.#anchorsOf.get(chainText(chain)) ?? [], start)
  }

  #compare(walk: ChainWalk | null): void {
    const difference = walk?.difference() ?? null
    this.anchors += walk?.agreed ?? 0
    this.unanchored += walk?.unanchored ?? 0
    if (difference !== null) this.differences.push(difference)
  }

  #look(topic: ArchivedTopic, partition: number, record: ArchivedRecord, { commands, audit, knows }: Codecs): void {
    const { name } = topic
    if (name === COMMANDS_TOPIC) {
      // What no schema reads needs no key: it is a dead letter.
      const decoded = commands.decode(logRecordOfFrame(partition, record).value)
      const keyId = decoded.ok ? neededKey(decoded.value) : null
      if (keyId !== null) this.#neededKeys.add(keyId)
      if (!decoded.ok && decoded.reason === 'unknown-schema' && !knows(decoded.number))
        this.#unknownIds.add(decoded.number)
    } else if (name === KEYS_TOPIC) {
      this.#keys.add(Buffer.from(logRecordOfFrame(partition, record).key).toString())
    } else if (name === EVENTS_TOPIC) {
      const decoded = audit.decodeAnchor(logRecordOfFrame(partition, record).value)
      if (decoded.ok) this.#addAnchor(decoded.value)
      else if (decoded.reason === 'unknown-schema' && !knows(decoded.number)) this.#unknownIds.add(decoded.number)
    }
  }

  #addAnchor(anchor: SignedAnchor): void {
    const chain = chainText(anchor)
    if (this.#isSigned !== null && !this.#isSigned(anchor)) {
      this.differences.push(`an anchor of ${chain} at offset ${anchor.offset} is signed by no key that is trusted`)
      return
    }
    const known = this.#anchorsOf.get(chain)
    if (known === undefined) this.#anchorsOf.set(chain, [anchor])
    else known.push(anchor)
  }
}
