import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { isTokenText, tokenHash, tokenId } from '../../../infra/tokens/token-text.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from './run-verb.ts'

const tokenIn = (printed: string): string => printed.split(/\s+/).find(isTokenText) ?? ''

test('a token is made, shown once, listed without itself, and revoked', async (t) => {
  const environment = { SOMABRAIN_DATA_DIR: temporaryFolder(t) }
  const made = await runVerb(environment, 'tokens', 'create', '--role', 'reader', '--tenant', 'acme', '-n', 'notes')
  t.is(made.code, 0)
  const token = tokenIn(made.printed)
  t.true(isTokenText(token), made.printed)
  const id = tokenId(tokenHash(token))
  const listed = await runVerb(environment, 'tokens', 'list')
  t.regex(listed.printed, new RegExp(`^${id}  acme  token-${id}  reader  notes  expires 2`))
  t.false(listed.printed.includes(token))
  const revoked = await runVerb(environment, 'tokens', 'revoke', id, 'ffffffffffffffff')
  t.is(revoked.code, 1, 'one of them does not exist')
  t.regex(revoked.printed, new RegExp(`${id}  revoked: refused everywhere within 30 seconds\nf{16}  there is no such`))
  t.regex((await runVerb(environment, 'tokens', 'revoke', id)).printed, /was revoked before/)
  const after = JSON.parse((await runVerb(environment, 'tokens', 'list', '--json')).printed)
  t.like(after.tokens[0], { id, tenant: 'acme', roles: ['reader'], namespaces: ['notes'], is_valid: false })
})

test('no file holds the token', async (t) => {
  const folder = temporaryFolder(t)
  const made = await runVerb({ SOMABRAIN_DATA_DIR: folder }, 'tokens', 'create', '--role', 'admin')
  const token = tokenIn(made.printed)
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (statSync(join(folder, file)).isFile()) t.false(readFileSync(join(folder, file)).includes(token), file)
  }
})
