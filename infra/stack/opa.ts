import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { installOpa } from './install-opa.ts'
import type { PartCommand, PartRecipe, RunningPart } from './part.ts'
import { endingWithStarter, startPart } from './start-part.ts'

const PROBE_TIMEOUT_MS = 3_000

export type PolicySet = 'development' | 'production'

export interface OpaOptions {
  readonly dir: string
  /** Default: a free one. */
  readonly port?: number
  readonly cacheDir: string
  /** Of infra/opa/policies. Default: `development`. */
  readonly policy?: PolicySet
}

/** Path of a policy set of this checkout. */
export const policyFile = (policy: PolicySet): string =>
  fileURLToPath(new URL(`../opa/policies/${policy}.rego`, import.meta.url))

/** The policy engine on 127.0.0.1 with one of the policy sets. */
export async function startOpa(options: OpaOptions): Promise<RunningPart> {
  return startPart(endingWithStarter(opaRecipe({ ...options, port: options.port ?? (await freePort()) })))
}

export function opaRecipe(options: OpaOptions & { readonly port: number }): PartRecipe {
  const dir = resolve(options.dir)
  const url = `http://127.0.0.1:${options.port}`
  return {
    name: 'opa',
    dir,
    url,
    port: options.port,
    stopSignal: 'SIGTERM',
    prepare: () => prepareOpa({ ...options, dir }),
    answers: () => opaAnswers(url),
    furnish: async () => {},
  }
}

async function prepareOpa(options: OpaOptions & { readonly port: number }): Promise<PartCommand> {
  const { dir, port, cacheDir, policy = 'development' } = options
  const opa = await installOpa(cacheDir)
  const settings = join(dir, 'opa.yaml')
  await mkdir(dir, { recursive: true })
  // Its path in the command line tells this process from others.
  await writeFile(settings, 'decision_logs: { console: false }\n')
  const args = ['run', '--server', `--addr=127.0.0.1:${port}`, `--config-file=${settings}`]
  return { file: opa, args: [...args, '--log-level=error', '--disable-telemetry', policyFile(policy)] }
}

/** Whether it decides: the policy is loaded, and says yes or no to an input without anything in it. */
async function opaAnswers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/v1/data/somabrain/allow`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"input": {}}',
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    })
    return answer.ok && typeof ((await answer.json()) as { result?: unknown }).result === 'boolean'
  } catch {
    // Refused, cut off or silent: it does not answer yet.
    return false
  }
}
