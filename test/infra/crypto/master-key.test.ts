import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { loadMasterKey } from '../../../infra/crypto/master-key.ts'

test.beforeEach((t) => {
  t.context = mkdtempSync(join(tmpdir(), 'somabrain-master-'))
})
test.afterEach.always((t) => rmSync(t.context as string, { recursive: true }))

test('the first start makes a master key that only its owner can read, and the next one takes it', (t) => {
  const folder = t.context as string
  const first = loadMasterKey(folder, null)
  t.true(first.made)
  t.is(statSync(join(folder, 'master.key')).mode & 0o777, 0o600)
  const wrapped = first.wrap('data-key', ['a'], Buffer.from('key'))
  const second = loadMasterKey(folder, null)
  t.false(second.made)
  t.is(second.unwrap('data-key', ['a'], wrapped).toString(), 'key')
  t.throws(() => second.unwrap('data-key', ['b'], wrapped))
  t.throws(() => second.unwrap('index-key', ['a'], wrapped))
})

test('the first start makes the folder of its master key, for its owner alone', (t) => {
  const folder = join(t.context as string, 'not', 'there')
  t.true(loadMasterKey(folder, null).made)
  t.is(statSync(folder).mode & 0o777, 0o700)
})

test('a configured master key is taken as base64 or hex, and no file is made', (t) => {
  const folder = t.context as string
  const bytes = Buffer.alloc(32, 9)
  const wrapped = loadMasterKey(folder, bytes.toString('hex')).wrap('data-key', [], Buffer.from('key'))
  t.is(loadMasterKey(folder, bytes.toString('base64')).unwrap('data-key', [], wrapped).toString(), 'key')
  t.throws(() => readFileSync(join(folder, 'master.key')))
})

test('a file or setting that holds no key is refused by name', (t) => {
  const folder = t.context as string
  t.throws(() => loadMasterKey(folder, 'c2hvcnQ='), {
    message: /SOMABRAIN_MASTER_KEY holds no master key: expected 32 bytes/,
  })
  writeFileSync(join(folder, 'master.key'), 'truncated')
  t.throws(() => loadMasterKey(folder, null), { message: /master\.key holds no master key/ })
})
