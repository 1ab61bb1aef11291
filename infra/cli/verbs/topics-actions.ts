export const topicsActions = ['create', 'check'] as const
export type TopicsAction = (typeof topicsActions)[number]
