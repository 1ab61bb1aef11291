/** What a broker of our own is given; the rest are Kafka's defaults. */
export interface KafkaSettings {
  readonly dataDir: string
  readonly port: number
  readonly controllerPort: number
}

/** `server.properties` of one broker that is its own controller (KRaft, KIP-500). */
export function kafkaSettings({ dataDir, port, controllerPort }: KafkaSettings): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=EXTERNAL://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=EXTERNAL://127.0.0.1:${port}
listener.security.protocol.map=EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=EXTERNAL
controller.listener.names=CONTROLLER
log.dirs=${dataDir}
# A topic made by a typing error would have the wrong partition count for ever.
auto.create.topics.enable=false
num.partitions=12
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=5
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# After SIGKILL the controller refuses the same node until its old session ends: 9 s by default.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# 128 MiB of heap by default.
log.cleaner.dedupe.buffer.size=4194304
num.network.threads=2
num.io.threads=4
log.segment.bytes=67108864
`
}

/** Log4j 2 writes warnings to standard error, and what the server says of its own start. */
export const kafkaLogSettings = `status = error
appender.out.type = Console
appender.out.name = out
appender.out.target = SYSTEM_ERR
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.start.name = kafka.server.KafkaRaftServer
logger.start.level = info
`
