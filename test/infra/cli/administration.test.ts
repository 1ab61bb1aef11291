import test from 'ava'
import { administrationOf } from '../../../infra/cli/administration.ts'
import { readCommandLine } from '../../../infra/cli/command-line.ts'

const audited = (line: string) => administrationOf(readCommandLine(line.split(' '), {}))

for (const [line, what] of [
  ['backup create /backups', 'backup create'],
  ['backup restore /backups/a --yes', 'backup restore'],
  ['rotate-master-key', 'rotate-master-key'],
  ['audit trim --before 2026-01-01', 'audit trim'],
] as const) {
  test(`${line} is audited`, (t) => {
    t.deepEqual(audited(line), { what, tenant: null })
  })
}

for (const line of [
  'backup list /backups',
  'backup verify /backups/a',
  'backup test /backups/a',
  'status',
  'tokens list',
]) {
  test(`${line} only looks`, (t) => {
    t.is(audited(line), null)
  })
}
