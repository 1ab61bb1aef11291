import test from 'ava'
import fc from 'fast-check'
import { drawToken, isTokenText, tokenHash, tokenId } from '../../../infra/tokens/token-text.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const SCANNER = /\bsmb_[0-9A-Za-z]{49}\b/

test('every token has the form that secret scanners are given, and its checksum holds', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (random) => {
      const token = drawToken(random)
      t.regex(`TOKEN=${token}\n`, SCANNER)
      return isTokenText(token)
    }),
    { numRuns: propertyRuns(200) },
  )
})

test('the smallest and the largest number have the same length', (t) => {
  t.is(drawToken(new Uint8Array(32)).length, 53)
  t.is(drawToken(new Uint8Array(32).fill(255)).length, 53)
})

test('a text with one other character is no token', (t) => {
  const token = drawToken()
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 52 }), fc.constantFrom(...'09AZaz'), (at, character) => {
      fc.pre(token[at] !== character)
      return !isTokenText(`${token.slice(0, at)}${character}${token.slice(at + 1)}`)
    }),
    { numRuns: propertyRuns(200) },
  )
  for (const text of ['', 'smb_', token.slice(1), `${token}0`, `${token} `, token.replace('smb_', 'ghp_')]) {
    t.false(isTokenText(text), text)
  }
})

test('no two tokens are alike, and an id tells nothing of the token', (t) => {
  const tokens = Array.from({ length: 1000 }, () => drawToken())
  t.is(new Set(tokens).size, 1000)
  const id = tokenId(tokenHash(tokens[0]!))
  t.regex(id, /^[0-9a-f]{16}$/)
  t.false(tokens[0]!.includes(id))
})
