import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { copiedPaths } from './copied-paths.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const instructions = dockerfile.replaceAll('\\\n', ' ').split('\n')
const last = (word: string): string => instructions.findLast((line) => line.startsWith(`${word} `)) ?? ''

test('the image runs as a numbered user that is not root, and is asked whether it lives', (t) => {
  t.regex(last('USER'), /^USER [1-9]\d*:[1-9]\d*$/)
  t.regex(last('HEALTHCHECK'), /CMD \["node", "\/app\/infra\/docker\/check-live\.mjs"\]$/)
  t.is(last('VOLUME'), 'VOLUME ["/data"]')
  t.is(last('EXPOSE'), 'EXPOSE 9696')
})

test('the image has production dependencies only, and the Node that development has', (t) => {
  t.true(dockerfile.includes('npm ci --omit=dev'))
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const images = instructions.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1])
  t.deepEqual([...new Set(images)], [`node:${dependencies.node}-bookworm-slim`])
})

test('the image holds every folder that the server imports from, and nothing that is not there', (t) => {
  const copied = copiedPaths(dockerfile)
  for (const path of copied) t.true(existsSync(join(root, path)), path)
  const layers = ['domain', 'schemas', 'commands', 'projections', 'query-api', 'infra', 'main.ts', 'scripts']
  for (const layer of layers) t.true(copied.includes(layer), layer)
  t.false(copied.includes('test'))
})

test('the build is sent what the Dockerfile copies, and nothing else', (t) => {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
  t.true(lines.includes('*'))
  const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  t.deepEqual(allowed.sort(), [...copiedPaths(dockerfile)].sort())
})

test('the start command loads files that are in the image', (t) => {
  const command = JSON.parse(last('CMD').slice('CMD '.length)) as string[]
  const files = command.filter((word) => /\.(ts|mjs)$/.test(word))
  t.deepEqual(
    files.filter((file) => !existsSync(join(root, file))),
    [],
  )
  t.is(files.at(-1), 'main.ts')
})

test('no secret is in the tree that is sent', (t) => {
  const sent = copiedPaths(dockerfile).flatMap((path) =>
    /\./.test(path) ? [path] : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }),
  )
  t.deepEqual(
    sent.filter((path) => /(^|\/)(\.env|secrets|.*\.(key|pem))$/.test(path)),
    [],
  )
})
