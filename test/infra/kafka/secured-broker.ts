import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { freePorts } from '../../../infra/stack/free-port.ts'
import { installKafka } from '../../../infra/stack/kafka.ts'
import { kafkaLogSettings, kafkaSettings } from '../../../infra/stack/kafka-settings.ts'
import { runCommand } from '../../../infra/stack/run-command.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Of this test's broker alone. */
export const USER = { username: 'somabrain', password: 'development-only' } as const
const MACHINE = ['-Xms64m', '-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

export interface SecuredBroker {
  /** `host:port` of the listener that asks for TLS and a name. */
  readonly address: string
  /** PEM of the authority that signed the broker's certificate. */
  readonly caFile: string
}

/** A broker whose only listener for clients is SASL over TLS, with a certificate of an authority of its own; killed when the test ends. */
export async function startSecuredBroker(t: ExecutionContext): Promise<SecuredBroker> {
  const folder = temporaryFolder(t)
  const { java, libraries } = await installKafka(readStackSettings(root, process.env).cacheDir)
  const { caFile, allFile } = await makeCertificates(folder)
  const [port, internal, controllerPort] = (await freePorts(3)) as [number, number, number]
  const settings = join(folder, 'server.properties')
  const logSettings = join(folder, 'log4j2.properties')
  const plain = kafkaSettings({ dataDir: join(folder, 'data'), port: internal, controllerPort })
  writeFileSync(settings, secured(plain, port, allFile))
  writeFileSync(logSettings, kafkaLogSettings)
  const machine = [...MACHINE, `-Dlog4j2.configurationFile=${logSettings}`, '-cp', `${libraries}/*`]
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${USER.username},password=${USER.password}]`,
  ])
  const id = randomBytes(16).toString('base64url').replace(/^-/, 'A')
  const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', id, '--config', settings, ...scram]
  await runCommand(java, [...machine, ...format])
  const log = openSync(join(folder, 'broker.log'), 'w')
  const broker = spawn(java, [...machine, 'kafka.Kafka', settings], { stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = once(broker, 'exit')
  t.teardown(async () => {
    broker.kill('SIGKILL')
    await ended
  })
  return { address: `localhost:${port}`, caFile }
}

/** `keyFile`: the broker's key and certificates. */
function secured(plain: string, port: number, keyFile: string): string {
  const login = `username="${USER.username}" password="${USER.password}"`
  const plainModule = 'org.apache.kafka.common.security.plain.PlainLoginModule'
  const scramModule = 'org.apache.kafka.common.security.scram.ScramLoginModule'
  return `${plain
    .replace(/^listeners=/m, `listeners=CLIENTS://127.0.0.1:${port},`)
    .replace(/^advertised\.listeners=/m, `advertised.listeners=CLIENTS://localhost:${port},`)
    .replace(/^listener\.security\.protocol\.map=/m, 'listener.security.protocol.map=CLIENTS:SASL_SSL,')}
listener.name.clients.ssl.keystore.type=PEM
listener.name.clients.ssl.keystore.location=${keyFile}
listener.name.clients.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.clients.plain.sasl.jaas.config=${plainModule} required ${login} user_${USER.username}="${USER.password}";
listener.name.clients.scram-sha-256.sasl.jaas.config=${scramModule} required;
listener.name.clients.scram-sha-512.sasl.jaas.config=${scramModule} required;
`
}
