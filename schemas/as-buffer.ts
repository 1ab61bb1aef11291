/** The same memory as a Buffer. A view of a view costs as much as what is done with it, so a Buffer is returned as it is. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
