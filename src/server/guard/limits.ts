// What one client, or all together, may cost. A fleet folder's API serves a person, a dashboard and a few programs; whoever asks for more
// waits, and the daemon's own work goes on.

export interface Limits {
  readonly bodyBytesMax: number;
  /** Of a request that has an id and a few words to say. */
  readonly smallBodyBytesMax: number;
  /** HTTP and streams together, for each address that is listened on. */
  readonly connectionsMax: number;
  /** Taken at once above that, until room is made (crowd.ts). */
  readonly socketsMax: number;
  /** For a client to show its token where there is no more room. */
  readonly strangerMs: number;
  /** Answered at once on one connection; who sends more without reading is cut off. */
  readonly pipelinedMax: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  /** For a client to take its answer. */
  readonly answerMs: number;
  /** A second, and at once after a rest. Each kind for itself, so that strangers cannot use up what others have. */
  readonly reads: readonly [perSecond: number, burst: number];
  readonly acts: readonly [perSecond: number, burst: number];
  readonly strangers: readonly [perSecond: number, burst: number];
  /** What anybody may read. A browser asks for a dozen files of the page at once, and a person may open it in several. */
  readonly open: readonly [perSecond: number, burst: number];
  /** What programs send, take and confirm, over HTTP and on streams: it is flushed to this disk, 3 to 10 ms each, and no cycle. */
  readonly bus: readonly [perSecond: number, burst: number];
  /** A client that asks too often gets its refusal only after this time. */
  readonly tooOftenMs: number;
  /** Frames of one stream that wait for their turn; who has said more is cut off. */
  readonly busFramesMax: number;
  readonly streamsMax: number;
  /** What lies unread for a stream client before it is dropped. */
  readonly streamBytesMax: number;
  /** Frames that a stream client may send in a second; it has nothing to say. */
  readonly streamFramesMax: number;
  readonly pingMs: number;
  /** Requests that change something, or read under the lock of the cycle: how many at once, and how many may wait. */
  readonly turns: readonly [atOnce: number, waiting: number];
  readonly readTurns: readonly [atOnce: number, waiting: number];
  /** What is recorded by then is answered, wherever its sync is. */
  readonly actMs: number;
  /** What no event tells of is found, and what did not work is tried again, so often. */
  readonly lookMs: number;
}

export const LIMITS: Limits = {
  bodyBytesMax: 512 * 1024,
  smallBodyBytesMax: 4 * 1024,
  connectionsMax: 64,
  socketsMax: 512,
  strangerMs: 100,
  pipelinedMax: 8,
  headersMs: 3_000,
  requestMs: 20_000,
  idleMs: 5_000,
  answerMs: 30_000,
  reads: [50, 100],
  acts: [5, 20],
  strangers: [10, 20],
  open: [50, 250],
  bus: [50, 100],
  tooOftenMs: 250,
  busFramesMax: 500,
  streamsMax: 16,
  streamBytesMax: 1024 * 1024,
  streamFramesMax: 20,
  pingMs: 30_000,
  turns: [16, 16],
  readTurns: [1, 4],
  actMs: 30_000,
  lookMs: 60_000,
};
