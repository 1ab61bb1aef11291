import { fileURLToPath } from 'node:url'
import { runStackCommand } from '../infra/stack/run-stack-command.ts'

// `npm run stack -- up|down|status`: the real parts for development and tests.
process.exitCode = await runStackCommand(process.argv.slice(2), {
  root: fileURLToPath(new URL('..', import.meta.url)),
  environment: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
})
