import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { benchmarkFolder, benchmarkNames, parseBenchmarkCall } from './benchmarks.ts'

// `npm run bench`: runs the benchmarks of test/bench, one after the other, so that they do not measure each other. With names, only
// those: `npm run bench -- append recall-in-process`. Options go to the benchmarks: `npm run bench -- mixed-load --minutes 1`.
const { names, options } = parseBenchmarkCall(process.argv.slice(2))
const known = benchmarkNames()
const unknown = names.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(' or ')}; there are ${known.join(', ')}`)
  process.exit(1)
}

const failed: string[] = []
for (const name of names.length === 0 ? known : names) {
  console.log(`\n== ${name}`)
  const { status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(benchmarkFolder, `${name}.ts`), ...options],
    { stdio: 'inherit' },
  )
  if (status !== 0) failed.push(name)
}
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`)
process.exitCode = failed.length > 0 ? 1 : 0
