import { auditDependencies } from '../infra/supply-chain/audit-dependencies.ts'

// `npm run audit`: exit code 1 for a known vulnerability of what runs in production and, with --require, for an audit that could
// not be made, which is said in any case.
const required = process.argv.includes('--require')
const audit = auditDependencies(process.cwd())
switch (audit.outcome) {
  case 'clean':
    console.log('No known vulnerability in the dependencies of production.')
    break
  case 'vulnerable':
    for (const { name, severity, title } of audit.findings) console.error(`${severity}: ${name}: ${title}`)
    process.exitCode = 1
    break
  case 'not-audited':
    console.error(`NOT AUDITED: ${audit.reason}`)
    if (required) process.exitCode = 1
}
