import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import fastify from 'fastify'

// The ceiling: the same framework, the same request and an answer of the same form, made to JSON each time, but without GraphQL, tokens
// and a database. It reads the answer on standard input and says its port on standard output.
const answer = JSON.parse(await text(process.stdin))
const server = fastify()
server.post('/graphql', (_request, reply) => reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(answer)))
await server.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${(server.server.address() as AddressInfo).port}\n`)
process.on('SIGTERM', () => process.exit(0))
