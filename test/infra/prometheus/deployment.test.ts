import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { readCompose } from '../docker/read-compose.ts'
import { expressionNames } from './expression-names.ts'
import { root, ruleFiles } from './rule-files.ts'

// The files of Prometheus and Alertmanager beside the services that get them.

interface PrometheusConfiguration {
  readonly rule_files: readonly string[]
  readonly alerting: { readonly alertmanagers: readonly ScrapeConfig[] }
  readonly scrape_configs: ReadonlyArray<ScrapeConfig & { readonly job_name: string }>
}

interface ScrapeConfig {
  readonly static_configs: ReadonlyArray<{ readonly targets: readonly string[] }>
}

const compose = readCompose('docker-compose.yml')
const services = Object.keys(compose.services)
const configurations = ['prometheus.yml', 'prometheus.production.yml'].map((file) => ({
  file,
  ...(parse(readFileSync(join(root, 'infra/prometheus', file), 'utf8')) as PrometheusConfiguration),
}))

const targetsOf = (configs: readonly ScrapeConfig[]): readonly string[] =>
  configs.flatMap(({ static_configs }) => static_configs.flatMap(({ targets }) => targets))

/** Of a volume as Compose writes it, with the default of a variable filled in. */
function mountOf(volume: string): { readonly from: string; readonly to: string } {
  const [from = '', to = ''] = volume.replace(/\$\{\w+:-([^}]*)\}/g, '$1').split(':')
  return { from, to }
}

for (const { file, rule_files, alerting, scrape_configs } of configurations) {
  test(`${file} looks for services that there are, and tells the Alertmanager of the deployment`, (t) => {
    for (const target of targetsOf(scrape_configs)) {
      const [host = ''] = target.split(':')
      t.true(host === '127.0.0.1' || services.includes(host), target)
    }
    t.deepEqual(targetsOf(alerting.alertmanagers), ['alertmanager:9093'])
    t.true(String(compose.services.alertmanager.ports).endsWith(':9093'))
    t.deepEqual(rule_files, ['rules/*.yml'])
  })

  test(`every job that a rule names is one of ${file}`, (t) => {
    const jobs = scrape_configs.map(({ job_name }) => job_name)
    const selectors = ruleFiles.flatMap(({ rules }) => rules.flatMap(({ expr }) => expressionNames(expr).selectors))
    const named = selectors.flatMap(({ matchers }) =>
      matchers.flatMap(({ label, values }) => (label === 'job' ? (values ?? []) : [])),
    )
    t.true(named.length > 0)
    t.deepEqual(
      named.filter((job) => !jobs.includes(job)),
      [],
    )
  })
}

test('the rules stand beside the configuration that names them, and Alertmanager gets one although nobody wrote it', (t) => {
  const mounts = [...compose.services.prometheus.volumes, ...compose.services.alertmanager.volumes].map(mountOf)
  const fromTree = mounts.filter(({ from }) => from.startsWith('./'))
  t.deepEqual(
    fromTree.map(({ to }) => to),
    ['/etc/prometheus/rules', '/etc/prometheus/prometheus.yml', '/etc/alertmanager/alertmanager.yml'],
  )
  for (const { from } of fromTree) t.true(existsSync(join(root, from)), from)
})
