import { createInterface } from 'node:readline/promises'
import type { Terminal } from './view/terminal.ts'

/** Asks who sits at the terminal. Only "yes" is a yes; without a terminal nobody is asked, and it is none. */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  if (!process.stdin.isTTY) {
    terminal.write(`${question} Nobody can be asked here: say --yes.\n`)
    return false
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await asking.question(`${question} [yes/no] `)).trim().toLowerCase() === 'yes'
  } finally {
    asking.close()
  }
}
