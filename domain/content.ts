/** Whether spacing differs from single blanks. Most texts have nothing to replace, and looking is cheaper. */
const unevenSpacing = /\s\s|[^\S ]/u

/** Content as the loop guard compares it: compatibility forms, case and spacing make no difference. */
export function normaliseContent(content: string): string {
  const text = content.normalize('NFKC').toLowerCase()
  return (unevenSpacing.test(text) ? text.replace(/\s+/gu, ' ') : text).trim()
}

/** Characters as people count them in a limit: code points. */
export function codePoints(text: string): number {
  let count = text.length
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count -= 1
  }
  return count
}
