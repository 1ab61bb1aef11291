import { MEMORY_ID } from '../../support/doubles.ts'

/** A route as the served OpenAPI document has it, with its path filled in. */
export interface DocumentedRoute {
  readonly method: string
  readonly path: string
  /** Needs no credential. */
  readonly isOpen: boolean
}

interface Operation {
  readonly security?: readonly unknown[]
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** Every route of the server at `url`, under `/` and `/v1`, and those that are no part of the document. */
export async function routesOf(url: string): Promise<readonly DocumentedRoute[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document
  const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, MEMORY_ID),
      isOpen: security?.length === 0,
    })),
  )
  const all = [...documented, { method: 'POST', path: '/mcp', isOpen: false }]
  return all.flatMap((route) => [route, { ...route, path: `/v1${route.path}` }])
}
