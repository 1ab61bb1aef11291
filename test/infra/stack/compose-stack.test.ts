import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { composeStack, hasContainerEngine } from '../../../infra/stack/compose-stack.ts'
import { CommandFailedError } from '../../../infra/stack/run-command.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

// What the client is asked to do. A container engine is not on every machine, so a script stands in for it that writes down its
// arguments; that the files mean what they should to docker compose is tested in test/infra/docker.

const path = process.env.PATH

/** A `docker` that goes before any other; answers with what it was asked. */
function dockerThat(t: ExecutionContext, script: string): () => string[] {
  const folder = temporaryFolder(t)
  const asked = join(folder, 'asked')
  writeFileSync(asked, '')
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\necho "$*" >> '${asked}'\n${script}\n`)
  chmodSync(join(folder, 'docker'), 0o755)
  process.env.PATH = `${folder}${delimiter}${path}`
  t.teardown(() => {
    process.env.PATH = path
  })
  return () => readFileSync(asked, 'utf8').trim().split('\n')
}

const say = (): void => {}

test.serial('an engine that answers is used', async (t) => {
  dockerThat(t, 'exit 0')
  t.true(await hasContainerEngine())
})

test.serial('a client without an engine is no engine', async (t) => {
  dockerThat(t, 'echo "Client: 28"; echo "Cannot connect to the Docker daemon" >&2; exit 1')
  t.false(await hasContainerEngine())
})

test.serial('a client without the Compose plugin is no engine', async (t) => {
  dockerThat(t, '[ "$1" = info ] || { echo "docker: unknown command: docker compose" >&2; exit 1; }')
  t.false(await hasContainerEngine())
})

test.serial('parts are services that are brought up until healthy, and removed without their volumes', async (t) => {
  const asked = dockerThat(t, '')
  const root = temporaryFolder(t)
  const stack = composeStack(readStackSettings(root, { REDIS_HOST_PORT: '1', SCHEMA_REGISTRY_HOST_PORT: '1' }))
  await stack.up(['redis', 'registry'], say)
  const down = await stack.down(['redis', 'registry'], say)
  const file = `compose -f ${join(root, 'docker-compose.yml')}`
  t.deepEqual(asked(), [
    `${file} up --detach --wait schema-registry redis`,
    `${file} rm --force --stop redis schema-registry`,
  ])
  t.deepEqual(
    down.map(({ name, state }) => [name, state]),
    [
      ['registry', 'stopped'],
      ['redis', 'stopped'],
    ],
  )
})

test.serial('a part that is up for the engine and does not answer on its port is reported as down', async (t) => {
  dockerThat(t, '')
  const stack = composeStack(readStackSettings(temporaryFolder(t), { REDIS_HOST_PORT: '1' }))
  const [redis] = await stack.up(['redis'], say)
  t.is(redis?.state, 'down')
})

test.serial('what the engine complains of is handed on', async (t) => {
  dockerThat(t, 'echo "port is already allocated" >&2; exit 1')
  const stack = composeStack(readStackSettings(temporaryFolder(t), {}))
  const error = await t.throwsAsync(stack.up(['redis'], say), { instanceOf: CommandFailedError })
  t.true(error?.message.endsWith('port is already allocated'))
})

test.serial('the services that run are those that the engine lists', async (t) => {
  dockerThat(t, 'printf "kafka\\nredis\\n"')
  const stack = composeStack(readStackSettings(temporaryFolder(t), {}))
  t.deepEqual([...(await stack.runningServices())], ['kafka', 'redis'])
})
