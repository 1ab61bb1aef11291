import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// `npm run chaos -- --seed N [--commands 100000] [--short]`: a cluster of its own under load while its parts fail.
const main = fileURLToPath(new URL('../test/chaos/cluster/main.ts', import.meta.url))
const flags = ['--disable-warning=ExperimentalWarning']
process.exitCode =
  spawnSync(process.execPath, [...flags, main, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1
