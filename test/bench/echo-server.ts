import Fastify from 'fastify'

// The raw limit of HTTP here: the same framework, body parsed and a small object answered, nothing else done.
const server = Fastify({ logger: false })
server.post('/remember', (_request, reply) => reply.code(202).send({ status: 'accepted' }))
const url = await server.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`listens on ${url}\n`)
