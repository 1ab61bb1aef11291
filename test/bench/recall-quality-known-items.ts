import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { markdownSections } from '../../infra/cli/import/markdown-sections.ts'
import { packBlocks, TARGET_CHARACTERS } from '../../infra/cli/import/text-pieces.ts'
import { type LabelledMemory, type LabelledQuestion, type LabelledStore, memoryOf } from './recall-quality-store.ts'

/** Documentation of the locked dependencies: prose that somebody wrote, the same wherever the lock file is installed. */
const PACKAGES = fileURLToPath(new URL('../../node_modules', import.meta.url))
/** Logs of changes repeat their headings, and say nothing that anybody would look for. */
const noProse = /(?:^|\/)(?:changelog|changes|history|license|licence|security|contributing|code_of_conduct)[^/]*$/i
const WRITTEN = Date.UTC(2024, 0, 1)
const WORDS = /\p{L}{2,}/gu
/** Signatures and markup are not what people ask in. */
const prose = /^[\p{L}\p{N}\p{M} ,.:;'’"“”?!&/()–—-]+$/u
const MOST_WORDS = 9

interface Section {
  readonly path: string
  readonly heading: string
  readonly pieces: readonly string[]
}

/**
 * Known items (after L. Azzopardi, M. de Rijke & K. Balog, SIGIR 2007): each section of the documentation is stored
 * without its heading, and the heading, as somebody wrote it, is the question. Headings of one word, or that several
 * sections have, are no questions. Two stores, every other package in each, so that one can be asked what the other holds.
 * `every`: only each so-manieth package.
 */
export function knownItemStores(every = 1, folder = PACKAGES): LabelledStore[] {
  const documents = documentsIn(folder)
  const packages = [...new Set(documents.map(packageOf))].filter((_, i) => i % every === 0)
  return ['even', 'odd'].map((name, half) => {
    const sections = documents.filter((one) => packages.indexOf(packageOf(one)) % 2 === half).flatMap(sectionsOf)
    return storeOf(name, sections)
  })
}

/** Notes that nobody gathered in documents. */
export const withoutEpisodes = (store: LabelledStore): LabelledStore => ({
  ...store,
  memories: store.memories.map((memory) => ({ ...memory, runId: null })),
})

function storeOf(name: string, sections: readonly Section[]): LabelledStore {
  const named = Map.groupBy(sections, ({ heading }) => heading.toLowerCase())
  const memories: LabelledMemory[] = []
  const questions: LabelledQuestion[] = []
  for (const { path, heading, pieces } of sections) {
    const gold = new Set(pieces.map((_, i) => memories.length + 1 + i))
    memories.push(...pieces.map((content) => ({ content, author: null, runId: path, occurredAt: WRITTEN })))
    const words = heading.match(WORDS)?.length ?? 0
    const asks = prose.test(heading) && words > 1 && words <= MOST_WORDS
    if (asks && named.get(heading.toLowerCase())!.length === 1) {
      questions.push({ text: heading, kind: 'known item', gold })
    }
  }
  const answers = new Set(named.keys())
  return { name, memories: memories.map((one, i) => memoryOf(name, i + 1, one)), questions, answers, speakers: [] }
}

interface Document {
  readonly path: string
  readonly text: string
}

const packageOf = ({ path }: Document): string => /^(?:@[^/]+\/)?[^/]+/.exec(path)![0]

/** Each text once, whatever packages have it. */
function documentsIn(folder: string): Document[] {
  const paths = globSync('**/*.md', { cwd: folder }).map((path) => path.replaceAll('\\', '/'))
  const documents = new Map<string, Document>()
  for (const path of paths.filter((one) => !noProse.test(one)).sort()) {
    const text = readFileSync(join(folder, path), 'utf8')
    if (!documents.has(text)) documents.set(text, { path, text })
  }
  return [...documents.values()]
}

function sectionsOf({ path, text }: Document): Section[] {
  return markdownSections(text).flatMap(({ headings, blocks }) => {
    const heading = headings.at(-1)
    return heading === undefined ? [] : [{ path, heading, pieces: packBlocks(blocks, TARGET_CHARACTERS) }]
  })
}
