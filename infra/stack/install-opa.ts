import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installGo } from './install-go.ts'
import { installOnce } from './install-once.ts'
import { PartUnavailableError } from './part.ts'
import { runCommand } from './run-command.ts'

const OPA_VERSION = '1.22.0'

/** Path of the policy engine, built from its Go module once (some minutes) and kept in `cacheDir`. */
export async function installOpa(cacheDir: string): Promise<string> {
  const folder = join(cacheDir, `opa-${OPA_VERSION}`)
  await installOnce(folder, async (target) => {
    const go = await installGo(cacheDir)
    const env = { ...process.env, GOBIN: target, CGO_ENABLED: '0' }
    try {
      // From a folder without a go.mod, which would be taken for the main module.
      await runCommand(go, ['install', `github.com/open-policy-agent/opa@v${OPA_VERSION}`], { cwd: tmpdir(), env })
    } catch (cause) {
      throw new PartUnavailableError('opa', `cannot be built. ${(cause as Error).message}`, { cause })
    }
  })
  return join(folder, 'opa')
}
