import { DamagedFileError } from '../data-dir/damaged-file-error.ts'
import { logSchema } from './log-schema.ts'

/** A record of the log is not what was written there: its checksum fails, or it is missing between others. */
export class DamagedRecordError extends DamagedFileError {
  readonly partition: number
  readonly offset: number

  constructor(file: string, partition: number, offset: number, what: string) {
    super(file, `the record at partition ${partition}, offset ${offset} ${what}`, logSchema.remedy)
    this.name = 'DamagedRecordError'
    this.partition = partition
    this.offset = offset
  }
}
