import type { AnalysedPage } from '../../query-api/ports/view-loader.ts'

/** A page as JSON; the numbers of a vector as base64, a third of what they would be as decimals. */
export const pageText = (page: AnalysedPage): string =>
  JSON.stringify(page, (_, value: unknown) =>
    value instanceof Int8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
      : value,
  )

export function pageOfText(text: string): AnalysedPage {
  const page = JSON.parse(text) as AnalysedPage
  return { ...page, memories: page.memories.map(withNumbers) }
}

function withNumbers(memory: AnalysedPage['memories'][number]): AnalysedPage['memories'][number] {
  const { vector } = memory
  if (vector === undefined) return memory
  const bytes = Buffer.from(vector.values as unknown as string, 'base64')
  return { ...memory, vector: { ...vector, values: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) } }
}
