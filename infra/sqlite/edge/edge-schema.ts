import { applicationId, type StoreSchema } from '../data-dir/store-schema.ts'

/**
 * What the edge of an embedded server keeps beside the log. Operators write it too, while the server runs. Tables that a later
 * release adds are made in a file that lacks them: `prepareEdge`.
 */
export const edgeSchema: StoreSchema = {
  file: 'edge.db',
  applicationId: applicationId('SBed'),
  schemaVersion: 1,
  pageSize: 4096,
  tables: [
    `create table api_tokens (
  token_hash blob primary key,
  id text not null unique,
  tenant text not null,
  principal text not null,
  roles text not null,
  namespaces text,
  created_at integer not null,
  expires_at integer,
  revoked_at integer
) strict, without rowid`,
  ],
  remedy:
    'Move edge.db, edge.db-wal and edge.db-shm away and restore them from a backup, or create the API tokens anew.',
}
