/** Offsets of one partition lie below this, so that partition and offset fit one integer that JavaScript holds exactly. */
const PARTITION_STEP = 2 ** 40

/** Partition and offset as one integer, in the order (partition, offset). */
export const positionNumber = (partition: number, offset: number): number => partition * PARTITION_STEP + offset

export const partitionOfPosition = (position: number): number => Math.floor(position / PARTITION_STEP)

export const offsetOfPosition = (position: number): number => position % PARTITION_STEP
