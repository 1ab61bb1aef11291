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

/** Of the words, dates and structure of a store. */
export type WordSignalName = keyof typeof recallWeights
export const SIGNALS = Object.keys(recallWeights) as readonly WordSignalName[]

/** Where memories have vectors: what a turn has in common with a question by its words counts for less then. */
export const weightsWithVectors = {
  window: 1.5,
  episode: 1.2,
  coverage: 2.6,
  answers: 0.6,
  speaker: 1.3,
  question: -0.4,
  short: -0.7,
  dates: 4.5,
  time: 1.8,
  number: 0.9,
  name: 1.7,
  pairs: 0.7,
  /** Cosine of its vector with the query's. */
  meaning: 2.1,
  /** Cosine of the vector of the turn with those beside it. */
  context: 4.9,
  /** The best cosine in its episode. */
  meaningOfEpisode: 0.3,
} as const

export type SignalName = keyof typeof weightsWithVectors
export type RecallWeights = Readonly<Record<WordSignalName, number> & Partial<Record<SignalName, number>>>
/** Those of {@link SIGNALS} first. */
export const ALL_SIGNALS = Object.keys(weightsWithVectors) as readonly SignalName[]

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
/** … and so many turns by their own meaning. */
export const DENSE_CANDIDATES = 50
/** Turns on each side that count as a turn's context. */
export const REACH = 2
/** Distinct stems from which on a turn is not short. */
export const FULL_TURN = 10

/** score = σ(sum · S + evidence · A + bias); fitted on answerable questions against questions asked of another store. */
export const calibration = { sum: 0.2, evidence: 7.7, bias: -5.3, meaning: 0 } as const
