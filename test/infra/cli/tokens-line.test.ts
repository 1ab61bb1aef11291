import test from 'ava'
import { readCommandLine } from '../../../infra/cli/command-line.ts'

const read = (...argv: readonly string[]) => readCommandLine(['tokens', ...argv], {})

test('a token is asked for with its roles, and the rest has defaults', (t) => {
  t.deepEqual(read('create', '--role', 'writer', '--role', 'reader'), {
    verb: 'tokens',
    task: {
      action: 'create',
      tenant: 'default',
      principal: null,
      roles: ['reader', 'writer'],
      namespaces: null,
      lifetimeMs: 90 * 86_400_000,
    },
  })
})

test('a token is bound to a tenant, a principal, namespaces and a time', (t) => {
  const line = read(
    ...['create', '--role', 'reader,auditor', '--tenant', 'acme', '--principal', 'ci of Zoë'],
    ...['-n', 'notes,mail', '--expires', '12h'],
  )
  t.like(line, {
    task: {
      tenant: 'acme',
      principal: 'ci of Zoë',
      roles: ['reader', 'auditor'],
      namespaces: ['notes', 'mail'],
      lifetimeMs: 12 * 3_600_000,
    },
  })
  t.like(read('create', '--role', 'admin', '--expires', 'never'), { task: { lifetimeMs: null } })
})

test('tokens are listed of all tenants or of one, and revoked by id', (t) => {
  t.like(read('list'), { task: { action: 'list', tenant: null, asJson: false } })
  t.like(read('list', '--tenant', 'acme', '--json'), { task: { tenant: 'acme', asJson: true } })
  t.like(read('revoke', '00112233445566ff'), { task: { action: 'revoke', ids: ['00112233445566ff'] } })
})

const TOKEN = `smb_${'a'.repeat(49)}`
const wrong: ReadonlyArray<readonly [readonly string[], RegExp]> = [
  [[], /one of create, list, revoke/],
  [['make'], /one of create, list, revoke/],
  [['create'], /needs --role, one or more of reader, writer, admin, auditor/],
  [['create', '--role', 'root'], /--role must be one of reader, writer, admin, auditor, not "root"/],
  [['create', 'ci', '--role', 'reader'], /takes options only, not "ci"/],
  [['create', '--role', 'reader', '--tenant', 'a b'], /--tenant must be .* not "a b"/],
  [['create', '--role', 'reader', '-n', 'a,,b'], /--namespace must be/],
  [['create', '--role', 'reader', '--principal', 'a\nb'], /--principal must be/],
  [['create', '--role', 'reader', '--expires', '90'], /--expires must be such as 12h, 90d, 1y or never, not "90"/],
  [['create', '--role', 'reader', '--expires', '0d'], /--expires must be/],
  [['create', '--role', 'reader', '--expires', '99999y'], /--expires must be/],
  [['list', 'x'], /takes no ids/],
  [['revoke'], /needs ids/],
]

for (const [argv, problem] of wrong) {
  test(`tokens ${JSON.stringify(argv)} is answered with what is wrong`, (t) => {
    const line = read(...argv)
    t.is(line.verb, 'wrong')
    if (line.verb === 'wrong') t.regex(line.problem, problem)
  })
}

test('a token in place of its id is not repeated', (t) => {
  const line = read('revoke', TOKEN)
  t.is(line.verb, 'wrong')
  if (line.verb === 'wrong') {
    t.regex(line.problem, /16 hex digits/)
    t.false(line.problem.includes(TOKEN))
  }
})
