import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quantise } from '../../domain/vector/quantise.ts'
import { openOnnxEmbedder } from '../../infra/embedder/onnx/open-onnx-embedder.ts'
import { testModelFolder } from '../support/test-model.ts'

/** Int8 vectors one after the other: of rows, and behind them of queries. */
export interface RealVectors {
  readonly rows: Int8Array
  readonly queries: Int8Array
}

const DIMENSIONS = 384
const QUERIES = 400
const LONGEST = 160
const TEXT_FILES = /\.(md|markdown|rst|txt|pod)$/i

/**
 * Sections of the text files below `folders` and questions about such sections, half of which are not among them, as the
 * small model sees them. Kept in `file`, since a section takes some 8 ms: given that, nothing is embedded again.
 */
export async function realVectors(folders: readonly string[], rows: number, file: string): Promise<RealVectors> {
  if (!existsSync(file)) writeFileSync(file, await embedded(sectionsBelow(folders), rows))
  const all = new Int8Array(readFileSync(file))
  const split = all.length - QUERIES * DIMENSIONS
  return { rows: all.subarray(0, split), queries: all.subarray(split) }
}

/** Distinct paragraphs, in an order that mixes the files. */
function sectionsBelow(folders: readonly string[]): string[] {
  const sections = new Set<string>()
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !TEXT_FILES.test(entry.name)) continue
      for (const part of readFileSync(join(entry.parentPath, entry.name), 'utf8').split(/\n\s*\n/)) {
        const section = part.replace(/\s+/g, ' ').trim()
        if (section.length >= 40 && /[a-z]{3,} [a-z]{2,} [a-z]{2,}/i.test(section))
          sections.add(section.slice(0, LONGEST))
      }
    }
  }
  const hash = (text: string): number => [...text].reduce((sum, c) => Math.imul(sum ^ c.charCodeAt(0), 0x0100_0193), 7)
  return [...sections]
    .map((text) => ({ text, hash: hash(text) }))
    .sort((a, b) => a.hash - b.hash)
    .map(({ text }) => text)
}

async function embedded(sections: readonly string[], rows: number): Promise<Int8Array> {
  const texts = sections.slice(0, Math.min(rows, sections.length - QUERIES / 2))
  if (texts.length < QUERIES / 2)
    throw new Error(`${sections.length} sections are too few: name more folders with --texts`)
  const others = sections.slice(texts.length, texts.length + QUERIES / 2)
  const about = [...texts.slice(0, QUERIES / 2), ...others].map((text) => text.split(' ').slice(1, 10).join(' '))
  const all = [...texts, ...about]
  const embedder = await openOnnxEmbedder(testModelFolder())
  const values = new Int8Array(all.length * DIMENSIONS)
  // By length: a batch is as long as its longest.
  const order = [...all.keys()].sort((a, b) => all[a]!.length - all[b]!.length)
  for (let from = 0; from < order.length; from += 256) {
    const batch = order.slice(from, from + 256)
    const vectors = await embedder.embed(batch.map((n) => all[n]!))
    for (const [i, n] of batch.entries()) values.set(quantise('', vectors[i]!)?.values ?? [], n * DIMENSIONS)
  }
  await embedder.close()
  return values
}
