export const schemasActions = ['check', 'register', 'list', 'diff'] as const
export type SchemasAction = (typeof schemasActions)[number]
