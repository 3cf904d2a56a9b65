// How long wait_for_order waits. Many clients give up a call after 60 seconds: what is usual ends before.
export const WAIT_SECONDS = { least: 1, usual: 50, most: 600 } as const;
