import test, { type ExecutionContext } from 'ava'
import { freePorts } from '../../../infra/stack/free-port.ts'
import { hostPorts } from '../../../infra/stack/host-ports.ts'
import { runStackCommand } from '../../../infra/stack/run-stack-command.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The command over an empty folder, on ports that nothing listens on. */
async function run(
  t: ExecutionContext,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  const root = temporaryFolder(t)
  const text = { out: '', err: '' }
  const ports = await freePorts(hostPorts.length)
  const code = await runStackCommand(args, {
    root,
    environment: {
      ...Object.fromEntries(hostPorts.map(({ variable }, i) => [variable, String(ports[i])])),
      ...environment,
    },
    out: (line) => {
      text.out += line
    },
    err: (line) => {
      text.err += line
    },
  })
  return { code, ...text }
}

for (const args of [[], ['sideways'], ['--native']]) {
  test(`"${args.join(' ')}" is answered with how it is used`, async (t) => {
    const { code, err } = await run(t, args)
    t.is(code, 2)
    t.regex(err, /^usage: npm run stack -- up\|down\|status/)
  })
}

test('a part that is not known is named', async (t) => {
  const { code, err } = await run(t, ['up', 'kafka', 'zookeeper', '--nativ'])
  t.is(code, 2)
  t.regex(err, /^unknown: zookeeper --nativ\n/)
})

test('the status of nothing is an error that names every part', async (t) => {
  const { code, out } = await run(t, ['status', '--native'])
  t.is(code, 1)
  for (const part of ['kafka', 'registry', 'postgres', 'redis', 'opa'])
    t.regex(out, new RegExp(`^${part} +down +- `, 'm'))
})

test('the status of one part says nothing of the others', async (t) => {
  const { out } = await run(t, ['status', '--native', 'redis'])
  t.regex(out, /^redis/m)
  t.notRegex(out, /^kafka/m)
})

test('bringing down what does not run is no error', async (t) => {
  const { code } = await run(t, ['down', '--native'])
  t.is(code, 0)
})

test('a port that is none is a sentence, not a stack trace', async (t) => {
  const { code, err } = await run(t, ['up', '--native'], { REDIS_HOST_PORT: 'many' })
  t.is(code, 1)
  t.is(err, 'stack: REDIS_HOST_PORT is "many"; a port from 1 to 65535 would be valid\n')
})
