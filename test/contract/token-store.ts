import type { TestFn } from 'ava'
import type { StoredToken, TokenStore } from '../../infra/tokens/token-store.ts'
import { drawToken, tokenHash, tokenId } from '../../infra/tokens/token-text.ts'

const NOW = Date.UTC(2026, 10, 21, 12)

export const storedToken = (more: Partial<StoredToken> = {}): StoredToken => {
  const hash = tokenHash(drawToken())
  return {
    id: tokenId(hash),
    hash,
    tenant: 'acme',
    principal: 'agent-7',
    roles: ['reader', 'writer'],
    namespaces: ['notes', 'mail'],
    createdAt: NOW,
    expiresAt: NOW + 86_400_000,
    revokedAt: null,
    ...more,
  }
}

const plain = (token: StoredToken | null) => token && { ...token, hash: Buffer.from(token.hash).toString('hex') }

/** What every store of API tokens does. `open`: a store of its own, empty. */
export function tokenStoreContract(test: TestFn, open: () => Promise<TokenStore>): void {
  test('a token is found by its hash, as it was added', async (t) => {
    const store = await open()
    const tokens = [
      storedToken(),
      storedToken({ namespaces: null, expiresAt: null, roles: [] }),
      storedToken({ namespaces: [], principal: 'Zoë "o\'quote"' }),
    ]
    for (const token of tokens) await store.add(token)
    for (const token of tokens) t.deepEqual(plain(await store.find(token.hash)), plain(token))
    t.is(await store.find(tokenHash(drawToken())), null)
    await store.close()
  })

  test('tokens are listed newest first, of all tenants or of one', async (t) => {
    const store = await open()
    const older = storedToken({ createdAt: NOW - 1000 })
    const other = storedToken({ tenant: 'other', createdAt: NOW + 1000 })
    const newer = storedToken()
    for (const token of [older, other, newer]) await store.add(token)
    const ids = async (tenant: string | null): Promise<readonly string[]> =>
      (await store.list(tenant)).map(({ id }) => id)
    t.deepEqual(await ids(null), [other.id, newer.id, older.id])
    t.deepEqual(await ids('acme'), [newer.id, older.id])
    t.deepEqual(await ids('nobody'), [])
    await store.close()
  })

  test('a token is revoked once, stays so, and is told from one that never was', async (t) => {
    const store = await open()
    const token = storedToken()
    const bystander = storedToken()
    await store.add(token)
    await store.add(bystander)
    t.is(await store.revoke(token.id, NOW + 5000), 'revoked')
    t.is(await store.revoke(token.id, NOW + 9000), 'already-revoked')
    t.is(await store.revoke('00000000ffffffff', NOW), 'not-found')
    t.is((await store.find(token.hash))?.revokedAt, NOW + 5000)
    t.is((await store.find(bystander.hash))?.revokedAt, null)
    await store.close()
  })

  test('a token is not added twice', async (t) => {
    const store = await open()
    const token = storedToken()
    await store.add(token)
    await t.throwsAsync(store.add(token))
    await store.close()
  })
}
