import type { StoredToken, TokenStore } from '../../tokens/token-store.ts'
import { drawToken, tokenHash, tokenId } from '../../tokens/token-text.ts'
import type { TellAct } from '../administration.ts'
import type { VerbContext } from '../verb-context.ts'
import { paint, printable } from '../view/terminal.ts'
import { tokenAct } from './token-act.ts'
import type { TokensTask } from './tokens-line.ts'

export interface TokensContext extends Pick<VerbContext, 'out' | 'err'> {
  readonly store: TokenStore
  /** Milliseconds since 1970. */
  readonly now: number
  /** Told of each token that was made, revoked or not there, once it is so. */
  readonly did: TellAct
}

/** Makes, lists or revokes API tokens. Exit code 1 when one that was to be revoked does not exist. */
export function tokensVerb(task: TokensTask, context: TokensContext): Promise<number> {
  switch (task.action) {
    case 'create':
      return create(task, context)
    case 'list':
      return list(task, context)
    case 'revoke':
      return revoke(task.ids, context)
  }
}

type Create = Extract<TokensTask, { action: 'create' }>

/** The token alone goes to standard output, so that a script can take it. */
async function create(task: Create, { out, err, store, now, did }: TokensContext): Promise<number> {
  const text = drawToken()
  const hash = tokenHash(text)
  const id = tokenId(hash)
  const { tenant, roles, namespaces, lifetimeMs } = task
  const token: StoredToken = {
    id,
    hash,
    tenant,
    principal: task.principal ?? `token-${id}`,
    roles,
    namespaces,
    createdAt: now,
    expiresAt: lifetimeMs === null ? null : now + lifetimeMs,
    revokedAt: null,
  }
  await store.add(token)
  did(tokenAct('create', token, 0))
  err.write(`${describe(token, now)}\n${paint(err, 'yellow', 'It is shown this once; only its hash is kept:')}\n`)
  out.write(`${text}\n`)
  return 0
}

type List = Extract<TokensTask, { action: 'list' }>

async function list({ tenant, asJson }: List, { out, err, store, now }: TokensContext): Promise<number> {
  const tokens = await store.list(tenant)
  if (asJson) {
    out.write(`${JSON.stringify({ tokens: tokens.map((token) => json(token, now)) }, null, 2)}\n`)
    return 0
  }
  if (tokens.length === 0) err.write('There are no tokens.\n')
  for (const token of tokens) out.write(`${describe(token, now)}\n`)
  return 0
}

async function revoke(ids: readonly string[], { out, err, store, now, did }: TokensContext): Promise<number> {
  const known = new Map((await store.list(null)).map((token) => [token.id, token]))
  let missing = 0
  for (const id of ids) {
    const revocation = await store.revoke(id, now)
    const token = known.get(id)
    if (revocation !== 'not-found' && token !== undefined) did(tokenAct('revoke', token, 0))
    else did({ what: `tokens revoke ${id}`, tenant: null, exitCode: revocation === 'not-found' ? 1 : 0 })
    if (revocation === 'not-found') {
      missing += 1
      err.write(`${id}  there is no such token\n`)
    } else {
      out.write(
        `${id}  ${revocation === 'revoked' ? 'revoked: refused everywhere within 30 seconds' : 'was revoked before'}\n`,
      )
    }
  }
  return missing === 0 ? 0 : 1
}

function describe(token: StoredToken, now: number): string {
  const { id, tenant, principal, roles, namespaces } = token
  const where = namespaces === null ? 'all namespaces' : namespaces.join(',') || 'no namespace'
  return `${id}  ${tenant}  ${printable(principal)}  ${roles.join(',')}  ${where}  ${stateOf(token, now)}`
}

function stateOf({ expiresAt, revokedAt }: StoredToken, now: number): string {
  if (revokedAt !== null) return `revoked ${instant(revokedAt)}`
  if (expiresAt === null) return 'never expires'
  return `${expiresAt <= now ? 'expired' : 'expires'} ${instant(expiresAt)}`
}

const json = (token: StoredToken, now: number) => ({
  id: token.id,
  tenant: token.tenant,
  principal: token.principal,
  roles: token.roles,
  namespaces: token.namespaces,
  created_at: instant(token.createdAt),
  expires_at: token.expiresAt === null ? null : instant(token.expiresAt),
  revoked_at: token.revokedAt === null ? null : instant(token.revokedAt),
  is_valid: token.revokedAt === null && (token.expiresAt === null || token.expiresAt > now),
})

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()
