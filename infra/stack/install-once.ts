import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Fills the folder `target` once. What `fill` makes appears under its name in one step, so an install that was cut off leaves
 * nothing that looks whole, and of two at once one wins.
 */
export async function installOnce(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(target)) return
  await mkdir(dirname(target), { recursive: true })
  const folder = `${target}.${randomBytes(4).toString('hex')}`
  await mkdir(folder)
  try {
    await fill(folder)
    await rename(folder, target)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
}
