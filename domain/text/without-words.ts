const WORD = /[\p{L}\p{N}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu
const POSSESSIVE = /['’]s$/i

/**
 * A text without the words that `drops` names, each given in lower case and without a possessive ending; the text as it
 * is when no other word stays.
 */
export function withoutWords(text: string, drops: (word: string) => boolean): string {
  let kept = 0
  const rest = text.replaceAll(WORD, (word) => {
    if (drops(word.replace(POSSESSIVE, '').toLowerCase())) return ''
    kept++
    return word
  })
  return kept === 0 ? text : rest.replaceAll(/\s+/g, ' ').trim()
}
