declare module 'snowball-stemmers' {
  export interface Stemmer {
    stem(word: string): string
  }
  /** Throws for a name that is not one of {@link algorithms}. */
  export function newStemmer(algorithm: string): Stemmer
  export function algorithms(): string[]
}
