import test from 'ava'
import { elementPath, memberPath } from '../../../domain/request/field-path.ts'

test('paths are written as callers write them', (t) => {
  t.is(memberPath('', 'content'), 'content')
  t.is(memberPath('metadata', 'a'), 'metadata.a')
  t.is(memberPath('metadata', 'a.b'), 'metadata["a.b"]')
  t.is(memberPath('metadata', ''), 'metadata[""]')
  t.is(memberPath(elementPath('items', 3), 'content'), 'items[3].content')
  t.true(memberPath('m', 'x'.repeat(1_000).concat(' ')).length < 120, 'a long name is cut')
})
