import { readFileSync } from 'node:fs'

const LINES = 15
const WIDTH = 300

/** The end of a log, for a message: 15 lines, none longer than 300 characters. */
export function lastLines(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines
    .slice(-LINES)
    .map((line) => line.slice(0, WIDTH))
    .join('\n')
}
