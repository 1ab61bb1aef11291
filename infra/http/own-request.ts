import type { FastifyRequest } from 'fastify'

/** A request of this server to itself (a tool's call): it came over no socket, so nobody outside can send one. */
export const isOwnRequest = ({ raw }: Pick<FastifyRequest, 'raw'>): boolean => 'isLightMyRequest' in raw
