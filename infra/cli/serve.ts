/** What a person who starts the server in a terminal must know. */
export interface Served {
  readonly url: string
  readonly dataDir: string
  readonly masterKey: { readonly source: string; readonly made: boolean }
  close(): Promise<void>
}

const EXIT_ON_SIGNAL = 0
const EXIT_AT_ONCE = 130

/** Starts a server, says where it is, and ends it on SIGTERM or SIGINT; a second signal ends it at once. */
export async function serve(start: () => Promise<Served>): Promise<void> {
  let served: Served
  try {
    served = await start()
  } catch (error) {
    process.stderr.write(`SomaBrain cannot start: ${(error as Error).message}\n`)
    process.exitCode = 1
    return
  }
  process.stdout.write(greeting(served))
  let ending = false
  const end = (): void => {
    if (ending) process.exit(EXIT_AT_ONCE)
    ending = true
    served.close().then(
      () => process.exit(EXIT_ON_SIGNAL),
      (error: Error) => {
        process.stderr.write(`SomaBrain did not close cleanly: ${error.message}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

function greeting({ url, dataDir, masterKey }: Served): string {
  const keep = masterKey.made
    ? '\n               made just now: keep a copy elsewhere, nothing stored can be read without it'
    : ''
  return `
SomaBrain listens on ${url}
  data         ${dataDir}
  master key   ${masterKey.source}${keep}
  API          ${url}/docs

Try it:
  curl -s ${url}/remember -H 'content-type: application/json' -d '{"content":"Ada moved to Lisbon in May."}'
  curl -s ${url}/recall -H 'content-type: application/json' -d '{"query":"Where does Ada live?"}'

`
}
