import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../../infra/stack/run-command.ts'

/** Files, PEM. */
export interface Certificates {
  /** The authority's certificate. */
  readonly caFile: string
  readonly keyFile: string
  readonly certificateFile: string
  /** Key, certificate and authority in one, as Kafka wants them. */
  readonly allFile: string
}

/** An authority of its own, and a certificate for `localhost` and 127.0.0.1 that it signed. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const at = (name: string): string => join(folder, name)
  const openssl = (...args: string[]): Promise<string> => runCommand('openssl', args)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=test authority')
  const asked = ['-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=localhost']
  await openssl('req', ...key.slice(0, -2), ...asked)
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names')]
  await openssl('x509', '-req', '-in', at('server.csr'), ...signer, '-out', at('server.crt'))
  const parts = ['server.key', 'server.crt', 'ca.pem'].map((name) => readFileSync(at(name), 'utf8'))
  writeFileSync(at('all.pem'), parts.join(''))
  return {
    caFile: at('ca.pem'),
    keyFile: at('server.key'),
    certificateFile: at('server.crt'),
    allFile: at('all.pem'),
  }
}
