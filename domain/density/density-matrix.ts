import type { Density } from './density.ts'

/** ρ written out, d × d row by row. O(m·d²): for checks; answers need only the factors. */
export function densityMatrix(density: Density): Float64Array {
  const { dimension, exposures, vectors, weights, rest } = density
  const matrix = new Float64Array(dimension * dimension)
  for (let k = 0; k < dimension; k++) matrix[k * dimension + k] = rest / dimension
  for (let j = 0; j < exposures; j++) {
    const at = j * dimension
    for (let row = 0; row < dimension; row++) {
      const share = weights[j]! * vectors[at + row]!
      for (let column = 0; column <= row; column++) {
        const cell = row * dimension + column
        matrix[cell] = matrix[cell]! + share * vectors[at + column]!
      }
    }
  }
  for (let row = 0; row < dimension; row++) {
    for (let column = 0; column < row; column++) matrix[column * dimension + row] = matrix[row * dimension + column]!
  }
  return matrix
}
