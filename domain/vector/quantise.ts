import type { Embedding } from './embedding.ts'

const LARGEST = 127

/**
 * Rounds a vector to 8 bits a dimension, after bringing it to length one. Measured on MiniLM it costs no recall, and a
 * quarter of the bytes. `null` for a vector that has no direction: all zero, or not finite.
 */
export function quantise(model: string, vector: Float32Array): Embedding | null {
  let squares = 0
  let most = 0
  for (const value of vector) {
    squares += value * value
    most = Math.max(most, Math.abs(value))
  }
  if (!(squares > 0 && Number.isFinite(squares))) return null
  const values = new Int8Array(vector.length)
  for (let i = 0; i < vector.length; i++) values[i] = Math.round((vector[i]! / most) * LARGEST)
  return { model, scale: Math.fround(most / Math.sqrt(squares) / LARGEST), values }
}

/** Brings a vector to length one, in place; one without a direction stays as it is. Returns it. */
export function normalise(vector: Float32Array): Float32Array {
  let squares = 0
  for (const value of vector) squares += value * value
  if (!(squares > 0 && Number.isFinite(squares))) return vector
  const length = Math.sqrt(squares)
  for (let i = 0; i < vector.length; i++) vector[i]! /= length
  return vector
}
