import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// `npm run bench`: runs the benchmarks of test/bench (the files whose header says how to run them), one after the other, so that they do not measure each other. With names,
// only those: `npm run bench -- append recall`. Options go to the benchmarks: `npm run bench -- mixed-load --minutes 1`.
const folder = fileURLToPath(new URL('../test/bench', import.meta.url))
const given = process.argv.slice(2)
const firstOption = given.findIndex((word) => word.startsWith('--'))
const wanted = firstOption < 0 ? given : given.slice(0, firstOption)
const options = firstOption < 0 ? [] : given.slice(firstOption)
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .filter((file) => readFileSync(`${folder}/${file}`, 'utf8').includes(`node test/bench/${file}`))
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.startsWith(name)))
  .sort()

const failed: string[] = []
for (const file of files) {
  console.log(`\n== ${file}`)
  const { status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `${folder}/${file}`, ...options],
    { stdio: 'inherit' },
  )
  if (status !== 0) failed.push(file)
}
if (files.length === 0) console.error(`no benchmark in test/bench is called ${wanted.join(' or ')}`)
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`)
process.exitCode = failed.length > 0 || files.length === 0 ? 1 : 0
