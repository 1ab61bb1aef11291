import { parseArgs } from 'node:util'
import { runChaos } from './run-chaos.ts'

// node test/chaos/cluster/main.ts [--seed N] [--commands N] [--short] [--only TEXT]: as `npm run chaos`.
const SHORT_COMMANDS = 5_000
const LONG_COMMANDS = 100_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    commands: { type: 'string' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
})
const wholeNumber = (name: string, text: string): number => {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new RangeError(`--${name} is ${text}: expected a whole number`)
}
const isShort = values.short
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 2 ** 32))
const commands = wholeNumber('commands', values.commands ?? String(isShort ? SHORT_COMMANDS : LONG_COMMANDS))
const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort())
const report = await runChaos({
  seed,
  commands,
  isShort,
  only: values.only,
  print: console.log,
  interrupt: interrupt.signal,
})
// Clients of an interrupted run may still wait for answers.
process.exit(report.violations.length === 0 ? 0 : 1)
