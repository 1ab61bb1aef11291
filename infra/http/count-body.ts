import { pipeline, Transform } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { ProblemError } from '../../domain/problem.ts'
import type { Admitted } from './admission.ts'
import { isStreamed } from './is-streamed.ts'

/** A body without Content-Length was admitted as empty: what is read of it is counted as it comes. */
export function installBodyCount(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const chunked = request.headers['transfer-encoding'] !== undefined
    if (!chunked || request.admitted === null || isStreamed(request)) done(null, payload)
    // An error of either end reaches whoever reads the body.
    else
      done(
        null,
        pipeline(payload, counting(request.admitted), () => undefined),
      )
  })
}

function counting(admitted: Admitted): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (admitted.grow(chunk.length)) done(null, chunk)
      else
        done(
          new ProblemError({ code: 'overloaded', detail: 'Too many body bytes are in flight', retryAfterSeconds: 1 }),
        )
    },
  })
}
