/** Kept from query to query, all zero in between: what clearing a column of all rows would cost is saved. */
export class TurnScratch {
  /** 1 + local number by row. */
  turns = new Uint32Array(1024)
  /** 1 + local number by code of the run. */
  runs = new Uint32Array(1024)
  /** 1 + index in the query by code of the term. */
  terms = new Uint16Array(1024)

  reserve(rows: number, runs: number, terms: number): void {
    if (rows > this.turns.length) this.turns = new Uint32Array(rows + (rows >>> 1))
    if (runs > this.runs.length) this.runs = new Uint32Array(runs + (runs >>> 1))
    if (terms > this.terms.length) this.terms = new Uint16Array(terms + (terms >>> 1))
  }

  get bytes(): number {
    return this.turns.byteLength + this.runs.byteLength + this.terms.byteLength
  }
}
