import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const benchmarkFolder = fileURLToPath(new URL('../test/bench', import.meta.url))

/** Names of the benchmarks: the files of test/bench whose header says how to run them. */
export const benchmarkNames = (): readonly string[] =>
  readdirSync(benchmarkFolder)
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => readFileSync(join(benchmarkFolder, file), 'utf8').includes(`node test/bench/${file}`))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()

export interface BenchmarkCall {
  /** Empty: all of them. */
  readonly names: readonly string[]
  readonly options: readonly string[]
}

/** Options begin at the first number or `--option`, and are given to each benchmark named before. */
export function parseBenchmarkCall(argv: readonly string[]): BenchmarkCall {
  const at = argv.findIndex((word) => /^(--|\d)/.test(word))
  return at < 0 ? { names: argv, options: [] } : { names: argv.slice(0, at), options: argv.slice(at) }
}
