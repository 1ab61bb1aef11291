import { setImmediate as turn } from 'node:timers/promises'
import test from 'ava'
import { Registry } from 'prom-client'
import { createDataDirectoryMetrics, type Volume } from '../../../infra/telemetry/data-directory-metrics.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const FREE = 'somabrain_data_directory_free_bytes'
const SIZE = 'somabrain_data_directory_size_bytes'

const volume = (bavail: number): Volume => ({ bsize: 4096, blocks: 100, bavail })

async function shown(registry: Registry, name: string): Promise<number | null> {
  const line = new RegExp(`^${name} (.+)$`, 'm').exec(await registry.metrics())
  return line === null ? null : Number(line[1])
}

test('the free space and the size of the volume of the data directory are shown', async (t) => {
  const registry = new Registry()
  createDataDirectoryMetrics(registry, temporaryFolder(t))
  await eventually(async () => {
    const [free, size] = [await shown(registry, FREE), await shown(registry, SIZE)]
    if (free === null || size === null) throw new Error('nothing is shown yet')
    t.true(size > 0 && free >= 0 && free <= size)
  })
})

test('each scrape begins the look that the next one shows', async (t) => {
  const registry = new Registry()
  let bavail = 30
  createDataDirectoryMetrics(registry, '/data', async () => volume(bavail))
  await turn()
  t.is(await shown(registry, SIZE), 409_600)
  bavail = 20
  t.is(await shown(registry, FREE), 30 * 4096)
  await turn()
  t.is(await shown(registry, FREE), 20 * 4096)
})

test('a folder that is not there has no space to show, until it is made', async (t) => {
  const registry = new Registry()
  let made = false
  createDataDirectoryMetrics(registry, '/data', async (path) => {
    if (!made) throw new Error(`ENOENT: ${path}`)
    return volume(7)
  })
  await turn()
  t.is(await shown(registry, FREE), null)
  made = true
  await turn()
  await shown(registry, FREE)
  await turn()
  t.is(await shown(registry, FREE), 7 * 4096)
})

test('a volume that does not answer holds up no scrape, is asked once, and what it said before is not shown for ever', async (t) => {
  const registry = new Registry()
  let now = 0
  let looks = 0
  const answered = async (): Promise<Volume> => volume(9)
  const hanging = (): Promise<Volume> => Promise.withResolvers<Volume>().promise
  createDataDirectoryMetrics(
    registry,
    '/data',
    () => {
      looks += 1
      return looks === 1 ? answered() : hanging()
    },
    () => now,
  )
  await turn()
  t.is(await shown(registry, FREE), 9 * 4096)
  now += 9_000
  t.is(await shown(registry, FREE), 9 * 4096)
  now += 2_000
  t.is(await shown(registry, FREE), null)
  t.is(await shown(registry, SIZE), null)
  t.is(looks, 2)
})
