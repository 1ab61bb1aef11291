import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { auditDependencies, readAudit } from '../../../infra/supply-chain/audit-dependencies.ts'
import { createSbom } from '../../../infra/supply-chain/create-sbom.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

test('the bill of materials names every package of production with its version, and none of development', (t) => {
  const { text, components } = createSbom(root)
  const bom = JSON.parse(text)
  t.is(bom.bomFormat, 'CycloneDX')
  t.is(bom.components.length, components)
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const listed = new Map(bom.components.map((one: { name: string; version: string }) => [one.name, one.version]))
  for (const [name, version] of Object.entries(manifest.dependencies)) t.is(listed.get(name), version, name)
  t.false(listed.has('ava'))
  for (const { purl } of bom.components) t.regex(purl, /^pkg:npm\//)
})

test('a bill of materials that cannot be made is no empty one', (t) => {
  const folder = temporaryFolder(t)
  t.throws(() => createSbom(folder), { message: /npm sbom ended with 1/ })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  t.throws(() => createSbom(folder))
})

test('an audit says what it found, or that it could not be made', (t) => {
  t.deepEqual(readAudit({ out: '{"vulnerabilities":{}}', err: '' }), { outcome: 'clean' })
  const via = [{ title: 'Prototype pollution' }, 'other']
  t.deepEqual(readAudit({ out: JSON.stringify({ vulnerabilities: { x: { severity: 'high', via } } }), err: '' }), {
    outcome: 'vulnerable',
    findings: [{ name: 'x', severity: 'high', title: 'Prototype pollution; through other' }],
  })
  for (const [out, err] of [
    ['{"message":"405 Method Not Allowed","error":{}}', ''],
    ['', 'npm error audit endpoint returned an error'],
    ['{}', ''],
  ] as const) {
    const audit = readAudit({ out, err })
    t.is(audit.outcome, 'not-audited')
    if (audit.outcome === 'not-audited') t.regex(audit.reason, /does not answer audits \(.+\)/)
  }
})

test('the dependencies have no known vulnerability, where the registry can tell', (t) => {
  const audit = auditDependencies(root)
  if (audit.outcome === 'not-audited') t.log(audit.reason)
  t.not(audit.outcome, 'vulnerable')
})
