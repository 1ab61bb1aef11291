import type { Profile } from './profile.ts'

/** What the words, dates and structure of a store tell of a turn, each worked out in signals.ts. */
export const WORD_SIGNALS = [
  /** BM25 of the turn with two turns on each side. */
  'window',
  /** BM25 of the whole episode. */
  'episode',
  /** Share of the query found in the turn, or in the question that it answers. */
  'coverage',
  /** BM25 of the question before it. */
  'answers',
  /** It comes after a question and asks none itself. */
  'follows',
  /** The query names its author, who speaks of himself or herself. */
  'speaker',
  /** Its author is the one whom the query is about. */
  'subject',
  /** It is a question itself. */
  'question',
  /** It says next to nothing. */
  'short',
  /** Dates of the query met by when it occurred or what it says. */
  'dates',
  /** "When" met by a time. */
  'time',
  /** "How many" met by a number. */
  'number',
  /** "Who" or "where" met by a name. */
  'name',
  /** BM25 of pairs of neighbouring stems. */
  'pairs',
  /** Share of the query's topics that it touches. */
  'topic',
  /** … that it touches, or the turns around it. */
  'topicAround',
] as const

/** What vectors tell of it, where there are any. */
export const MEANING_SIGNALS = [
  /** Cosine of its vector with the query's. */
  'meaning',
  /** Cosine of the vector of the turn with those beside it. */
  'context',
  /** The best cosine in its episode. */
  'meaningOfEpisode',
] as const

export type WordSignalName = (typeof WORD_SIGNALS)[number]
export type SignalName = WordSignalName | (typeof MEANING_SIGNALS)[number]
export const ALL_SIGNALS: readonly SignalName[] = [...WORD_SIGNALS, ...MEANING_SIGNALS]
/** The weight of each signal in the ranking sum. */
export type RecallWeights = Readonly<Record<WordSignalName, number> & Partial<Record<SignalName, number>>>

/**
 * People talk: most of what answers a question stands in the turns around, and who speaks tells as much as the words.
 * Fitted on labelled dialogues, leaving one conversation out.
 */
const dialogue: RecallWeights = {
  window: 2.7,
  episode: 1.7,
  coverage: 3.7,
  answers: 0.5,
  follows: 0.3,
  speaker: 1.3,
  subject: 0.3,
  question: -0.4,
  short: -0.4,
  dates: 3.5,
  time: 1.6,
  number: 1.4,
  name: 1.6,
  pairs: 1.0,
  topic: 0.5,
  topicAround: 0.4,
}

/** … where turns have vectors: what a turn has in common with a question by its words counts for less then. */
const dialogueWithVectors: RecallWeights = {
  ...dialogue,
  window: 1.5,
  episode: 1.2,
  coverage: 2.6,
  answers: 0.6,
  subject: 0,
  short: -0.7,
  dates: 4.5,
  time: 1.8,
  number: 0.9,
  name: 1.7,
  pairs: 0.7,
  meaning: 2.1,
  context: 4.9,
  meaningOfEpisode: 0.3,
}

/**
 * Texts that stand for themselves, written rather than said: the document tells most, nobody speaks, what comes before is
 * no question that this answers, and what is terse is no worse for it. Measured on sections of documentation, with and
 * without an episode for each document.
 */
const notes: RecallWeights = {
  ...dialogue,
  window: 2.2,
  episode: 3.6,
  coverage: 2.6,
  answers: 0,
  follows: 0,
  speaker: 0,
  subject: 0,
  short: 0,
  pairs: 1.4,
  topic: 0,
  topicAround: 0,
}

/** Words and meaning in the same proportion as in a dialogue; a note's neighbours tell less of what it means. */
const notesWithVectors: RecallWeights = {
  ...notes,
  window: 1.4,
  episode: 2.2,
  coverage: 1.6,
  pairs: 0.9,
  dates: 4.5,
  meaning: 4.9,
  context: 2.1,
  meaningOfEpisode: 0.3,
}

export const profileWeights: Readonly<
  Record<Profile, { readonly words: RecallWeights; readonly vectors: RecallWeights }>
> = {
  dialogue: { words: dialogue, vectors: dialogueWithVectors },
  notes: { words: notes, vectors: notesWithVectors },
}

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

/** score = σ(sum · S + coverage · C + information · I + nearness · N + bias); C, I and N are of score.ts. */
export interface Calibration {
  readonly sum: number
  readonly coverage: number
  readonly information: number
  readonly nearness: number
  readonly bias: number
}

/**
 * The odds that a question has its answer here, fitted on as many answerable questions as questions asked of another store:
 * a score of ½ is where they part. Notes are long beside a question: that one covers it says less there, and a cosine of
 * theirs tells nothing that the sum does not tell already.
 */
export const calibrations: Readonly<Record<Profile, { readonly words: Calibration; readonly vectors: Calibration }>> = {
  dialogue: {
    words: { sum: 0.26, coverage: 6.6, information: 1.25, nearness: 0, bias: -6.75 },
    vectors: { sum: 0.47, coverage: 3.6, information: 1.2, nearness: 10.7, bias: -11.3 },
  },
  notes: {
    words: { sum: 0.56, coverage: 1.9, information: 1, nearness: 0, bias: -7.5 },
    vectors: { sum: 0.56, coverage: 2.2, information: 0.8, nearness: 0, bias: -6.9 },
  },
}

/** The mean over answerable and foreign questions: it speaks for neither. */
export const UNKNOWN_NEARNESS = 0.41
