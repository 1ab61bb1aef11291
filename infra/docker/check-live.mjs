// The image's health check: ends with 0 when the server answers on /live. There is no curl in the image.
const TIMEOUT_MS = 4_000

const port = process.env.SOMABRAIN_PORT ?? '9696'
const answer = await fetch(`http://127.0.0.1:${port}/live`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
  (error) => ({ ok: false, status: error.cause?.code ?? error.message }),
)
if (!answer.ok) {
  console.error(`/live: ${answer.status}`)
  process.exitCode = 1
}
