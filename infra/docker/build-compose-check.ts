import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installGo } from '../stack/install-go.ts'
import { installOnce } from '../stack/install-once.ts'
import { runCommand } from '../stack/run-command.ts'

const source = fileURLToPath(new URL('compose-check', import.meta.url))

/** Path of the program in compose-check/, built once and kept in `cacheDir`. */
export async function buildComposeCheck(cacheDir: string): Promise<string> {
  const contents = ['main.go', 'go.mod', 'go.sum'].map((file) => readFileSync(join(source, file)))
  const digest = createHash('sha256').update(Buffer.concat(contents)).digest('hex').slice(0, 16)
  const folder = join(cacheDir, `compose-check-${digest}`)
  await installOnce(folder, async (target) => {
    const go = await installGo(cacheDir)
    await runCommand(go, ['build', '-o', join(target, 'compose-check'), '.'], { cwd: source })
  })
  return join(folder, 'compose-check')
}
