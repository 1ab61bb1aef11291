import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { freePorts } from '../../../infra/stack/free-port.ts'
import { installKafka } from '../../../infra/stack/kafka.ts'
import { kafkaLogSettings, kafkaSettings } from '../../../infra/stack/kafka-settings.ts'
import { runCommand } from '../../../infra/stack/run-command.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
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
  const caFile = await makeCertificates(folder)
  const [port, internal, controllerPort] = (await freePorts(3)) as [number, number, number]
  const settings = join(folder, 'server.properties')
  const logSettings = join(folder, 'log4j2.properties')
  const plain = kafkaSettings({ dataDir: join(folder, 'data'), port: internal, controllerPort })
  writeFileSync(settings, secured(plain, port, folder))
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

function secured(plain: string, port: number, folder: string): string {
  const login = `username="${USER.username}" password="${USER.password}"`
  const plainModule = 'org.apache.kafka.common.security.plain.PlainLoginModule'
  const scramModule = 'org.apache.kafka.common.security.scram.ScramLoginModule'
  return `${plain
    .replace(/^listeners=/m, `listeners=CLIENTS://127.0.0.1:${port},`)
    .replace(/^advertised\.listeners=/m, `advertised.listeners=CLIENTS://localhost:${port},`)
    .replace(/^listener\.security\.protocol\.map=/m, 'listener.security.protocol.map=CLIENTS:SASL_SSL,')}
listener.name.clients.ssl.keystore.type=PEM
listener.name.clients.ssl.keystore.location=${join(folder, 'broker.pem')}
listener.name.clients.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.clients.plain.sasl.jaas.config=${plainModule} required ${login} user_${USER.username}="${USER.password}";
listener.name.clients.scram-sha-256.sasl.jaas.config=${scramModule} required;
listener.name.clients.scram-sha-512.sasl.jaas.config=${scramModule} required;
`
}

/** An authority, and a certificate for `localhost` that it signed, with its key, as Kafka wants them: one PEM. */
async function makeCertificates(folder: string): Promise<string> {
  const at = (name: string): string => join(folder, name)
  const openssl = (...args: string[]): Promise<string> => runCommand('openssl', args)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=test authority')
  const asked = ['-keyout', at('broker.key'), '-out', at('broker.csr'), '-subj', '/CN=localhost']
  await openssl('req', ...key.slice(0, -2), ...asked)
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names')]
  await openssl('x509', '-req', '-in', at('broker.csr'), ...signer, '-out', at('broker.crt'))
  const parts = ['broker.key', 'broker.crt', 'ca.pem'].map((name) => readFileSync(at(name), 'utf8'))
  writeFileSync(at('broker.pem'), parts.join(''))
  return at('ca.pem')
}
