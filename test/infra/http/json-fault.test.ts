import test from 'ava'
import fc from 'fast-check'
import { jsonFault } from '../../../infra/http/json-fault.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('says where and why a text stops being JSON', (t) => {
  for (const [text, line, column, found] of [
    ['', 1, 1, 'it ends'],
    ['{"a": 1,\n "b": }', 2, 7, 'unexpected "}"'],
    ['{"a" 1}', 1, 6, 'unexpected "1"'],
    ["{'a': 1}", 1, 2, 'unexpected "\'"'],
    ['[1, 2,]', 1, 7, 'unexpected "]"'],
    ['{"a":1,}', 1, 8, 'unexpected "}"'],
    ['[1] 2', 1, 5, 'unexpected "2"'],
    ['[1}', 1, 3, 'unexpected "}"'],
    ['{"a": "x', 1, 7, 'string that does not end'],
    ['"a\tb"', 1, 1, 'control character'],
    ['"\\x"', 1, 1, 'unknown escape'],
    ['nul', 1, 1, 'unexpected "n"'],
    ['01', 1, 1, 'unexpected "0"'],
    ['[\n\n', 3, 1, 'it ends'],
  ] as const) {
    const fault = jsonFault(text)
    t.deepEqual([fault?.line, fault?.column], [line, column], text)
    t.true(fault?.found.includes(found), `${text}: ${fault?.found}`)
  }
})

test('agrees with JSON.parse on what is JSON', (t) => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '{', ']', ',', ':', '\\', '1', 'e', '\u0000', ' ', '-'))
    .map(
      ([text, at, piece]) => text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + 1),
    )
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), broken), (text) => {
      t.is(jsonFault(text) === null, isJson(text), text)
    }),
    { numRuns: propertyRuns(3000) },
  )
})

test('takes no stack for nesting or for long strings', (t) => {
  t.is(jsonFault('['.repeat(1_000_000))?.found, 'it ends')
  t.is(jsonFault(`"${'x'.repeat(2_000_000)}"`), null)
})
