import { join } from 'node:path'
import { installOnce } from './install-once.ts'
import { PartUnavailableError } from './part.ts'
import { runCommand } from './run-command.ts'
import { findOnPath, fromPackage } from './system-packages.ts'

/**
 * Unpacks a Python package into a folder of `cacheDir`; answers with the folder. Some programs that no package of a stable Debian
 * has, or not in a version that is new enough, come that way. `finish` completes the folder before it appears. Throws a
 * `PartUnavailableError`.
 */
export async function installWheel(
  part: string,
  cacheDir: string,
  wheel: { readonly name: string; readonly version: string },
  finish: (folder: string) => Promise<void> = async () => {},
): Promise<string> {
  const { name, version } = wheel
  const folder = join(cacheDir, `${name}-${version}`)
  await installOnce(folder, async (target) => {
    const pip = await fromPackage(part, 'python3-pip', findPip)
    try {
      await runCommand(pip, [
        'install',
        '--quiet',
        '--no-deps',
        '--only-binary=:all:',
        '--target',
        target,
        `${name}==${version}`,
      ])
    } catch (cause) {
      throw new PartUnavailableError(part, `pip cannot fetch ${name} ${version}. ${(cause as Error).message}`, {
        cause,
      })
    }
    await finish(target)
  })
  return folder
}

const findPip = (): string | null => findOnPath('pip3') ?? findOnPath('pip')
