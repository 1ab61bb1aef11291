import Connection from 'kafkajs/src/network/connection.js'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

let mended = false

/** Mends two faults of kafkajs 2.2.4, whose releases have ended, for the whole process; once, however often it is called. */
export function mendKafkajs(): void {
  if (mended) return
  mended = true
  mendIdleQueue()
  mendConnect()
}

/**
 * kafkajs schedules a look at the requests that wait even when none does, with a negative delay: each connection then wakes
 * up about a thousand times a second for ever, and Node from 24 on prints a TimeoutNegativeWarning (tulios/kafkajs#1704,
 * #1751). A request that comes to wait schedules the look itself, so an empty queue needs none.
 */
function mendIdleQueue(): void {
  const schedule = RequestQueue.prototype.scheduleCheckPendingRequests
  RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleWhenSomethingWaits(this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this)
  }
}

/**
 * Requests that find their connection closed each open a socket of their own, and all but the last are never closed: they
 * keep the process alive. Here those that come while a connection is made share it.
 */
function mendConnect(): void {
  const connect = Connection.prototype.connect
  const underWay = new WeakMap<Connection, Promise<unknown>>()
  Connection.prototype.connect = function connectOnce(this: Connection) {
    const shared = underWay.get(this)
    if (shared !== undefined) return shared
    const connecting = connect.call(this).finally(() => underWay.delete(this))
    underWay.set(this, connecting)
    return connecting
  }
}
