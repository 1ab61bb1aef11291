import type { Terminal } from '../../../infra/cli/view/terminal.ts'
import type { CatalogueFiles } from '../../../schemas/released.ts'
import { fingerprintOf } from '../../../schemas/schema-content.ts'

/** Where a verb writes, and what it wrote. */
export function recordingTerminal() {
  const printed: string[] = []
  const terminal: Terminal = {
    columns: 80,
    isTty: false,
    hasColour: false,
    write: (text) => {
      printed.push(text)
    },
  }
  return { terminal, printed: () => printed.join('') }
}

export const noteOf = (...fields: object[]) => ({ type: 'record', name: 'Note', namespace: 'test', fields })
export const text = { name: 'text', type: 'string' }
export const mood = { name: 'mood', type: 'string' }
export const moodWithDefault = { ...mood, default: '' }

/** A catalogue of one record in the versions given; the first `released` of them are released, all are by default. */
export function filesOf(schemas: readonly object[], released = schemas.length): CatalogueFiles {
  const catalogue = schemas.map((_, i) => ({
    number: i + 1,
    type: 'Note',
    version: i + 1,
    file: `notes/note.v${i + 1}.avsc`,
    subject: 'notes-test.Note',
  }))
  return {
    catalogue,
    released: catalogue.slice(0, released).map(({ number, file }, i) => ({
      number,
      file,
      sha256: fingerprintOf(schemas[i]),
    })),
    read: ({ file }) => schemas[catalogue.findIndex((entry) => entry.file === file)],
  }
}
