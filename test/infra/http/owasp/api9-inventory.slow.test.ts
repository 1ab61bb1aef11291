import test from 'ava'
import { startEdge } from '../support/start-edge.ts'
import { routesOf } from './support/routes-of.ts'

// OWASP API Security Top 10 (2023), API9: Improper Inventory Management.

/** Served, and no part of the API: the documentation itself, and the refusal of other methods. */
const BESIDE = /^\/(v1\/)?(docs|openapi\.json|mcp)(\/|$)/

/** Fastify prints its routes as a tree: a node's path stands below those that it begins with, four columns further in. */
function servedPaths(tree: string): string[] {
  const above: string[] = []
  const paths: string[] = []
  for (const line of tree.split('\n')) {
    const [, indent, segment, methods] = /^([│ ]*)[├└]── (\S+)( \(.+\))?$/.exec(line) ?? []
    if (indent === undefined) continue
    const depth = indent.length / 4
    above[depth] = segment!
    above.length = depth + 1
    if (methods !== undefined) paths.push(above.join(''))
  }
  return paths.map((path) => path.replace(/:\w+/g, '{}'))
}

test('every path that is served is in the served document, under / and /v1 alike', async (t) => {
  const edge = await startEdge(t)
  const served = servedPaths(edge.app.printRoutes({ commonPrefix: false }))
  const documented = (await routesOf(edge.url)).map(({ path }) => path.replace(/[0-9a-f-]{36}/g, '{}'))
  const paths = (all: readonly string[]): string[] => [...new Set(all.filter((path) => !BESIDE.test(path)))].toSorted()
  t.deepEqual(paths(served), paths(documented))
})

test('both versions of a path are one route: what is refused under one is refused under the other', async (t) => {
  const edge = await startEdge(t)
  for (const { method, path } of (await routesOf(edge.url)).filter((route) => !route.path.startsWith('/v1'))) {
    const [plain, versioned] = await Promise.all(
      ['', '/v1'].map((prefix) =>
        fetch(`${edge.url}${prefix}${path}`, { method, headers: { 'x-tenant-id': 'another' } }),
      ),
    )
    t.is(plain!.status, versioned!.status, `${method} ${path}`)
  }
})
