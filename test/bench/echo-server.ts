import Fastify from 'fastify'

// The raw limit of HTTP here: the same framework, body parsed and a small object answered, nothing else done.
const server = Fastify({ logger: false, bodyLimit: 64 * 1024 * 1024 })
for (const path of ['/remember', '/remember/batch', '/recall']) {
  server.post(path, (_request, reply) => reply.code(200).send({ status: 'accepted' }))
}
const url = await server.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`listens on ${url}\n`)
