/** Percentages, as the field reports them. */
export interface Figures {
  readonly questions: number
  /** Share of the gold memories among the first k. */
  readonly r5: number
  readonly r10: number
  readonly ndcg10: number
  /** Questions of which every gold memory is among the first five. */
  readonly all5: number
  /** Of the episodes in the order in which they first appear. */
  readonly sessionHit1: number
  readonly sessionNdcg5: number
  readonly sessionAll5: number
}

export interface RankedQuestion {
  /** Offsets, best first. */
  readonly ranked: readonly number[]
  readonly gold: ReadonlySet<number>
}

/** As many results as a caller would fetch to see every episode. */
const DEPTH = 50

export function figuresOf(questions: readonly RankedQuestion[], episodeOf: (offset: number) => string): Figures {
  const rows = questions.map(({ ranked, gold }) => figuresOfOne(ranked.slice(0, DEPTH), gold, episodeOf))
  const mean = (name: keyof (typeof rows)[number]): number =>
    Number(((100 * rows.reduce((sum, row) => sum + row[name], 0)) / Math.max(1, rows.length)).toFixed(1))
  return {
    questions: rows.length,
    r5: mean('r5'),
    r10: mean('r10'),
    ndcg10: mean('ndcg10'),
    all5: mean('all5'),
    sessionHit1: mean('sessionHit1'),
    sessionNdcg5: mean('sessionNdcg5'),
    sessionAll5: mean('sessionAll5'),
  }
}

function figuresOfOne(ranked: readonly number[], gold: ReadonlySet<number>, episodeOf: (offset: number) => string) {
  const episodes = [...new Set(ranked.map(episodeOf))]
  const goldEpisodes = new Set([...gold].map(episodeOf))
  return {
    r5: recall(ranked, gold, 5),
    r10: recall(ranked, gold, 10),
    ndcg10: ndcg(ranked, gold, 10),
    all5: Number(recall(ranked, gold, 5) === 1),
    sessionHit1: Number(goldEpisodes.has(episodes[0] ?? '')),
    sessionNdcg5: ndcg(episodes, goldEpisodes, 5),
    sessionAll5: Number(recall(episodes, goldEpisodes, 5) === 1),
  }
}

const recall = <T>(ranked: readonly T[], gold: ReadonlySet<T>, k: number): number =>
  ranked.slice(0, k).filter((one) => gold.has(one)).length / gold.size

/** With binary relevance (K. Järvelin & J. Kekäläinen, TOIS 2002). */
function ndcg<T>(ranked: readonly T[], gold: ReadonlySet<T>, k: number): number {
  const gains = ranked.slice(0, k).map((one, i) => (gold.has(one) ? 1 / Math.log2(i + 2) : 0))
  const ideal = Array.from({ length: Math.min(k, gold.size) }, (_, i) => 1 / Math.log2(i + 2))
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
  return sum(gains) / sum(ideal)
}

/** How often a score of `answerable` lies above one of `foreign`: 1 is always, ½ is chance. */
export function auc(answerable: readonly number[], foreign: readonly number[]): number {
  const sorted = foreign.toSorted((a, b) => a - b)
  const below = (score: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sorted[middle]! < score || (orEqual && sorted[middle] === score)) low = middle + 1
      else high = middle
    }
    return low
  }
  const wins = answerable.reduce((sum, score) => sum + (below(score, false) + below(score, true)) / 2, 0)
  return wins / (answerable.length * foreign.length)
}
