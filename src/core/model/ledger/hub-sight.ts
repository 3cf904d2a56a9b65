// What a cycle saw of the hub just now: whether its fetch went through.
export type HubSight = 'answered' | 'silent' | 'not asked';
