import { spawn } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { parse, stringify } from 'yaml'
import { freePort } from '../../../infra/stack/free-port.ts'
import { ownProcess } from '../../support/own-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import type { MonitoringTools } from './monitoring-tools.ts'
import { root } from './rule-files.ts'

const folder = join(root, 'infra/prometheus')

interface ScrapeConfig {
  readonly job_name: string
  readonly static_configs: ReadonlyArray<{ readonly targets: readonly string[] }>
}

interface Receiver {
  readonly name: string
}

export interface Watched {
  /** `host:port` of a server that shows its metrics to anybody. */
  readonly target: string
  /** Who is told. */
  readonly webhook: string
}

type Ending = Pick<ExecutionContext, 'teardown'>

/**
 * A Prometheus and an Alertmanager of a test's own, with the rules and the configurations of the deployment: only addresses are
 * other ones, who is told is filled in, and everything that waits for minutes waits for seconds. Ended with the test.
 */
export async function startOwnMonitoring(
  t: Ending,
  tools: MonitoringTools,
  { target, webhook }: Watched,
): Promise<void> {
  const alertmanager = await startOwnAlertmanager(t, tools, webhook)
  const dir = temporaryFolder(t)
  cpSync(join(folder, 'rules'), join(dir, 'rules'), { recursive: true })
  for (const file of readdirSync(join(dir, 'rules'))) {
    rewrite(join(dir, 'rules', file), (text) => text.replace(/\bfor: \w+/g, 'for: 3s'))
  }
  writeFileSync(join(dir, 'prometheus.yml'), prometheusConfiguration(target, alertmanager))
  await listening(t, tools.prometheus, [
    `--config.file=${join(dir, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(dir, 'prometheus')}`,
  ])
}

/** Such an Alertmanager alone; answers with its `host:port`. */
export async function startOwnAlertmanager(t: Ending, tools: MonitoringTools, webhook: string): Promise<string> {
  const dir = temporaryFolder(t)
  const configuration = join(dir, 'alertmanager.yml')
  writeFileSync(configuration, alertmanagerConfiguration(webhook))
  return await listening(t, tools.alertmanager, [
    `--config.file=${configuration}`,
    `--storage.path=${join(dir, 'kept')}`,
    '--cluster.listen-address=',
  ])
}

/** Starts a program on a free port; answers with its `host:port` when it listens. */
async function listening(t: Ending, program: string, args: readonly string[]): Promise<string> {
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const given = [`--web.listen-address=${address}`, '--log.level=error', ...args]
  await ownProcess(t, port, () => spawn(program, given, { stdio: 'ignore' })).start()
  return address
}

function prometheusConfiguration(target: string, alertmanager: string): string {
  const written = parse(readFileSync(join(folder, 'prometheus.production.yml'), 'utf8'))
  const scraped = (written.scrape_configs as readonly ScrapeConfig[]).filter(({ job_name }) => job_name === 'somabrain')
  return stringify({
    ...written,
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: scraped.map((config) => ({ ...config, static_configs: [{ targets: [target] }] })),
  })
}

function alertmanagerConfiguration(webhook: string): string {
  const written = parse(readFileSync(join(folder, 'alertmanager.yml'), 'utf8'))
  return stringify({
    ...written,
    route: { ...written.route, group_wait: '1s', group_interval: '1s' },
    receivers: (written.receivers as readonly Receiver[]).map((receiver) =>
      receiver.name === 'nobody-yet' ? { ...receiver, webhook_configs: [{ url: webhook }] } : receiver,
    ),
  })
}

const rewrite = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'utf8')))
