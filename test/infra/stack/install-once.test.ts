import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { installOnce } from '../../../infra/stack/install-once.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

test('what is installed is not installed again', async (t) => {
  const target = join(temporaryFolder(t), 'kafka')
  let fills = 0
  const fill = async (folder: string): Promise<void> => {
    fills += 1
    writeFileSync(join(folder, 'jar'), 'a jar')
  }
  await installOnce(target, fill)
  await installOnce(target, fill)
  t.is(fills, 1)
  t.is(readFileSync(join(target, 'jar'), 'utf8'), 'a jar')
})

test('an install that fails leaves nothing behind and is tried again', async (t) => {
  const cache = temporaryFolder(t)
  const target = join(cache, 'kafka')
  const broken = installOnce(target, async (folder) => {
    writeFileSync(join(folder, 'half a jar'), '')
    throw new Error('the network is away')
  })
  await t.throwsAsync(broken, { message: 'the network is away' })
  t.deepEqual(readdirSync(cache), [])
  await installOnce(target, async (folder) => writeFileSync(join(folder, 'jar'), ''))
  t.true(existsSync(join(target, 'jar')))
})

test('of two installs at once one wins, whole, and both succeed', async (t) => {
  const cache = temporaryFolder(t)
  const target = join(cache, 'kafka')
  const fillAs = (name: string) => async (folder: string) => {
    for (const file of ['one', 'two']) writeFileSync(join(folder, file), name)
  }
  await Promise.all([installOnce(target, fillAs('a')), installOnce(target, fillAs('b'))])
  t.deepEqual(readdirSync(cache), ['kafka'])
  t.is(readFileSync(join(target, 'one'), 'utf8'), readFileSync(join(target, 'two'), 'utf8'))
})
