import { MEMORY_ID, OTHER_ID } from './doubles.ts'
import type { Refusal } from './refusal.ts'

export const refusedCommands: readonly Refusal[] = [
  { what: 'forgetting nothing in particular', path: '/forget', body: {}, field: 'filters' },
  { what: 'forgetting by an empty filter', path: '/forget', body: { filters: {} }, field: 'filters' },
  {
    what: 'forgetting by id and by filter',
    path: '/forget',
    body: { memory_id: MEMORY_ID, filters: { tags: 'x' } },
    field: 'memory_id',
  },
  {
    what: 'forgetting in a mode that is not there',
    path: '/forget',
    body: { memory_id: MEMORY_ID, mode: 'erase' },
    field: 'mode',
    says: '"retire"',
  },
  {
    what: 'a link without a target',
    path: '/link',
    body: { memory_id: MEMORY_ID, rel: 'x' },
    field: 'target',
    says: 'UUID',
  },
  {
    what: 'a link of a memory to itself',
    path: '/link',
    body: { memory_id: MEMORY_ID, rel: 'x', target: MEMORY_ID.toUpperCase() },
    field: 'target',
  },
  {
    what: 'a relation with a space',
    path: '/unlink',
    body: { memory_id: MEMORY_ID, rel: 'is a', target: OTHER_ID },
    field: 'rel',
  },
  { what: 'restoring something that is no id', path: '/restore', body: { memory_id: 'x' }, field: 'memory_id' },
  {
    what: 'feedback that is neither true nor false',
    path: '/feedback',
    body: { memory_id: MEMORY_ID, useful: 'yes' },
    field: 'useful',
    says: 'true or false',
  },
  { what: 'configuring nothing', path: '/namespaces/x', method: 'PUT', body: {}, field: 'body' },
  {
    what: 'an unknown profile',
    path: '/namespaces/x',
    method: 'PUT',
    body: { profile: 'fast' },
    field: 'profile',
    says: '"dialogue"',
  },
  {
    what: 'a language by its name',
    path: '/namespaces/x',
    method: 'PUT',
    body: { language: 'English' },
    field: 'language',
  },
]
