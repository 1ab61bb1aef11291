import test from 'ava'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { canonicalJson } from '../../commands/canonical-json.ts'

test('canonical JSON sorts members by UTF-16 code units at every depth', (t) => {
  const value = { b: 1, a: { z: [{ d: null, c: true }], é: 'x' }, '\u{1f600}': 0, '\ufb33': 1 }
  t.is(canonicalJson(value), '{"a":{"z":[{"c":true,"d":null}],"é":"x"},"b":1,"\u{1f600}":0,"\ufb33":1}')
})

test('canonical JSON keeps the order of names that JavaScript would move', (t) => {
  t.is(canonicalJson({ 9: 'a', 10: 'b', '!': 'c' }), '{"!":"c","10":"b","9":"a"}')
  t.is(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}')), '{"__proto__":{"a":2},"b":1}')
})

test('canonical JSON is what the library makes of any JSON', (t) => {
  const names = fc.oneof(fc.string({ unit: 'binary' }), fc.nat(20).map(String), fc.constantFrom('__proto__', 'a', 'b'))
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false, -0, 1e21, 1e-7),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'binary' }),
      fc.array(tie('value'), { maxLength: 4 }),
      tie('object'),
    ),
    object: fc.dictionary(names, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  })).object
  fc.assert(
    fc.property(json, (value) => {
      t.is(canonicalJson(value as object), canonicalize(value) ?? '')
    }),
  )
})
