/** What one memory aims to hold: long enough to answer, short enough to be read by whoever recalls it. */
export const TARGET_CHARACTERS = 2_000

/** Where a text may be cut, best first: between lines, after a sentence, between words. */
const seams = [/\n+/gu, /(?<=[.!?。！？])\s+/gu, /\s+/gu]

function cutHard(text: string, target: number): readonly string[] {
  const characters = [...text]
  const pieces: string[] = []
  for (let start = 0; start < characters.length; start += target) {
    pieces.push(characters.slice(start, start + target).join(''))
  }
  return pieces
}

function join(parts: readonly string[], glue: string, target: number): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  for (const part of parts) {
    const longer = piece === '' ? part : piece + glue + part
    if (longer.length <= target) {
      piece = longer
    } else {
      if (piece !== '') pieces.push(piece)
      piece = part
    }
  }
  if (piece !== '') pieces.push(piece)
  return pieces
}

/** A block that is too long for one piece, cut at the best seam that makes it short enough. */
function cutBlock(block: string, target: number, seam = 0): readonly string[] {
  if (block.length <= target) return [block]
  const pattern = seams[seam]
  if (pattern === undefined) return cutHard(block, target)
  const parts = block.split(pattern).flatMap((part) => cutBlock(part, target, seam + 1))
  return join(parts, seam === 0 ? '\n' : ' ', target)
}

/** Packs blocks (paragraphs, lists, code) into pieces of at most `target` characters, in order, none of them empty. */
export function packBlocks(blocks: readonly string[], target = TARGET_CHARACTERS): readonly string[] {
  const parts = blocks
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .flatMap((block) => cutBlock(block, target))
    .filter((part) => part.trim() !== '')
  return join(parts, '\n\n', target)
}

/** Paragraphs are what empty lines separate. */
export const plainTextPieces = (text: string, target = TARGET_CHARACTERS): readonly string[] =>
  packBlocks(text.replaceAll('\r\n', '\n').split(/\n[^\S\n]*\n/u), target)
