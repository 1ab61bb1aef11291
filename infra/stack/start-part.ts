import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isPortTaken } from './free-port.ts'
import { lastLines } from './last-lines.ts'
import { type PartCommand, type PartRecipe, PartUnavailableError, type RunningPart } from './part.ts'
import { killProcess, launch, logFile, runningPid, stopProcess } from './part-process.ts'
import { findOnPath } from './system-packages.ts'

const READY_TIMEOUT_MS = 120_000
const POLL_MS = 50

/** Starts a part, or finds it running, and waits until it answers. Throws a `PartUnavailableError`. */
export async function startPart(recipe: PartRecipe): Promise<RunningPart> {
  const pid = runningPid(recipe.dir)
  if (pid === null) await begin(recipe)
  else if (!isOnItsPort(recipe)) {
    const advice = `process ${pid} runs on another port than ${recipe.port}: bring it down first`
    throw new PartUnavailableError(recipe.name, advice)
  }
  await untilItAnswers(recipe)
  await recipe.furnish()
  return handleOf(recipe)
}

/**
 * A part that the kernel kills with the thread that starts it (PR_SET_PDEATHSIG): a test that is cut off cleans nothing up.
 * The others outlive whoever starts them.
 */
export function endingWithStarter(recipe: PartRecipe): PartRecipe {
  if (findOnPath('setpriv') === null) return recipe
  const prepare = async (): Promise<PartCommand> => {
    const command = await recipe.prepare()
    // In the same call as a change of user, which would undo it.
    return { ...command, privileges: [...(command.privileges ?? []), '--pdeathsig', 'KILL'] }
  }
  return { ...recipe, prepare }
}

/** A part that runs already, or `null`. */
export function findPart(recipe: PartRecipe): RunningPart | null {
  return runningPid(recipe.dir) === null ? null : handleOf(recipe)
}

async function begin(recipe: PartRecipe): Promise<void> {
  await mkdir(recipe.dir, { recursive: true })
  const command = await recipe.prepare()
  if (await isPortTaken(recipe.port)) {
    throw new PartUnavailableError(recipe.name, `port ${recipe.port} is taken by something that was not started here`)
  }
  writeFileSync(portFile(recipe.dir), `${recipe.port}\n`)
  await launch(recipe.dir, command)
}

const portFile = (dir: string): string => join(dir, 'port')

/** Whether what runs in the part's folder was started on the part's port, which may have been moved since. */
export function isOnItsPort({ dir, port }: PartRecipe): boolean {
  return existsSync(portFile(dir)) && Number(readFileSync(portFile(dir), 'utf8')) === port
}

async function untilItAnswers(recipe: PartRecipe): Promise<void> {
  const until = performance.now() + READY_TIMEOUT_MS
  while (!(await recipe.answers())) {
    const ended = runningPid(recipe.dir) === null
    if (ended || performance.now() > until) {
      const what = ended ? 'ended instead of answering' : `does not answer after ${READY_TIMEOUT_MS / 1_000} s`
      throw new PartUnavailableError(
        recipe.name,
        `${what}; ${logFile(recipe.dir)} ends:\n${lastLines(logFile(recipe.dir))}`,
      )
    }
    await pause(POLL_MS)
  }
}

function handleOf(recipe: PartRecipe): RunningPart {
  const { name, url, port, dir } = recipe
  const stop = (): Promise<void> => stopProcess(dir, recipe.stopSignal)
  return {
    name,
    url,
    port,
    get pid() {
      const pid = runningPid(dir)
      if (pid === null) throw new Error(`${name} does not run`)
      return pid
    },
    kill: () => killProcess(dir),
    stop,
    restart: async () => {
      await stop()
      await startPart(recipe)
    },
  }
}
