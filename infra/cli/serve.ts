import type { Role } from '../config/configuration.ts'
import { scrubSecrets } from '../telemetry/scrub-secrets.ts'

/** What a person who starts the server in a terminal must know. */
export interface Served {
  readonly url: string
  /** What it answers: then the greeting shows how to ask. */
  readonly role: Role
  readonly dataDir: string
  /** Whether callers have to say who they are; else only this machine is served. */
  readonly needsCredential: boolean
  readonly masterKey: { readonly source: string; readonly made: boolean }
  /** `null`: this process signs nothing. */
  readonly signingKey: { readonly source: string; readonly made: boolean } | null
  /** What a signal ends the process with, once all is closed. */
  exitCode(): number
  close(): Promise<void>
}

const EXIT_AT_ONCE = 130

/** Starts a server, says where it is, and ends it on SIGTERM or SIGINT; a second signal ends it at once. */
export async function serve(start: () => Promise<Served>): Promise<void> {
  let served: Served
  try {
    served = await start()
  } catch (error) {
    process.stderr.write(`SomaBrain cannot start: ${scrubSecrets((error as Error).message)}\n`)
    process.exitCode = 1
    return
  }
  process.stdout.write(greeting(served))
  let ending = false
  const end = (): void => {
    if (ending) process.exit(EXIT_AT_ONCE)
    ending = true
    served.close().then(
      () => process.exit(served.exitCode()),
      (error: Error) => {
        process.stderr.write(`SomaBrain did not close cleanly: ${error.message}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

function greeting({ url, role, dataDir, needsCredential, masterKey, signingKey }: Served): string {
  const keep = masterKey.made
    ? '\n               made just now: keep a copy elsewhere, nothing stored can be read without it'
    : ''
  const signing = signingKey?.made
    ? `\n  signing key  ${signingKey.source}\n               made just now: keep a copy elsewhere, it proves the audit and the receipts`
    : ''
  return `
SomaBrain listens on ${url}
  callers      ${needsCredential ? 'with a credential' : 'from this machine only, with every role: no credential is configured'}
  data         ${dataDir}
  master key   ${masterKey.source}${keep}${signing}
  API          ${url}/docs
${examples(url, role, needsCredential)}
`
}

function examples(url: string, role: Role, needsCredential: boolean): string {
  const who = needsCredential ? ' -H "Authorization: Bearer $TOKEN"' : ''
  const curl = (path: string, body: string): string =>
    `  curl -s ${url}${path}${who} -H 'content-type: application/json' -d '${body}'`
  const lines = [
    ...(role === 'commands' || role === 'all' ? [curl('/remember', '{"content":"Ada moved to Lisbon in May."}')] : []),
    ...(role === 'query' || role === 'all' ? [curl('/recall', '{"query":"Where does Ada live?"}')] : []),
  ]
  return lines.length === 0 ? '' : `\nTry it:\n${lines.join('\n')}\n`
}
