/**
 * The ranking sum S is linear in twelve signals that need no model. The weights were fitted on labelled dialogues,
 * leaving one conversation out, and serve notes as well: one joint set carries over to other stores, several do not.
 */
export const recallWeights = {
  /** BM25 of the turn with two turns on each side. */
  window: 2.7,
  /** BM25 of the whole episode. */
  episode: 1.7,
  /** Share of the query found in the turn, or in the question that it answers. */
  coverage: 3.7,
  /** BM25 of the question before it. */
  answers: 0.5,
  /** The query names its author, who speaks of himself or herself. */
  speaker: 1.3,
  /** It is a question itself. */
  question: -0.4,
  /** It says next to nothing. */
  short: -0.4,
  /** Dates of the query met by when it occurred or what it says. */
  dates: 3.5,
  /** "When" met by a time. */
  time: 1.6,
  /** "How many" met by a number. */
  number: 1.4,
  /** "Who" or "where" met by a name. */
  name: 1.6,
  /** BM25 of pairs of neighbouring stems. */
  pairs: 1.0,
} as const

export type SignalName = keyof typeof recallWeights
export const SIGNALS = Object.keys(recallWeights) as readonly SignalName[]

/** BM25's saturation k1 and length normalisation b, by what counts as the document. */
export interface Bm25 {
  readonly k1: number
  readonly b: number
}
export const turnBm25: Bm25 = { k1: 0.9, b: 0.4 }
export const episodeBm25: Bm25 = { k1: 1.2, b: 0.75 }
export const pairBm25: Bm25 = { k1: 0.9, b: 0.2 }

/** The best so many turns by their own BM25 are ranked, with the turns around them. */
export const CANDIDATES = 100
/** Turns on each side that count as a turn's context. */
export const REACH = 2
/** Distinct stems from which on a turn is not short. */
export const FULL_TURN = 10

/** score = σ(sum · S + evidence · A + bias); fitted on answerable questions against questions asked of another store. */
export const calibration = { sum: 0.2, evidence: 7.7, bias: -5.3 } as const
