import { SingleBar } from 'cli-progress'
import type { ImportProgress } from '../import/import-memories.ts'
import { paint, printable, type Terminal } from './terminal.ts'

export interface ProgressView {
  update(progress: ImportProgress): void
  stop(): void
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

/** `8 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

interface Pace {
  readonly rate: string
  readonly left: string
  readonly percent: string
}

/** How fast it goes and how long it will take, by the bytes that are done. */
export function paceOf(progress: ImportProgress, elapsedMs: number): Pace {
  const seconds = Math.max(0.001, elapsedMs / 1000)
  const fraction = progress.bytesTotal === 0 ? 1 : Math.min(1, progress.bytesDone / progress.bytesTotal)
  return {
    rate: `${count(progress.memories / seconds)}/s`,
    left: fraction === 0 ? '…' : duration((seconds / fraction) * (1 - fraction)),
    percent: `${Math.floor(fraction * 100)} %`,
  }
}

function barView(terminal: Terminal, elapsedMs: () => number): ProgressView {
  const barWidth = Math.max(10, Math.min(32, terminal.columns - 56))
  const shape = new SingleBar({
    format: `  ${paint(terminal, 'cyan', '{bar}')} {percent}  {memories} memories  {rate}  {left} left`,
    barsize: barWidth,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    stream: process.stderr,
  })
  let isStarted = false
  return {
    update: (progress) => {
      const shown = { ...paceOf(progress, elapsedMs()), memories: count(progress.memories) }
      if (!isStarted) shape.start(progress.bytesTotal, 0, shown)
      isStarted = true
      shape.update(Math.min(progress.bytesTotal, progress.bytesDone), shown)
    },
    stop: () => {
      if (isStarted) shape.stop()
    },
  }
}

const LINE_EVERY_MS = 5_000

function lineView(terminal: Terminal, elapsedMs: () => number): ProgressView {
  let lastAt = 0
  return {
    update: (progress) => {
      const now = elapsedMs()
      if (now - lastAt < LINE_EVERY_MS) return
      lastAt = now
      const { rate, left, percent } = paceOf(progress, now)
      const path = printable(progress.path)
      terminal.write(`${percent}  ${count(progress.memories)} memories  ${rate}  ${left} left  ${path}\n`)
    },
    stop: () => {},
  }
}

/** A bar where somebody looks, a line every five seconds where not. `elapsedMs`: time since the import began. */
export const progressView = (terminal: Terminal, elapsedMs: () => number): ProgressView =>
  terminal.isTty ? barView(terminal, elapsedMs) : lineView(terminal, elapsedMs)
